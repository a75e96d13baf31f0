// Package report tests examples/report: the whole example against the mock server,
// and its page in headless Chromium. The latter have a build tag and a target of
// their own, "make test-report".
package report

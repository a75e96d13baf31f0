// Package report holds the tests of the page that examples/report makes. They
// run a Terraform CLI and a headless Chromium, and so have a build tag and a
// target of their own: make test-report.
package report

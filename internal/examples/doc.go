// Package examples has the tests of the folder examples/: every configuration
// there is applied, on a good day and on each bad one, against the mock server.
package examples

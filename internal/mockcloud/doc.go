// Package mockcloud is a mock of Alibaba Cloud (DBS, STS) and Huawei Cloud
// (TaurusDB, IAM) on one port: an http.Handler and, in cmd/mockcloud, a program.
// Operations lists what it answers.
//
// It verifies every signature by the published algorithms, with code of its
// own: ACS3-HMAC-SHA256, the older RPC signature HMAC-SHA1, SDK-HMAC-SHA256,
// and X-Auth-Token; security tokens, clock skew, and nonces that may be used
// once. It filters, sorts and paginates as the API pages say, answers with their
// errors, keeps a record of every request, and injects the failures that Faults
// names.
//
//	server := mockcloud.New(mockcloud.Options{})
//	server.Seed(mockcloud.Demo(time.Now()))
//	url, err := server.Start("")
//
// The guide docs/guides/mock-server.md describes fixture files, and CONTRIBUTING.md
// how to add an operation.
package mockcloud

// Package alibabacloud calls Alibaba Cloud's OpenAPI: it finds settings and
// credentials, knows the regional endpoints, signs requests and reads errors.
//
// The vendor's library makes the signature (darabonba-openapi's utils). Its runtime
// does not send the requests, and its credentials library is not used: they follow
// redirects with tokens in the request, ignore the context, and lose the HTTP status
// of a response that is not JSON.
package alibabacloud

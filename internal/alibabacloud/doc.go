// Package alibabacloud calls Alibaba Cloud's OpenAPI for Database Backup (DBS):
// it finds settings and credentials, knows the regional endpoints, signs
// requests and tells failures.
//
// The vendor's libraries find the credentials (credentials-go) and make the
// signature (darabonba-openapi's utils). Its runtime does not send the requests,
// net/http does: that runtime sleeps through a cancelled context between two
// tries, hands the security token to the host that a redirect names, loses the
// HTTP status of an answer that is not JSON, and reads an empty answer of status
// 200 as a success without a list. A list that is silently empty is the one thing
// that this provider must not give.
package alibabacloud

// Package huaweicloud calls Huawei Cloud's APIs: it finds settings and credentials,
// looks up projects in IAM, knows the regional endpoints, signs requests and reads
// errors.
//
// The vendor's SDK makes the signature and knows the endpoints. Its client does not
// send the requests: it takes no context, loses the headers of an error, and reads
// some errors as an empty list.
package huaweicloud

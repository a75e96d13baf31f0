// Package huaweicloud calls Huawei Cloud's APIs: it finds settings, credentials
// and projects, knows the regional endpoints, signs requests and tells failures.
//
// Signatures and regional endpoints are those of the vendor's
// huaweicloud-sdk-go-v3. Its credential sources and its client are not used,
// because they take no context, can't be asked to leave the metadata service
// alone, and show keys and files in their errors.
package huaweicloud

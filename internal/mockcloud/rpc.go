package mockcloud

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // The algorithm is the cloud's: older clients sign with nothing else.
	"encoding/base64"
	"net/http"
)

const rpcHMAC = "HMAC-SHA1"

// verifyRPC checks a signature of the older kind, which covers the method and
// all parameters, of the query and of a form body:
// https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism
func (s *Server) verifyRPC(c *call) *answer {
	if c.params.Get("Signature") != "" || c.params.Get("AccessKeyId") != "" {
		s.note(c, func(r *Request) { r.Algorithm = rpcHMAC })
	}
	if refusal := s.identifyAlibaba(c, c.params.Get("AccessKeyId"), c.params.Get("SecurityToken")); refusal != nil {
		return refusal
	}
	for _, name := range []string{"Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce"} {
		if c.params.Get(name) == "" {
			return missing(c, name)
		}
	}
	if c.params.Get("SignatureMethod") != rpcHMAC || c.params.Get("SignatureVersion") != "1.0" {
		return gatewayError(c, http.StatusBadRequest, "InvalidSignatureMethod",
			"Specified parameter SignatureMethod or SignatureVersion is not valid.")
	}
	if refusal := s.checkTimestamp(c, c.params.Get("Timestamp")); refusal != nil {
		return refusal
	}

	signed := make(map[string][]string, len(c.params))
	for name, values := range c.params {
		if name != "Signature" {
			signed[name] = values
		}
	}
	stringToSign := c.Method + "&" + percentEncode("/") + "&" + percentEncode(canonicalQuery(signed))
	mac := hmac.New(sha1.New, []byte(c.account.SecretKey+"&"))
	mac.Write([]byte(stringToSign))
	if !equal(c.params.Get("Signature"), base64.StdEncoding.EncodeToString(mac.Sum(nil))) {
		return signatureDoesNotMatch(c, stringToSign)
	}
	return s.spendNonce(c, c.params.Get("SignatureNonce"))
}

package mockcloud

import (
	"net/http"
	"slices"
	"strings"
)

const acs3 = "ACS3-HMAC-SHA256"

// verifyACS3 checks a signature of Alibaba Cloud's version 3, which covers
// method, path, query, the hash of the body, and the headers host,
// content-type and x-acs-*:
// https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
func (s *Server) verifyACS3(c *call) *answer {
	s.note(c, func(r *Request) { r.Algorithm = acs3 })
	fields, ok := authorization(c.Header.Get("Authorization"), acs3)
	if !ok || fields["Credential"] == "" || fields["SignedHeaders"] == "" || fields["Signature"] == "" {
		return incompleteSignature(c)
	}
	if refusal := s.identifyAlibaba(c, fields["Credential"], c.Header.Get("X-Acs-Security-Token")); refusal != nil {
		return refusal
	}
	if refusal := s.checkTimestamp(c, c.Header.Get("X-Acs-Date")); refusal != nil {
		return refusal
	}
	nonce := c.Header.Get("X-Acs-Signature-Nonce")
	if nonce == "" {
		return missing(c, "SignatureNonce")
	}

	signed := strings.Split(fields["SignedHeaders"], ";")
	if !slices.IsSorted(signed) || !slices.Contains(signed, "host") {
		return incompleteSignature(c)
	}
	for name := range c.Header {
		lower := strings.ToLower(name)
		if (strings.HasPrefix(lower, "x-acs-") || lower == "content-type") && !slices.Contains(signed, lower) {
			return incompleteSignature(c)
		}
	}
	path, ok := canonicalPath(c.URL.EscapedPath())
	if !ok {
		return incompleteSignature(c)
	}
	if path == "" {
		path = "/"
	}
	canonical := c.Method + "\n" + path + "\n" + canonicalQuery(c.query) + "\n" +
		canonicalHeaders(c, signed) + "\n" + fields["SignedHeaders"] + "\n" + hashHex(c.body)
	stringToSign := acs3 + "\n" + hashHex([]byte(canonical))
	if !equal(c.Header.Get("X-Acs-Content-Sha256"), hashHex(c.body)) ||
		!equal(fields["Signature"], hmacHex(c.account.SecretKey, stringToSign)) {
		return signatureDoesNotMatch(c, stringToSign)
	}
	return s.spendNonce(c, nonce)
}

func incompleteSignature(c *call) *answer {
	return gatewayError(c, http.StatusBadRequest, "IncompleteSignature",
		"The request signature does not conform to Aliyun standards.")
}

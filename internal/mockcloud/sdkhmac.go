package mockcloud

import (
	"slices"
	"strings"
	"time"
)

const (
	sdkHMAC       = "SDK-HMAC-SHA256"
	sdkDateFormat = "20060102T150405Z"
)

// verifySDKHMAC checks a signature of Huawei Cloud, which covers method, path,
// query, the headers that it names, the time, and the hash of the body:
// https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html
func (s *Server) verifySDKHMAC(c *call) *answer {
	header := c.Header.Get("Authorization")
	if header == "" {
		return unauthorized(c, "neither X-Auth-Token nor Authorization was found")
	}
	s.note(c, func(r *Request) { r.Algorithm = sdkHMAC })
	fields, ok := authorization(header, sdkHMAC)
	if !ok || fields["Access"] == "" || fields["SignedHeaders"] == "" || fields["Signature"] == "" {
		return unauthorized(c, "the Authorization header is not well formed")
	}
	accessKey := fields["Access"]
	s.note(c, func(r *Request) { r.AccessKey = accessKey })
	account, known := s.account(HuaweiCloud, accessKey)
	c.account = account
	token := c.Header.Get("X-Security-Token")
	signed := strings.Split(fields["SignedHeaders"], ";")
	switch {
	case !known:
		return unauthorized(c, "Get secretKey failed,ak:"+accessKey+",err:ak not exist")
	case account.Inactive:
		return unauthorized(c, "the access key "+accessKey+" is disabled")
	case s.locked(accessKey):
		return unauthorized(c, "AK access failed to reach the limit, forbidden")
	case account.SecurityToken != token:
		return unauthorized(c, "the security token does not belong to the access key")
	case token != "" && !slices.Contains(signed, "x-security-token"):
		return unauthorized(c, "the security token is not signed")
	case account.expired(s.now()):
		return unauthorized(c, "the security token expired")
	}
	if refusal := s.checkSDKDate(c); refusal != nil {
		return refusal
	}

	right := equal(fields["Signature"], s.sdkSignature(c, fields["SignedHeaders"]))
	s.countSignature(accessKey, right)
	if !right {
		return unauthorized(c, "verify aksk signature fail")
	}
	return nil
}

// checkSDKDate refuses a request made too long ago, or in the future.
func (s *Server) checkSDKDate(c *call) *answer {
	date := c.Header.Get("X-Sdk-Date")
	if date == "" {
		return unauthorized(c, "the header X-Sdk-Date was not found")
	}
	made, err := time.Parse(sdkDateFormat, date)
	if err != nil {
		return unauthorized(c, "the header X-Sdk-Date is not well formed")
	}
	if s.now().Sub(made).Abs() > maxSkew {
		return unauthorized(c, "the signature expired: X-Sdk-Date is "+date+
			", the server's time is "+s.now().UTC().Format(sdkDateFormat))
	}
	return nil
}

// sdkSignature makes the signature that a request should have; "" where there
// can be none.
func (s *Server) sdkSignature(c *call, signedHeaders string) string {
	path, ok := canonicalPath(c.URL.EscapedPath())
	if !ok {
		return ""
	}
	if !strings.HasSuffix(path, "/") {
		path += "/"
	}
	payload := hashHex(c.body)
	// A client may leave the body unsigned, but then it must say so; a hash that
	// is not the body's is wrong.
	if named := c.Header.Get("X-Sdk-Content-Sha256"); named != "" {
		if named != "UNSIGNED-PAYLOAD" && named != payload {
			return ""
		}
		payload = named
	}
	canonical := c.Method + "\n" + path + "\n" + canonicalQuery(c.query) + "\n" +
		canonicalHeaders(c, strings.Split(signedHeaders, ";")) + "\n" + signedHeaders + "\n" + payload
	return hmacHex(c.account.SecretKey,
		sdkHMAC+"\n"+c.Header.Get("X-Sdk-Date")+"\n"+hashHex([]byte(canonical)))
}

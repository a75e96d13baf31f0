package mockcloud

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // The algorithm is the cloud's: older clients sign with nothing else.
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// The algorithms, by the names that requests have for them.
const (
	acs3    = "ACS3-HMAC-SHA256"
	rpcHMAC = "HMAC-SHA1"
	sdkHMAC = "SDK-HMAC-SHA256"
)

// acs3StringToSign is what Alibaba Cloud's version 3 signs: method, path, query,
// headers and the hash of the body.
// https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
func acs3StringToSign(c *call, signedHeaders string) string {
	return acs3 + "\n" + canonicalRequest(c, cmp.Or(canonicalPath(c.URL.EscapedPath()), "/"), signedHeaders, hashHex(c.body))
}

// rpcStringToSign is what Alibaba Cloud's older scheme signs: the method and all
// parameters, of the query and of a form body.
// https://www.alibabacloud.com/help/en/sdk/product-overview/rpc-mechanism
func rpcStringToSign(c *call) string {
	signed := maps.Clone(c.params)
	delete(signed, "Signature")
	return c.Method + "&" + percentEncode("/") + "&" + percentEncode(canonicalQuery(signed))
}

func rpcSignature(secretKey, stringToSign string) string {
	mac := hmac.New(sha1.New, []byte(secretKey+"&"))
	mac.Write([]byte(stringToSign))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// sdkSignature makes the signature of Huawei Cloud, which covers method, path,
// query, the headers that the request names, the time, and the hash of the body.
// It is "" if the request can have none.
// https://support.huaweicloud.com/intl/en-us/devg-apisign/api-sign-algorithm.html
func sdkSignature(c *call, signedHeaders string) string {
	path := strings.TrimSuffix(canonicalPath(c.URL.EscapedPath()), "/") + "/"
	payload := hashHex(c.body)
	// A client may leave the body unsigned, but then it must say so; another hash
	// than the body's is wrong.
	if sent := c.Header.Get("X-Sdk-Content-Sha256"); sent != "" {
		if sent != "UNSIGNED-PAYLOAD" && sent != payload {
			return ""
		}
		payload = sent
	}
	canonical := canonicalRequest(c, path, signedHeaders, payload)
	return hmacHex(c.account.SecretKey, sdkHMAC+"\n"+c.Header.Get("X-Sdk-Date")+"\n"+canonical)
}

// canonicalRequest is the hash of what both newer schemes sign.
func canonicalRequest(c *call, path, signedHeaders, payload string) string {
	return hashHex([]byte(c.Method + "\n" + path + "\n" + canonicalQuery(c.record.Query) + "\n" +
		canonicalHeaders(c, signedHeaders) + "\n" + signedHeaders + "\n" + payload))
}

// percentEncode encodes by RFC 3986: all but letters, digits and -_.~ become %XX
// with capital digits. All three algorithms require it.
func percentEncode(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

// canonicalQuery is name=value for every parameter, encoded, in the order of
// name and then value as they are before the encoding, which is how the
// vendors' clients sort. An empty value keeps its "=".
func canonicalQuery(values url.Values) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(values)) {
		for _, value := range slices.Sorted(slices.Values(values[name])) {
			if b.Len() > 0 {
				b.WriteByte('&')
			}
			b.WriteString(percentEncode(name) + "=" + percentEncode(value))
		}
	}
	return b.String()
}

// canonicalPath encodes each segment of a path anew.
func canonicalPath(escaped string) string {
	segments := strings.Split(escaped, "/")
	for n, segment := range segments {
		plain, _ := url.PathUnescape(segment) // net/http refuses a broken escape.
		segments[n] = percentEncode(plain)
	}
	return strings.Join(segments, "/")
}

// canonicalHeaders is name:value and a line end for each signed header, in
// the order of the request. Go keeps the Host header apart.
func canonicalHeaders(c *call, signed string) string {
	var b strings.Builder
	for name := range strings.SplitSeq(signed, ";") {
		value := strings.Join(c.Header.Values(name), ",")
		if name == "host" {
			value = c.Host
		}
		b.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
	}
	return b.String()
}

// authorization parses "ALGORITHM Name=value, Name=value". Spaces after
// the commas are optional. It returns nil if one of the wanted names is missing.
func authorization(header, algorithm string, wanted ...string) map[string]string {
	rest, well := strings.CutPrefix(header, algorithm+" ")
	if !well {
		return nil
	}
	fields := make(map[string]string)
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	for _, name := range wanted {
		if fields[name] == "" {
			return nil
		}
	}
	return fields
}

func hashHex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func hmacHex(key, s string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(s))
	return hex.EncodeToString(mac.Sum(nil))
}

// equal compares signatures as strings: the same bytes in capital digits are
// another signature.
func equal(a, b string) bool { return a != "" && hmac.Equal([]byte(a), []byte(b)) }

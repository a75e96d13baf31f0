package alibabacloud

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// loginError is the error of a login that gave no credentials.
func (c *Client) loginError(from *login, err error) error {
	text, code := reason(err)
	advice := from.hint
	if hasPrefix(code, []string{"InvalidAccessKeyId", "InvalidSecurityToken", "InvalidTimeStamp", "SignatureDoesNotMatch"}) {
		advice = advise("", code, 0)
	}
	return &request.Error{
		Message: c.secrets.Mask(fmt.Sprintf("no credentials from %s: %s", from.name, text)),
		Advice:  strings.TrimSpace(advice),
		Fault:   loginFault(err, code),
	}
}

// loginFault says whether the login is worth another try: a connection that broke
// is. A source that doesn't answer in time is not asked again, as where there is no
// metadata service each try would wait as long.
func loginFault(err error, code string) request.Fault {
	var network *url.Error
	var certificate *tls.CertificateVerificationError
	if errors.As(err, &network) && !network.Timeout() && !errors.As(err, &certificate) {
		return request.Doubtful
	}
	return classify(code, 0)
}

// reason tells why a provider of the vendor's library gave no credentials, with the
// vendor's code if there is one. The library's errors repeat whole answers, keys and all,
// and the query of a signed request: so only the parts that are known to be
// harmless are told.
func reason(err error) (text, code string) {
	var network *url.Error
	if errors.As(err, &network) {
		if network.Timeout() {
			return "no answer in time", ""
		}
		return network.Err.Error(), ""
	}
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Error(), ""
	}
	text = err.Error()
	if at := strings.IndexByte(text, '{'); at >= 0 {
		if told, ok := parseRefusal([]byte(text[at:])); ok {
			return fmt.Sprintf("%s: %s (request id %s)", told.code, told.message, told.requestID), told.code
		}
	}
	if at := strings.IndexAny(text, "{<"); at >= 0 {
		text = text[:at] + "an answer that is not the expected one"
	}
	// What follows these words is the answer as it came.
	for _, words := range []string{"message = ", "failed: "} {
		if before, _, found := strings.Cut(text, words); found {
			text = before + strings.TrimRight(words, ":= ") + ": an answer that is not the expected one"
		}
	}
	return text, ""
}

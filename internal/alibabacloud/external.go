package alibabacloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// externalProvider runs the command of a profile of mode External, which prints
// credentials. The vendor's provider does that too, but it prints what the command
// said if that can't be read, keys and all, and runs it for every request.
type externalProvider struct {
	command string
	got     *providers.Credentials
	expires time.Time // zero if the credentials don't expire
}

const (
	externalTimeout = time.Minute
	// renewBefore is how long before their end credentials are renewed, the vendor's
	// figure for its own providers.
	renewBefore = 3 * time.Minute
)

// GetCredentials runs the command, or gives what it said while that lasts.
func (e *externalProvider) GetCredentials() (*providers.Credentials, error) {
	if e.got != nil && (e.expires.IsZero() || time.Until(e.expires) > renewBefore) {
		return e.got, nil
	}
	words, err := splitCommand(e.command)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), externalTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) // #nosec G204 -- the user's own configuration names the command
	cmd.WaitDelay = time.Second
	output, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("its command took longer than %s", externalTimeout)
	case errors.As(err, &exit):
		return nil, fmt.Errorf("its command ended with %w", exit)
	case err != nil:
		return nil, err
	}
	var said struct {
		AccessKeyID     string `json:"access_key_id"`
		AccessKeySecret string `json:"access_key_secret"`
		SecurityToken   string `json:"sts_token"`
		Expiration      string `json:"expiration"`
		Mode            string `json:"mode"`
	}
	if json.Unmarshal(output, &said) != nil {
		return nil, errors.New("its command did not print a JSON object of access_key_id, access_key_secret and sts_token")
	}
	if said.Mode == "StsToken" && said.SecurityToken == "" {
		return nil, errors.New("its command printed no sts_token")
	}
	e.expires = time.Time{}
	if said.Expiration != "" {
		if e.expires, err = time.Parse(time.RFC3339, said.Expiration); err != nil {
			return nil, errors.New("its command printed an expiration that is not an RFC 3339 time")
		}
	}
	e.got = &providers.Credentials{
		AccessKeyId: said.AccessKeyID, AccessKeySecret: said.AccessKeySecret,
		SecurityToken: said.SecurityToken, ProviderName: e.GetProviderName(),
	}
	return e.got, nil
}

// GetProviderName names the provider as the vendor does.
func (e *externalProvider) GetProviderName() string { return "external" }

// splitCommand splits a command into words at spaces that are not quoted. A
// backslash takes the next character as it is, but not on Windows, where it
// separates the parts of a path.
func splitCommand(command string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, escaped := false, false
	var quote rune
	for _, r := range command {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quote != '\'' && runtime.GOOS != "windows":
			inWord, escaped = true, true
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			inWord, quote = true, r
		case r == ' ' || r == '\t' || r == '\n':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			inWord = true
			word.WriteRune(r)
		}
	}
	if quote != 0 || escaped {
		return nil, errors.New("its command has a quote that is not closed")
	}
	if inWord {
		words = append(words, word.String())
	}
	if len(words) == 0 {
		return nil, errors.New("its command is empty")
	}
	return words, nil
}

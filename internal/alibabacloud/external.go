package alibabacloud

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
)

const (
	commandTimeout = time.Minute
	maxOutput      = 1 << 20
)

// external opens the command of a profile of mode External, which prints credentials.
// No error repeats the command or what it printed: both may hold secrets.
func (c *Client) external(source, command string) (*credentials.Source, error) {
	if c.enabled(disableExternalOption) {
		return nil, fmt.Errorf("its command is not run: %s is set", disableExternalOption)
	}
	words, err := splitCommand(command, runtime.GOOS == "windows")
	if err != nil {
		return nil, err
	}
	return credentials.NewSource(source, func(ctx context.Context) (keys credentials.Credentials, err error) {
		output, err := runCommand(ctx, words)
		if err == nil {
			keys, err = c.parseOutput(output, source)
		}
		if err != nil {
			return credentials.Credentials{}, fmt.Errorf("%s: %w", source, err)
		}
		return keys, nil
	}), nil
}

// runCommand runs a command and returns its output. The command and its children end
// with the context.
func runCommand(ctx context.Context, words []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTimeout)
	defer cancel()
	output := &boundedBuffer{}
	cmd := exec.CommandContext(ctx, words[0], words[1:]...) // #nosec G204 -- the user's own configuration names the command
	cmd.Stdout = output
	cmd.WaitDelay = time.Second
	endChildren := ownGroup(cmd)
	err := cmd.Run()
	endChildren()
	if errors.Is(err, exec.ErrWaitDelay) { // only a child still had the output open
		err = nil
	}
	exit, failed := errors.AsType[*exec.ExitError](err)
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("its command took longer than %s", commandTimeout)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case output.full:
		return nil, errors.New("its command printed more than 1 MiB")
	case failed:
		return nil, fmt.Errorf("its command ended with %s", exit.ProcessState)
	case err != nil:
		// The errors of the library repeat the command, their causes don't.
		cause := errors.New("unknown cause")
		if notFound, is := errors.AsType[*exec.Error](err); is {
			cause = notFound.Err
		} else if notStarted, is := errors.AsType[*fs.PathError](err); is {
			cause = notStarted.Err
		}
		return nil, fmt.Errorf("its command can't be started: %w", cause)
	}
	return output.content, nil
}

// A boundedBuffer fails when it is full, which ends the command by a broken pipe.
type boundedBuffer struct {
	content []byte
	full    bool
}

// Write appends to the buffer.
func (b *boundedBuffer) Write(p []byte) (int, error) {
	if len(b.content)+len(p) > maxOutput {
		b.full = true
		return 0, errors.New("the output is too long")
	}
	b.content = append(b.content, p...)
	return len(p), nil
}

// outputFields are the names of the keys in the output.
var outputFields = cloud.KeyFields{Access: "access_key_id", Secret: "access_key_secret", Token: "sts_token", Expires: "expiration"} //nolint:gosec // G101: names, no secrets

func (c *Client) parseOutput(output []byte, source string) (credentials.Credentials, error) {
	keys, err := c.ParseKeys(output, outputFields, source)
	if err != nil {
		return credentials.Credentials{}, fmt.Errorf("the output of its command can't be used: %w", err)
	}
	var printed struct {
		Mode string `json:"mode"`
	}
	// The CLI would follow the mode, for example assume a role.
	if err := json.Unmarshal(output, &printed); err != nil || !slices.Contains([]string{"", "AK", "StsToken"}, printed.Mode) {
		return credentials.Credentials{}, errors.New("its command printed a mode other than AK and StsToken, which is not supported")
	}
	if printed.Mode == "StsToken" && keys.SecurityToken == "" {
		return credentials.Credentials{}, errors.New("its command printed no sts_token")
	}
	return keys, nil
}

// The parts of a command: blanks, quoted strings, escaped characters, and other ones. On
// Windows, where a backslash separates the parts of a path, it escapes nothing but a
// double quote within double quotes.
var (
	unixParts    = regexp.MustCompile(`(?s)([\s\pZ]+)|"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)|([^"'\\])`)
	unixEscape   = regexp.MustCompile("\\\\([\"\\\\$`\n])")
	windowsParts = regexp.MustCompile(`(?s)([\s\pZ]+)|"((?:\\"|[^"])*)"|'([^']*)'|([^"'])`)
	windowEscape = regexp.MustCompile(`\\(")`)
)

// splitCommand splits a command into words at blanks that are not quoted, as the CLI
// does.
func splitCommand(command string, windows bool) ([]string, error) {
	parts, escape := unixParts, unixEscape
	if windows {
		parts, escape = windowsParts, windowEscape
	}
	command = strings.TrimSpace(command)
	words := []string{""}
	read := 0
	for _, part := range parts.FindAllStringSubmatch(command, -1) {
		read += len(part[0])
		if part[1] != "" {
			words = append(words, "")
			continue
		}
		part[2] = escape.ReplaceAllString(part[2], "$1")
		words[len(words)-1] += strings.Join(part[2:], "")
	}
	if read < len(command) {
		return nil, errors.New("its command has a quote that is not closed, or a backslash at its end")
	}
	if words[0] == "" {
		return nil, errors.New("its command is empty")
	}
	return words, nil
}

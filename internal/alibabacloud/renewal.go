package alibabacloud

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// credentials gives what to sign with now, renewed where it is about to expire.
// The vendor's providers take no context and are not safe for concurrent use: so
// callers share one look-up at a time, and leave it behind when their context ends.
func (c *Client) credentials(ctx context.Context, from *login) (credentials, error) {
	select {
	case <-ctx.Done():
		return credentials{}, &request.Error{
			Message: "no credentials from " + from.name + ": no answer in time",
			Advice:  from.hint,
			Fault:   request.Transient, // unless it is the read's own time that passed
			Err:     ctx.Err(),
		}
	case got := <-c.lookup.DoChan("", func() (any, error) { return ask(from.provider) }):
		if got.Err != nil {
			return credentials{}, c.loginError(from, got.Err)
		}
		found, _ := got.Val.(credentials)
		return found, nil
	}
}

// ask asks a provider. Some of the vendor's panic on an answer that lacks a field.
func ask(provider providers.CredentialsProvider) (found credentials, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the answer lacks a part of the credentials")
		}
	}()
	got, err := provider.GetCredentials()
	if err != nil {
		return credentials{}, err
	}
	if got.AccessKeyId == "" || got.AccessKeySecret == "" {
		return credentials{}, errors.New("the answer lacks a part of the credentials")
	}
	return credentials{got.AccessKeyId, got.AccessKeySecret, got.SecurityToken}, nil
}

// online is a provider that the vendor's library asks over the network, once it
// is built.
func (c *Client) online(provider providers.CredentialsProvider, err error) (providers.CredentialsProvider, error) {
	if err == nil {
		err = c.checkDebug()
	}
	if err != nil {
		return nil, err
	}
	return c.watch(provider), nil
}

// checkDebug is an error if the vendor's library prints the headers of its requests,
// tokens among them. It decides that when the program starts, by the environment
// alone, so that it can't be told not to.
func (c *Client) checkDebug() error {
	if slices.Contains(strings.Split(c.getenv("DEBUG"), ","), "credential") {
		return errors.New("the environment variable DEBUG has credential in it, with which Alibaba Cloud's library prints tokens when it asks for credentials; " +
			"unset DEBUG, or leave credential out of it")
	}
	return nil
}

// watched tells the secrets that a provider obtains to whatever masks them,
// before anything is done with them.
type watched struct {
	providers.CredentialsProvider
	secrets *request.Secrets
	last    providers.Credentials
}

func (c *Client) watch(provider providers.CredentialsProvider) providers.CredentialsProvider {
	return &watched{CredentialsProvider: provider, secrets: c.secrets}
}

// GetCredentials asks the provider.
func (w *watched) GetCredentials() (*providers.Credentials, error) {
	got, err := w.CredentialsProvider.GetCredentials()
	if err == nil && *got != w.last {
		w.secrets.Add(got.AccessKeyId, got.AccessKeySecret, got.SecurityToken)
		w.last = *got
	}
	return got, err
}

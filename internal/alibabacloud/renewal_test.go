package alibabacloud_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// Credentials that are about to expire are renewed; others are asked for once,
// however many requests there are at a time.
func TestRenewal(t *testing.T) {
	token := filepath.Join(t.TempDir(), "token")
	writeFile(t, token, "oidc-token")
	uriAsked := atomic.Int64{}
	for _, test := range []struct {
		name     string
		settings alibabacloud.Settings
	}{
		{"role", alibabacloud.Settings{AccessKey: "id", SecretKey: "secret", AssumeRole: &alibabacloud.AssumeRole{RoleARN: "acs:ram::1:role/r"}}},
		{"oidc", alibabacloud.Settings{AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{RoleARN: "acs:ram::1:role/r", OIDCProviderARN: "x", OIDCTokenFile: token}}},
		{"ecs", alibabacloud.Settings{ECSRoleName: "ecs"}},
		{"uri", alibabacloud.Settings{}},
	} {
		for _, lasts := range []time.Duration{time.Minute, time.Hour} {
			t.Run(fmt.Sprint(test.name, lasts), func(t *testing.T) {
				newSTS(t, lasts, "id", "secret")
				serveMetadata(t, metadata(lasts))
				uriAsked.Store(0)
				settings := test.settings
				if test.name == "uri" {
					settings.CredentialsURI = credentialsServer(t, func(*http.Request) (int, string) {
						return http.StatusOK, "{" + temporary(fmt.Sprintf("URI.%d", uriAsked.Add(1)), lasts) + "}"
					})
				}
				dbs := newService(t, succeed)
				settings.Endpoint = dbs.URL
				client, secrets := newClient(settings, emptyEnvironment(t))
				var group sync.WaitGroup
				for range 20 {
					group.Go(func() {
						if err := client.Do(t.Context(), operation, decode); err != nil {
							t.Error(err)
						}
					})
				}
				group.Wait()
				for range 2 {
					if err := client.Do(t.Context(), operation, decode); err != nil {
						t.Fatal(err)
					}
				}
				signers := map[string]bool{}
				all := dbs.requests()
				for _, r := range all {
					signers[signer(r)] = true
					id, issued, _ := strings.Cut(signer(r), "/")
					if err := verify(r, id+"-secret"); err != nil {
						t.Fatal(err)
					}
					if text := secrets.Mask(id + "-secret " + issued); strings.Contains(text, "secret") || strings.Contains(text, "token") {
						t.Fatalf("not masked: %s", text)
					}
				}
				if lasts == time.Hour && len(signers) != 1 {
					t.Errorf("credentials that last were renewed: %v", signers)
				}
				if lasts == time.Minute && signer(all[20]) == signer(all[21]) {
					t.Errorf("credentials that expire were not renewed: %v", signers)
				}
			})
		}
	}
}

// A read that is interrupted does not wait for whoever gives credentials.
func TestLookupEndsWithTheContext(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	release := make(chan struct{})
	uri := credentialsServer(t, func(*http.Request) (int, string) {
		interrupt()
		<-release
		return uriAnswer(nil)
	})
	dbs := newService(t, succeed)
	client, _ := newClient(alibabacloud.Settings{CredentialsURI: uri, Endpoint: dbs.URL}, emptyEnvironment(t))
	err := client.Do(ctx, operation, decode)
	close(release) // only now can the look-up end
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := client.Do(t.Context(), operation, decode); err != nil {
		t.Errorf("the next read: %v", err)
	}
}

// A look-up that takes longer than a request may is told by the name of its source.
func TestLookupTakesTooLong(t *testing.T) {
	release := make(chan struct{})
	uri := credentialsServer(t, func(*http.Request) (int, string) {
		<-release
		return uriAnswer(nil)
	})
	dbs := newService(t, succeed)
	client := alibabacloud.NewClient(alibabacloud.Settings{CredentialsURI: uri, Endpoint: dbs.URL}, emptyEnvironment(t).get,
		request.New(request.Options{Timeout: time.Millisecond}), nil)
	err := client.Do(t.Context(), operation, decode)
	close(release)
	wantError(t, err, "alibabacloud.credentials_uri", "no answer in time")
}

// With DEBUG=credential the vendor's library prints tokens: what it asks for over
// the network is not asked for then.
func TestDebugOfTheVendorsLibrary(t *testing.T) {
	var asked atomic.Int64
	count := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	serveHTTPS(t, count)
	serveMetadata(t, count)
	uri := credentialsServer(t, func(*http.Request) (int, string) {
		asked.Add(1)
		return uriAnswer(nil)
	})
	token := filepath.Join(t.TempDir(), "token")
	writeFile(t, token, "oidc-token")
	configuration := strings.Replace(cliProfiles, `"profiles":[`, fmt.Sprintf(`"profiles":[
		{"name":"uri","mode":"CredentialsURI","credentials_uri":%q},
		{"name":"external","mode":"External","process_command":"/does/not/exist"},
		{"name":"oidc","mode":"OIDC","oidc_provider_arn":"acs:ram::1:oidc-provider/x","oidc_token_file":%q,"ram_role_arn":"acs:ram::1:role/o"},`, uri, token), 1)
	read := func(t *testing.T, settings alibabacloud.Settings, debug string, pairs ...string) error {
		t.Helper()
		env := emptyEnvironment(t).with("DEBUG", debug).with(pairs...)
		env.configure(t, configuration)
		_, err := asker(t, settings, env)
		return err
	}

	keys := alibabacloud.Settings{AccessKey: "id", SecretKey: "secret"}
	assumed := keys
	assumed.AssumeRole = &alibabacloud.AssumeRole{RoleARN: "acs:ram::1:role/r"}
	online := map[string]alibabacloud.Settings{
		"assume_role":     assumed,
		"ecs_role_name":   {ECSRoleName: "ecs"},
		"credentials_uri": {CredentialsURI: uri},
		"assume_role_with_oidc": {AssumeRoleWithOIDC: &alibabacloud.AssumeRoleWithOIDC{
			RoleARN: "acs:ram::1:role/r", OIDCProviderARN: "x", OIDCTokenFile: token,
		}},
	}
	for _, profile := range []string{"role", "ecs", "ecs-role", "chain", "oidc", "uri", "sso"} {
		online["profile "+profile] = alibabacloud.Settings{Profile: profile}
	}
	for name, settings := range online {
		for _, debug := range []string{"credential", "sdk,credential"} {
			t.Run(name+" "+debug, func(t *testing.T) {
				wantError(t, read(t, settings, debug), "DEBUG", "credential", "unset", operation.Subject)
			})
		}
	}
	wantError(t, read(t, alibabacloud.Settings{}, "credential", "ALICLOUD_ECS_ROLE_NAME", "ecs"), "DEBUG", "ALICLOUD_ECS_ROLE_NAME")
	if got := asked.Load(); got > 0 {
		t.Errorf("the network was asked %d times", got)
	}

	// What it doesn't ask for is none of its business, and nor is another value.
	if err := read(t, keys, "credential"); err != nil {
		t.Errorf("keys: %v", err)
	}
	if err := read(t, alibabacloud.Settings{Profile: "main"}, "credential"); err != nil {
		t.Errorf("a profile with keys: %v", err)
	}
	if err := read(t, alibabacloud.Settings{Profile: "external"}, "credential"); err == nil || strings.Contains(err.Error(), "DEBUG") {
		t.Errorf("a profile with a command: %v", err)
	}
	if err := read(t, alibabacloud.Settings{CredentialsURI: uri}, "credentials, sdk"); err != nil {
		t.Errorf("another value: %v", err)
	}
}

// A token service that is overloaded, or breaks a connection, is asked again.
func TestFailingSTSIsAskedAgain(t *testing.T) {
	for name, fail := range map[string]http.HandlerFunc{
		"overloaded": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = w.Write([]byte(`{"Code":"ServiceUnavailable","Message":"later","RequestId":"R"}`))
		},
		"broken": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			serveHTTPS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if asked.Add(1) == 1 {
					fail(w, r)
					return
				}
				_, _ = fmt.Fprintf(w, `{"Credentials":{%s}}`, temporary("STS.1", time.Hour))
			}))
			dbs := newService(t, succeed)
			requests := request.New(request.Options{PerSecond: 1e6, MaxRetries: 2})
			client := alibabacloud.NewClient(alibabacloud.Settings{
				AccessKey: "id", SecretKey: "secret", Endpoint: dbs.URL, AssumeRole: &alibabacloud.AssumeRole{RoleARN: "acs:ram::1:role/r"},
			}, emptyEnvironment(t).get, requests, nil)
			if err := client.Do(t.Context(), operation, decode); err != nil {
				t.Fatal(err)
			}
			if got := asked.Load(); got != 2 {
				t.Errorf("asked %d times", got)
			}
		})
	}
}

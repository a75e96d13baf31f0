// Package request sends the calls of both clouds' APIs over HTTP.
//
// A call goes through one chain (chain.go): credentials, limiter of the host, signature,
// transport, classification, log. Above the chain is one retry loop (retry.go). The package
// knows neither a cloud nor Terraform: a [Call] knows what an API's errors look like.
package request

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/credentials"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/redact"
)

// The defaults of a provider configuration.
const (
	DefaultMaxConcurrent = 16
	DefaultMaxRetries    = 8
	DefaultTimeout       = 30 * time.Second
)

// Options are the settings of a [Client].
type Options struct {
	UserAgent     string
	MaxConcurrent int           // maximum number of requests in flight per host; 0: DefaultMaxConcurrent
	PerSecond     float64       // maximum number of requests per second and host; 0: no maximum
	MaxRetries    int           // maximum number of retries of a call
	Timeout       time.Duration // of one HTTP request, including the response's body; 0: DefaultTimeout
	// Logger receives a DEBUG record for each attempt, and others if a host throttles. Nil: no log.
	Logger *slog.Logger
	// Secrets are masked in errors and log records.
	Secrets *redact.Secrets
}

// A Call is one call of an API operation.
type Call struct {
	Cloud     string // "Alibaba Cloud"
	Operation string // the API's name: "DescribeBackupPlanList"
	Subject   string // what the call reads, for errors: "the backup plans in cn-hangzhou (page 2)"
	// TokenService is set for services that issue credentials (STS, IAM, instance metadata): their
	// limits are separate from those of other calls of the same host.
	TokenService bool
	NoProxy      bool          // bypass the proxies in the environment
	Timeout      time.Duration // 0: the client's
	MaxBody      int64         // maximum size of a response's body; 0: 32 MiB
	// NewRequest makes the request without a signature. It is called for each attempt. Secrets in
	// it must be in Options.Secrets: a server may repeat them.
	NewRequest func(ctx context.Context) (*http.Request, error)
	// Credentials are what Sign signs with. Nil: there are none.
	Credentials *credentials.Cache
	// Sign adds the signature or the token, right before the request is sent.
	Sign func(req *http.Request, c credentials.Credentials) error
	// Decode reads a response of any status but a redirect. It returns nil for a success, an
	// [*Error] for an error that the API reports, and any other error for a malformed response.
	Decode func(Response) error
}

// A Response is an HTTP response whose body was read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

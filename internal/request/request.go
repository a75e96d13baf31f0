// Package request sends the calls of a cloud's API over HTTP: every call gets
// the context, a deadline, one connection pool, limits in flight and per second
// that hold for the whole client, retries, masked logs, and one error type.
//
// It knows neither Terraform nor any one cloud. What a failure looks like in an
// answer is told by the [Call]'s Read.
package request

import (
	"context"
	"log/slog"
	"net/http"
	"time"
)

// Options are the settings of a [Client]. A zero field takes its default.
type Options struct {
	// Cloud is the name that errors give, "Alibaba Cloud" for instance.
	Cloud string
	// UserAgent is sent with every request that has none yet.
	UserAgent string
	// MaxConcurrent is the number of requests in flight at the most; 8 by default.
	MaxConcurrent int
	// PerSecond is the number of requests started in a second at the most; 20 by default.
	PerSecond float64
	// MaxRetries is how often a call is tried again after its first try. Zero is none: the
	// provider's default of 8 is the provider's.
	MaxRetries int
	// Timeout bounds one HTTP request, its answer's body included; 30 seconds by default.
	Timeout time.Duration
	// Logger gets one record a try, with secrets masked. Nil logs nothing.
	Logger *slog.Logger
	// Secrets are masked in every log record and error.
	Secrets *Secrets
}

// A Call is one call of an API operation.
type Call struct {
	// Operation is the API's name of the operation, "DescribeBackupPlanList" for instance.
	Operation string
	// Subject says what is being read, for errors: "the backup plans in cn-hangzhou, page 2".
	Subject string
	// Build makes the request of one try, signed. It is called again for each
	// try, because a signature carries a time and a nonce. It runs inside the
	// client's limits, right before the request is sent, so it must not call Do of
	// the same client. An error of it is final, unless it is an [*Error] that says
	// otherwise.
	Build func(ctx context.Context) (*http.Request, error)
	// Read decodes an answer of any status but a redirect. It returns nil for a
	// success, an [*Error] for a failure that the API tells, and any other error for
	// an answer that can't be understood. It must not keep the body.
	Read func(Answer) error
}

// An Answer is what came back, read to its end.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

package request

import (
	"context"
	"log/slog"
)

// record logs one try, if anybody listens. A body is never logged.
func (s *series) record(ctx context.Context, x *exchange, failure *Error, secrets func() *Secrets) {
	c := s.client
	if c.log == nil || !c.log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	masks := secrets()
	attrs := []slog.Attr{
		slog.String("cloud", c.cloud),
		slog.String("operation", s.call.Operation),
		slog.Int("try", s.tries),
		slog.Duration("duration", x.took),
	}
	if req := x.request; req != nil {
		attrs = append(attrs,
			slog.String("method", req.Method),
			slog.String("url", show(req.URL.Host+req.URL.EscapedPath(), masks, maxMessage)))
	}
	if x.answer.Status != 0 {
		attrs = append(attrs,
			slog.Int("status", x.answer.Status),
			slog.String("request_id", show(x.answer.requestID(), masks, maxMessage)),
			slog.Int("bytes", len(x.answer.Body)))
	}
	switch {
	case failure == nil:
	case failure.stopped != "":
		attrs = append(attrs, slog.String("error", failure.stopped))
	default:
		attrs = append(attrs,
			slog.String("fault", failure.Fault.String()),
			slog.String("error", failure.cause()))
	}
	c.log.LogAttrs(ctx, slog.LevelDebug, "API request", attrs...)
}

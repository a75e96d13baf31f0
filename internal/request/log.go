package request

import (
	"context"
	"log/slog"
)

// record writes one record for an attempt, without body, query and headers.
func (c *Client) record(ctx context.Context, a *attempt, e *Error) {
	log := c.options.Logger
	if !log.Enabled(ctx, slog.LevelDebug) {
		return
	}
	show := func(text string) string { return c.options.Secrets.Show(text, maxMessage) }
	attrs := []slog.Attr{
		slog.String("cloud", a.call.Cloud),
		slog.String("operation", a.call.Operation),
		slog.Int("attempt", a.number),
		slog.String("method", a.request.Method),
		slog.String("url", show(a.request.URL.Host+a.request.URL.EscapedPath())),
		slog.Duration("duration", a.took),
		slog.Int("status", a.response.Status), // 0: there was no response
		slog.String("request_id", show(requestID(a.response.Header))),
		slog.Int("bytes", len(a.response.Body)),
	}
	if e != nil {
		attrs = append(attrs, slog.String("class", e.Class.String()), slog.String("error", e.cause()))
	}
	log.LogAttrs(ctx, slog.LevelDebug, "API request", attrs...)
}

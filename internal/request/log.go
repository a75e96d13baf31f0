package request

import (
	"context"
	"log/slog"
)

// logged writes one record for each attempt, without body, query and headers.
func (c *Client) logged(next handler) handler {
	return func(ctx context.Context, a *attempt) error {
		err := next(ctx, a)
		if !c.log.Enabled(ctx, slog.LevelDebug) {
			return err
		}
		secrets := c.secrets.With(requestSecrets(a.request)...)
		attrs := []slog.Attr{
			slog.String("cloud", a.call.Cloud),
			slog.String("operation", a.call.Operation),
			slog.Int("attempt", a.number),
			slog.String("method", a.request.Method),
			slog.String("url", secrets.Show(a.request.URL.Host+a.request.URL.EscapedPath(), maxMessage)),
			slog.Duration("duration", a.took),
		}
		if a.response.Status != 0 {
			attrs = append(attrs,
				slog.Int("status", a.response.Status),
				slog.String("request_id", secrets.Show(requestID(a.response.Header), maxMessage)),
				slog.Int("bytes", len(a.response.Body)))
		}
		if err != nil {
			e := asError(err)
			attrs = append(attrs, slog.String("class", e.Class.String()), slog.String("error", e.cause()))
		}
		c.log.LogAttrs(ctx, slog.LevelDebug, "API request", attrs...)
		return err
	}
}

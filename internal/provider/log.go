package provider

import (
	"cmp"
	"context"
	"log/slog"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// newLogHandler returns a handler that passes the clients' records to Terraform's log, which
// discards those below its level. If it is off, nothing needs to be done for it. Secrets are
// masked before.
func newLogHandler(getenv func(string) string) slog.Handler {
	if LogIsOff(getenv) {
		return slog.DiscardHandler
	}
	return logHandler{}
}

// LogIsOff is whether Terraform discards what providers log.
func LogIsOff(getenv func(string) string) bool {
	level := strings.ToUpper(cmp.Or(getenv("TF_LOG_PROVIDER"), getenv("TF_LOG")))
	return level == "" || level == "OFF"
}

type logHandler struct{}

// Enabled is true: Terraform knows its level.
func (logHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle writes a record.
func (logHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, record.NumAttrs())
	record.Attrs(func(a slog.Attr) bool {
		fields[a.Key] = a.Value.Resolve().Any()
		return true
	})
	switch {
	case record.Level >= slog.LevelWarn:
		tflog.Warn(ctx, record.Message, fields)
	case record.Level >= slog.LevelInfo:
		tflog.Info(ctx, record.Message, fields)
	default:
		tflog.Debug(ctx, record.Message, fields)
	}
	return nil
}

// WithAttrs is not needed: every record has all of its attributes.
func (h logHandler) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup is not needed either.
func (h logHandler) WithGroup(string) slog.Handler { return h }

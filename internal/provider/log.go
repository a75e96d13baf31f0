package provider

import (
	"context"
	"log/slog"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// logHandler hands the clients' records to Terraform's log, whose level Terraform
// sets. Secrets are masked before they get here.
type logHandler struct{ attributes []slog.Attr }

func (logHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, record.NumAttrs()+len(h.attributes))
	add := func(a slog.Attr) bool {
		fields[a.Key] = a.Value.Resolve().Any()
		return true
	}
	for _, a := range h.attributes {
		add(a)
	}
	record.Attrs(add)
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

func (h logHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return logHandler{append(h.attributes[:len(h.attributes):len(h.attributes)], attributes...)}
}

// WithGroup keeps the names flat, as Terraform's log is.
func (h logHandler) WithGroup(string) slog.Handler { return h }

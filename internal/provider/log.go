package provider

import (
	"cmp"
	"context"
	"log/slog"
	"math"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// logHandler passes the clients' records to Terraform's log. Secrets are masked before.
type logHandler struct {
	least      slog.Level
	attributes []slog.Attr
}

// newLogHandler returns a handler for the level that Terraform is set to. Terraform
// discards everything else, so that nothing needs to be done for it.
func newLogHandler(getenv func(string) string) logHandler {
	var least slog.Level
	switch value := strings.ToUpper(cmp.Or(getenv("TF_LOG_PROVIDER"), getenv("TF_LOG"))); value {
	case "", "OFF":
		least = math.MaxInt
	case "INFO", "WARN", "ERROR":
		_ = least.UnmarshalText([]byte(value)) // slog has the same names
	default: // TRACE, DEBUG, JSON; Terraform reads an unknown name as TRACE
		least = slog.LevelDebug
	}
	return logHandler{least: least}
}

// Enabled is whether records of a level are of use.
func (h logHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.least }

// Handle writes a record.
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

// WithAttrs returns a handler that adds attributes to each record.
func (h logHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	h.attributes = append(h.attributes[:len(h.attributes):len(h.attributes)], attributes...)
	return h
}

// WithGroup keeps the names flat, as Terraform's log is.
func (h logHandler) WithGroup(string) slog.Handler { return h }

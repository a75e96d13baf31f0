// Package functions implements the provider's functions, which compare the time
// of a backup with the current time.
package functions

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// timeFunction is a function of the provider.
type timeFunction struct {
	name       string
	definition function.Definition
	run        func(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError
}

func (f timeFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = f.name
}

func (f timeFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = f.definition
}

func (f timeFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	resp.Error = f.run(ctx, req.Arguments, &resp.Result)
}

var timestampParameter = function.StringParameter{
	Name:           "timestamp",
	AllowNullValue: true,
	MarkdownDescription: "Timestamp to compare with `now`, in RFC 3339 format with `Z` or an offset, " +
		"with or without a fraction of a second: `\"2026-11-21T08:00:00Z\"`, `\"2026-11-21T16:00:00.123+08:00\"`. " +
		"Pass `latest_successful_time` of a data source directly, including null.",
}

var nowParameter = function.StringParameter{
	Name: "now",
	MarkdownDescription: "Current time, in the same format as `timestamp`. Pass `plantimestamp()`: a provider function " +
		"must return the same result for the same arguments, so it cannot read the clock.",
}

// parser parses arguments. err is of the first one that is invalid.
type parser struct{ err *function.FuncError }

func (p *parser) fail(position int64, format string, values ...any) {
	if p.err == nil {
		p.err = function.NewArgumentFuncError(position, fmt.Sprintf(format, values...))
	}
}

// timestamp parses a timestamp as timecmp does. Nil is the zero time.
func (p *parser) timestamp(position int64, name string, value *string) time.Time {
	if value == nil {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, *value)
	if err != nil {
		p.fail(position, "%s %q is not an RFC 3339 timestamp, such as \"2026-11-21T08:00:00Z\" or \"2026-11-21T16:00:00+08:00\"", name, *value)
	}
	return at
}

// duration parses a duration. A negative one, which timeadd needs to go back in time, would
// make every backup too old here.
func (p *parser) duration(position int64, name, value string) time.Duration {
	d, err := time.ParseDuration(value)
	if err != nil {
		p.fail(position, "%s %q is not a duration, such as \"26h\" or \"1h30m\" (units h, m, s, ms, us, ns; a day is \"24h\"; at most 292 years)", name, value)
	}
	if d < 0 {
		p.fail(position, "%s %q is negative; write the maximum age without a sign, such as \"26h\"", name, value)
	}
	return d
}

// Package functions holds the provider's functions, which compare a backup's time
// with the present, and what their arguments need on the way to them.
package functions

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

func timestampParameter() function.Parameter {
	return function.StringParameter{
		Name:           "timestamp",
		AllowNullValue: true,
		MarkdownDescription: "The point in time to look at, in RFC 3339 format with `Z` or an offset, " +
			"with or without a fraction of a second: `\"2026-11-21T08:00:00Z\"`, `\"2026-11-21T16:00:00.123+08:00\"`. " +
			"`latest_successful_time` of a data source can be passed as it is, null included.",
	}
}

func nowParameter() function.Parameter {
	return function.StringParameter{
		Name: "now",
		MarkdownDescription: "The present, in the same format as `timestamp`. Pass `plantimestamp()`: a function of a provider " +
			"must give the same result for the same arguments, so it can't look at the clock itself.",
	}
}

// parseTimestamp reads the timestamp at a position, as Terraform's timecmp does.
func parseTimestamp(position int64, name, text string) (time.Time, *function.FuncError) {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, function.NewArgumentFuncError(position, fmt.Sprintf(
			"%s %q is not an RFC 3339 timestamp, such as \"2026-11-21T08:00:00Z\" or \"2026-11-21T16:00:00+08:00\"",
			name, text))
	}
	return t, nil
}

// parseDuration reads the duration at a position. A negative one is a slip of
// the pen that makes every backup too old: timeadd needs "-26h" to look back.
func parseDuration(position int64, name, text string) (time.Duration, *function.FuncError) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, function.NewArgumentFuncError(position, fmt.Sprintf(
			"%s %q is not a duration, such as \"26h\" or \"1h30m\" (units h, m, s, ms, us, ns; a day is \"24h\"; at most 292 years)",
			name, text))
	}
	if d < 0 {
		return 0, function.NewArgumentFuncError(position, fmt.Sprintf(
			"%s %q is negative; the function looks back by itself, so write it without the sign, such as \"26h\"",
			name, text))
	}
	return d, nil
}

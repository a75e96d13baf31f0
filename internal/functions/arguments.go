// Package functions implements the provider's functions, which compare the time
// of a backup with the current time.
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
		MarkdownDescription: "Timestamp to compare with `now`, in RFC 3339 format with `Z` or an offset, " +
			"with or without a fraction of a second: `\"2026-11-21T08:00:00Z\"`, `\"2026-11-21T16:00:00.123+08:00\"`. " +
			"Pass `latest_successful_time` of a data source directly, including null.",
	}
}

func nowParameter() function.Parameter {
	return function.StringParameter{
		Name: "now",
		MarkdownDescription: "Current time, in the same format as `timestamp`. Pass `plantimestamp()`: a provider function " +
			"must return the same result for the same arguments, so it cannot read the clock.",
	}
}

// parseTimestamp parses the timestamp argument at a position, as timecmp does.
func parseTimestamp(position int64, name, value string) (time.Time, *function.FuncError) {
	t, err := time.Parse(time.RFC3339, value)
	if err != nil {
		return t, function.NewArgumentFuncError(position, fmt.Sprintf(
			"%s %q is not an RFC 3339 timestamp, such as \"2026-11-21T08:00:00Z\" or \"2026-11-21T16:00:00+08:00\"",
			name, value))
	}
	return t, nil
}

// parseDuration parses the duration argument at a position. A negative duration,
// which timeadd needs to go back in time, would make every backup too old here.
func parseDuration(position int64, name, value string) (time.Duration, *function.FuncError) {
	d, err := time.ParseDuration(value)
	if err != nil {
		return 0, function.NewArgumentFuncError(position, fmt.Sprintf(
			"%s %q is not a duration, such as \"26h\" or \"1h30m\" (units h, m, s, ms, us, ns; a day is \"24h\"; at most 292 years)",
			name, value))
	}
	if d < 0 {
		return 0, function.NewArgumentFuncError(position, fmt.Sprintf(
			"%s %q is negative; write the maximum age without a sign, such as \"26h\"",
			name, value))
	}
	return d, nil
}

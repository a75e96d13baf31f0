package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// NewOlderThan returns older_than(timestamp, duration, now), which checks whether
// timestamp is more than duration before now. A null timestamp always is.
func NewOlderThan() function.Function {
	return timeFunction{name: "older_than", run: olderThan, definition: function.Definition{
		Summary: "Checks whether a timestamp is older than a duration",
		MarkdownDescription: "Returns `true` if `timestamp` is more than `duration` before `now`. Returns `false` if it is exactly `duration` " +
			"before `now`, less, or in the future. Fractions of a second count.\n\n" +
			"A null `timestamp` is older than any duration. A check of a backup's age therefore also fails if there is no successful " +
			"backup, without a condition of its own for null.\n\n" +
			"If an argument is unknown during planning (\"known after apply\"), the result is unknown too. " +
			"An invalid timestamp or duration is an error that names the argument, even if `timestamp` is null.",
		Parameters: []function.Parameter{
			timestampParameter,
			function.StringParameter{
				Name: "duration",
				MarkdownDescription: "Maximum age of `timestamp`, as a duration string like that of `timeadd`: numbers with the units `h`, `m`, `s`, " +
					"`ms`, `us` or `ns`, such as `\"26h\"` or `\"1h30m\"`. There is no unit for days: seven days are `\"168h\"`. " +
					"Must not be negative or more than 292 years.",
			},
			nowParameter,
		},
		Return: function.BoolReturn{},
	}}
}

func olderThan(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
	var timestamp *string
	var duration, now string
	if err := arguments.Get(ctx, &timestamp, &duration, &now); err != nil {
		return err
	}
	var p parser
	limit := p.duration(1, "duration", duration)
	current := p.timestamp(2, "now", &now)
	at := p.timestamp(0, "timestamp", timestamp)
	if p.err != nil {
		return p.err
	}
	return result.Set(ctx, timestamp == nil || at.Add(limit).Before(current))
}

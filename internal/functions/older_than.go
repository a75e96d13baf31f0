package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

var _ function.Function = olderThan{}

type olderThan struct{}

// NewOlderThan returns older_than(timestamp, duration, now), which checks whether
// timestamp is more than duration before now. A null timestamp always is.
func NewOlderThan() function.Function { return olderThan{} }

func (olderThan) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "older_than"
}

func (olderThan) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Checks whether a timestamp is older than a duration",
		MarkdownDescription: "Returns `true` if `timestamp` is more than `duration` before `now`. Returns `false` if it is exactly `duration` " +
			"before `now`, less, or in the future. Fractions of a second count.\n\n" +
			"A null `timestamp` is older than any duration. A check of a backup's age therefore also fails if there is no successful " +
			"backup, without a condition of its own for null.\n\n" +
			"If an argument is unknown during planning (\"known after apply\"), the result is unknown too. " +
			"An invalid timestamp or duration is an error that names the argument, even if `timestamp` is null.",
		Parameters: []function.Parameter{
			timestampParameter(),
			function.StringParameter{
				Name: "duration",
				MarkdownDescription: "Maximum age of `timestamp`, as a duration string like that of `timeadd`: numbers with the units `h`, `m`, `s`, " +
					"`ms`, `us` or `ns`, such as `\"26h\"` or `\"1h30m\"`. There is no unit for days: seven days are `\"168h\"`. " +
					"Must not be negative or more than 292 years.",
			},
			nowParameter(),
		},
		Return: function.BoolReturn{},
	}
}

func (olderThan) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var timestamp *string
	var duration, now string
	if resp.Error = req.Arguments.Get(ctx, &timestamp, &duration, &now); resp.Error != nil {
		return
	}
	// duration and now are checked first, so that an invalid one is an error even
	// while there is no backup.
	limit, err := parseDuration(1, "duration", duration)
	if err != nil {
		resp.Error = err
		return
	}
	current, err := parseTimestamp(2, "now", now)
	if err != nil {
		resp.Error = err
		return
	}
	if timestamp == nil {
		resp.Error = resp.Result.Set(ctx, true)
		return
	}
	t, err := parseTimestamp(0, "timestamp", *timestamp)
	if err != nil {
		resp.Error = err
		return
	}
	resp.Error = resp.Result.Set(ctx, t.Add(limit).Before(current))
}

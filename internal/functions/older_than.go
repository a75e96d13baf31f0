package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

var _ function.Function = olderThan{}

type olderThan struct{}

// NewOlderThan returns older_than(timestamp, duration, now): whether timestamp
// lies more than duration before now. A null timestamp does, always.
func NewOlderThan() function.Function { return olderThan{} }

func (olderThan) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "older_than"
}

func (olderThan) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Tells whether a timestamp is older than a duration",
		MarkdownDescription: "Returns `true` if `timestamp` lies more than `duration` before `now`, and `false` otherwise: " +
			"also if it lies exactly `duration` before `now`, or in the future. Fractions of a second count.\n\n" +
			"A null `timestamp` is older than everything. So a check that asks for a young enough backup fails when there is " +
			"no good backup at all, without having to ask whether there is any.\n\n" +
			"An argument that is not known while planning makes the result unknown too. " +
			"A timestamp or duration that can't be read is an error that names the argument, also when `timestamp` is null.",
		Parameters: []function.Parameter{
			timestampParameter(),
			function.StringParameter{
				Name: "duration",
				MarkdownDescription: "The age up to which `timestamp` is young enough, as `timeadd` writes a duration: numbers with the units `h`, `m`, `s`, " +
					"`ms`, `us` or `ns`, such as `\"26h\"` or `\"1h30m\"`. There is no unit for days: seven days are `\"168h\"`. " +
					"A negative duration is an error, and so is one of more than 292 years.",
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
	// The limit and the present are read first: a mistake in them must not stay
	// hidden until there is a backup.
	limit, err := parseDuration(1, "duration", duration)
	if err != nil {
		resp.Error = err
		return
	}
	present, err := parseTimestamp(2, "now", now)
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
	resp.Error = resp.Result.Set(ctx, t.Add(limit).Before(present))
}

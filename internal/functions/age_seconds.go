package functions

import (
	"context"
	"math/big"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// numberPrecision is the precision of Terraform's numbers in bits. The 53 bits of
// a float64 lose the nanoseconds of an age of months.
const numberPrecision = 512

var _ function.Function = ageSeconds{}

type ageSeconds struct{}

// NewAgeSeconds returns age_seconds(timestamp, now), the seconds from timestamp to
// now: exact to the nanosecond, negative if timestamp is in the future, null if
// it is null.
func NewAgeSeconds() function.Function { return ageSeconds{} }

func (ageSeconds) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "age_seconds"
}

func (ageSeconds) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Returns the age of a timestamp in seconds",
		MarkdownDescription: "Returns the number of seconds from `timestamp` to `now`, exact to the nanosecond and not rounded: " +
			"use `floor` for whole seconds. The age of a `timestamp` after `now` is negative.\n\n" +
			"The age of a null `timestamp` is null. To check whether a backup is too old, use `older_than`, which handles null.\n\n" +
			"If an argument is unknown during planning (\"known after apply\"), the result is unknown too. " +
			"An invalid timestamp is an error that names the argument.",
		Parameters: []function.Parameter{timestampParameter(), nowParameter()},
		Return:     function.NumberReturn{},
	}
}

func (ageSeconds) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var timestamp *string
	var now string
	if resp.Error = req.Arguments.Get(ctx, &timestamp, &now); resp.Error != nil {
		return
	}
	current, err := parseTimestamp(1, "now", now)
	if err != nil {
		resp.Error = err
		return
	}
	if timestamp == nil {
		resp.Error = resp.Result.Set(ctx, types.NumberNull())
		return
	}
	t, err := parseTimestamp(0, "timestamp", *timestamp)
	if err != nil {
		resp.Error = err
		return
	}
	resp.Error = resp.Result.Set(ctx, secondsBetween(t, current))
}

// secondsBetween returns b - a in seconds. A time.Duration holds at most 292
// years, so whole seconds and nanoseconds are added separately.
func secondsBetween(a, b time.Time) *big.Float {
	nanoseconds := big.NewInt(b.Unix() - a.Unix())
	nanoseconds.Mul(nanoseconds, big.NewInt(int64(time.Second)))
	nanoseconds.Add(nanoseconds, big.NewInt(int64(b.Nanosecond()-a.Nanosecond())))

	seconds := new(big.Float).SetPrec(numberPrecision).SetInt(nanoseconds)
	return seconds.Quo(seconds, big.NewFloat(float64(time.Second)))
}

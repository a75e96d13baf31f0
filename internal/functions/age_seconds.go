package functions

import (
	"context"
	"math/big"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// numberPrecision is the precision in bits that Terraform's own numbers have. A
// float64's 53 would lose the nanoseconds of an age of months.
const numberPrecision = 512

var _ function.Function = ageSeconds{}

type ageSeconds struct{}

// NewAgeSeconds returns age_seconds(timestamp, now): the seconds from timestamp
// to now, exact to the nanosecond, negative for a timestamp in the future, null
// for a null timestamp.
func NewAgeSeconds() function.Function { return ageSeconds{} }

func (ageSeconds) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "age_seconds"
}

func (ageSeconds) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Gives the age of a timestamp in seconds",
		MarkdownDescription: "Returns the number of seconds from `timestamp` to `now`. It is exact to the nanosecond and is not rounded: " +
			"a timestamp with a fraction of a second gives an age with one, and `floor` makes a whole number of it. " +
			"A `timestamp` after `now` has a negative age.\n\n" +
			"The age of a null `timestamp` is null. To ask whether a backup is too old, use `older_than`, which answers for null as well.\n\n" +
			"An argument that is not known while planning makes the result unknown too. " +
			"A timestamp that can't be read is an error that names the argument.",
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
	present, err := parseTimestamp(1, "now", now)
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
	resp.Error = resp.Result.Set(ctx, secondsBetween(t, present))
}

// secondsBetween is b - a in seconds. A time.Duration ends at 292 years, so whole
// seconds and nanoseconds are added up apart.
func secondsBetween(a, b time.Time) *big.Float {
	nanoseconds := big.NewInt(b.Unix() - a.Unix())
	nanoseconds.Mul(nanoseconds, big.NewInt(int64(time.Second)))
	nanoseconds.Add(nanoseconds, big.NewInt(int64(b.Nanosecond()-a.Nanosecond())))

	seconds := new(big.Float).SetPrec(numberPrecision).SetInt(nanoseconds)
	return seconds.Quo(seconds, big.NewFloat(float64(time.Second)))
}

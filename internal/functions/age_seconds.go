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

// NewAgeSeconds returns age_seconds(timestamp, now), the seconds from timestamp to
// now: exact to the nanosecond, negative if timestamp is in the future, null if
// it is null.
func NewAgeSeconds() function.Function {
	return timeFunction{name: "age_seconds", run: ageSeconds, definition: function.Definition{
		Summary: "Returns the age of a timestamp in seconds",
		MarkdownDescription: "Returns the number of seconds from `timestamp` to `now`, exact to the nanosecond and not rounded: " +
			"use `floor` for whole seconds. The age of a `timestamp` after `now` is negative.\n\n" +
			"The age of a null `timestamp` is null. To check whether a backup is too old, use `older_than`, which handles null.\n\n" +
			"If an argument is unknown during planning (\"known after apply\"), the result is unknown too. " +
			"An invalid timestamp is an error that names the argument.",
		Parameters: []function.Parameter{timestampParameter, nowParameter},
		Return:     function.NumberReturn{},
	}}
}

func ageSeconds(ctx context.Context, arguments function.ArgumentsData, result *function.ResultData) *function.FuncError {
	var timestamp *string
	var now string
	if err := arguments.Get(ctx, &timestamp, &now); err != nil {
		return err
	}
	var p parser
	current := p.timestamp(1, "now", &now)
	at := p.timestamp(0, "timestamp", timestamp)
	switch {
	case p.err != nil:
		return p.err
	case timestamp == nil:
		return result.Set(ctx, types.NumberNull())
	}
	return result.Set(ctx, secondsBetween(at, current))
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

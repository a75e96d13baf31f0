package request

import (
	"math"
	"time"
)

const (
	// The AWS SDKs use the same two figures.
	decrease = 0.7 // fraction of the measured rate that is left after throttling
	growth   = 0.4 // of the cubic curve, in requests per second and cubic second

	slowest = 0.5  // least limit, in requests per second
	fastest = 1000 // beyond it, there is no limit
)

// An adaptiveRate is a limit that follows what a host accepts, like the adaptive retry mode of
// the AWS SDKs. There is no limit until the host throttles. Then the limit is a fraction of the
// rate that was getting through, and grows along a cubic curve: fast at first, slowly near
// that rate, then fast again.
type adaptiveRate struct {
	limited bool
	peak    float64     // the rate at which the host throttled
	since   time.Time   // when the limit was lowered
	passes  []time.Time // requests that passed within the last second
}

// limit is the number of requests per second that may be sent now.
func (r *adaptiveRate) limit(now time.Time) float64 {
	if !r.limited {
		return math.Inf(1)
	}
	flat := math.Cbrt(r.peak * (1 - decrease) / growth) // seconds until the peak is reached again
	limit := max(slowest, r.peak+growth*math.Pow(now.Sub(r.since).Seconds()-flat, 3))
	if limit > max(fastest, 2*r.peak) {
		r.limited = false
		return math.Inf(1)
	}
	return limit
}

// pass counts a request that passed. Requests that were in flight when the limit was lowered show
// that the host accepted more than was known then.
func (r *adaptiveRate) pass(sent, now time.Time) {
	r.passes = append(r.passes, now)
	if measured := r.measured(now); !sent.After(r.since) {
		r.peak = max(r.peak, measured)
	}
}

// throttle lowers the limit, unless the request was sent before it was lowered last.
func (r *adaptiveRate) throttle(sent, now time.Time) bool {
	if !sent.After(r.since) {
		return false
	}
	peak := r.measured(now)
	if limit := r.limit(now); r.limited {
		// The measured rate is an average of rates that grew, so the host's is between the two.
		peak = min(limit, (peak+limit)/2)
	}
	r.limited, r.peak, r.since = true, max(slowest, peak), now
	return true
}

func (r *adaptiveRate) measured(now time.Time) float64 {
	for len(r.passes) > 0 && now.Sub(r.passes[0]) >= time.Second {
		r.passes = r.passes[1:]
	}
	return float64(len(r.passes))
}

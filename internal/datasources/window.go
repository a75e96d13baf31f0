package datasources

import (
	"fmt"
	"time"
)

// window is a filter by time: on or after, and strictly before. A nil bound is
// none.
type window struct {
	from, before *time.Time
}

// keeps is whether a time is in the window. An item without a time is in none.
// A time that can't be read is an error, as nobody can say where it lies.
func (w window) keeps(at time.Time, ok bool, err error) (bool, error) {
	switch {
	case w.from == nil && w.before == nil:
		return true, nil
	case !ok:
		return false, nil
	case err != nil:
		return false, fmt.Errorf("a filter by time can't be applied: %w", err)
	}
	return (w.from == nil || !at.Before(*w.from)) && (w.before == nil || at.Before(*w.before)), nil
}

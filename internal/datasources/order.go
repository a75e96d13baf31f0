package datasources

import (
	"cmp"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// direction is that of an order. What has no value comes last in both.
type direction int

const (
	ascending  direction = 1
	descending direction = -1
)

// times orders two points in time.
func (d direction) times(a time.Time, hasA bool, b time.Time, hasB bool) int {
	if hasA && hasB {
		return int(d) * a.Compare(b)
	}
	return present(hasA, hasB)
}

// texts orders two texts.
func (d direction) texts(a, b scalar.Text) int {
	if a.Valid && b.Valid {
		return int(d) * cmp.Compare(a.Value, b.Value)
	}
	return present(a.Valid, b.Valid)
}

func present(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

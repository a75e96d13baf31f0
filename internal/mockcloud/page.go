package mockcloud

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// The methods here read the parameters of a request. The first error decides the
// answer.

// fail notes an error. finish answers with the first one.
func (c *call) fail(a *answer) {
	if c.invalid == nil {
		c.invalid = a
	}
}

// rejectParameter notes the cloud's error for a parameter that isn't valid.
func (c *call) rejectParameter(name string) {
	if c.record.Cloud == AlibabaCloud {
		c.fail(dbsError(c, http.StatusBadRequest, "InvalidParameterValid", "The specified parameter "+name+" value is not valid."))
		return
	}
	code := map[string]string{"limit": "DBS.280439", "begin_time": "DBS.280216", "end_time": "DBS.280216"}[name]
	c.fail(huaweiError(c, http.StatusBadRequest, cmp.Or(code, "DBS.280001"), "Parameter error: "+name+"."))
}

// oneOf reads a parameter that has only these values or none.
func (c *call) oneOf(name string, valid ...string) string {
	value := c.params.Get(name)
	if value != "" && !slices.Contains(valid, value) {
		c.rejectParameter(name)
	}
	return value
}

// integer reads a number of at least 0.
func (c *call) integer(name string, otherwise, most int64) int64 {
	if c.params.Get(name) == "" {
		return otherwise
	}
	value, err := strconv.ParseInt(c.params.Get(name), 10, 64)
	if err != nil || value < 0 || value > most {
		c.rejectParameter(name)
		return otherwise
	}
	return value
}

// time reads a point in time; zero if there is none.
func (c *call) time(name, layout string) time.Time {
	if c.params.Get(name) == "" {
		return time.Time{}
	}
	t, err := time.Parse(layout, c.params.Get(name))
	if err != nil {
		c.rejectParameter(name)
	}
	return t
}

// keepEqual returns the items whose members have the values of parameters:
// parameter and member, in turn. A parameter that isn't there limits nothing.
func (c *call) keepEqual(items []Item, names ...string) []Item {
	for pair := range slices.Chunk(names, 2) {
		if value := c.params.Get(pair[0]); value != "" {
			items = keep(items, func(item Item) bool { return item.Get(pair[1]) == value })
		}
	}
	return items
}

// overlapping returns the items whose time, between two members in epoch
// milliseconds, overlaps a range.
func overlapping(items []Item, begin, end string, from, until int64) []Item {
	if from <= 0 && until == math.MaxInt64 {
		return items
	}
	return keep(items, func(item Item) bool { return item.integer(begin) <= until && item.integer(end) >= from })
}

// page returns the items of one page, as faults let the client see the list.
func (c *call) page(items []Item, from, size int) []Item {
	f, total := c.faults, len(items)
	if f.Copies == CopiesAlternate && c.faultNumber%2 == 0 || f.Copies == "random" && c.random().IntN(2) == 1 {
		// The copy that lags still has the oldest items, and not yet the newest.
		c.note(true, "copies")
		lag := min(max(f.CopyLag, 1), total)
		lagging := slices.Clone(items[lag:])
		for n := range lag {
			lagging = append(lagging, renamed(c.operation.kind, items[total-1], fmt.Sprintf("purged%06d", n+1)))
		}
		items = lagging
	}
	if from > 0 && c.due(f.RepeatEvery, "repeat-every") {
		from = max(from-size, 0)
	}
	c.note(f.Endless, "endless")
	if f.Endless {
		from = 0
	} else if f.ShortFirstPage > 0 && from == 0 {
		c.note(true, "short-first-page")
		size = min(size, f.ShortFirstPage)
	}
	from = min(from, total)
	items = items[from:min(from+size, total)]
	c.record.Items, c.record.Total = len(items), total
	return items
}

// renamed returns an item with another ID and name.
func renamed(k *kind, item Item, id string) Item {
	for _, member := range []string{k.id, k.name} {
		if member != "" {
			item = item.With(member, id)
		}
	}
	return item
}

// foreign returns an item as if it belonged to another plan or instance.
func foreign(k *kind, item Item) Item {
	if k.owner != "" {
		return item.With(k.owner, "ffffffffffffffffffffffffffffffffin07")
	}
	return renamed(k, item, "foreign000001")
}

// random returns the random numbers of this request, which the faults' seed and
// the number of the request decide.
func (c *call) random() *rand.Rand {
	return rand.New(rand.NewPCG(c.faults.Seed, uint64(c.faultNumber))) //nolint:gosec // Numbers to repeat, not a secret.
}

// listOf returns an object with a list, as faults have it.
func (c *call) listOf(items []Item) Item {
	f, name := c.faults, c.operation.kind.list
	switch {
	case c.due(f.NullListEvery, "null-list-every"):
		return object(name, nil)
	case c.due(f.NoListEvery, "no-list-every"):
		return object()
	}
	items = slices.Clone(items)
	if len(c.omitted) > 0 {
		for n := range items {
			items[n] = items[n].Without(c.omitted...)
		}
	}
	if f.Shuffle {
		c.note(true, "shuffle")
		c.random().Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	}
	if len(items) > 0 && c.due(f.ForeignEvery, "foreign-every") {
		items[len(items)-1] = foreign(c.operation.kind, items[len(items)-1])
	}
	c.note(f.ExtraItems > 0, "extra-items")
	for range f.ExtraItems {
		items = append(items, object())
	}
	return object(name, items)
}

// withTotal adds the total of an answer as faults have it. asString is the
// API's own form. onPage is how many items the answer has.
func (c *call) withTotal(body Item, name string, total, onPage int, asString bool) Item {
	f := c.faults
	c.note(f.Total != "", "total")
	c.note(f.TotalCap > 0, "total-cap")
	c.note(f.TotalAdd != 0, "total-add")
	switch {
	case f.Endless:
		total = 1_000_000
	case f.Total == TotalPage:
		total = onPage
	case f.TotalCap > 0:
		total = min(total, f.TotalCap)
	}
	total += f.TotalAdd
	switch {
	case f.Total == TotalNone:
		return body
	case f.Total == TotalNull:
		return body.With(name, nil)
	case f.Total == TotalString, asString && f.Total != TotalNumber:
		return body.With(name, strconv.Itoa(total))
	}
	return body.With(name, total)
}

// finish makes an answer of its members, if no error was noted.
func (c *call) finish(body Item) *answer {
	if c.invalid != nil {
		return c.invalid
	}
	return &answer{status: http.StatusOK, body: c.changeValues(body.encoded)}
}

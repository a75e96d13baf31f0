package mockcloud

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
)

// members are those of an answer while it is made.
type members []member

func (m *members) add(name string, value any) { *m = append(*m, member{name, encode(value)}) }

// cut returns the items from an index on, size at most.
func cut(items []Item, from, size int) []Item {
	from = min(from, len(items))
	return items[from:min(from+size, len(items))]
}

// page returns the items of one page, as faults let the client see the list.
func (s *Server) page(c *call, items []Item, from, size int) []Item {
	f := c.faults
	total := len(items)
	items = c.laggingCopy(items)
	if from > 0 && c.due(f.RepeatEvery, "repeat-every") {
		from = max(from-size, 0)
	}
	switch {
	case f.Endless:
		items = cut(items, 0, size)
	case f.ShortFirstPage > 0 && from == 0:
		items = cut(items, 0, min(size, f.ShortFirstPage))
	default:
		items = cut(items, from, size)
	}
	s.note(c, func(r *Request) { r.Items, r.Total = len(items), total })
	return items
}

// laggingCopy returns the list as the copy of the database has it that answers
// this request. The copy that lags still has the oldest items, and not yet the
// newest.
func (c *call) laggingCopy(items []Item) []Item {
	f, n := c.faults, len(items)
	lag := min(max(f.CopyLag, 1), n)
	switch {
	case f.Copies == "" || n == 0, f.Copies == CopiesAlternate && c.faultNumber%2 == 1,
		f.Copies == "random" && c.random().IntN(2) == 0:
		return items
	}
	old := append(make([]Item, 0, n), items[lag:]...)
	for k := range lag {
		old = append(old, renamed(c.operation.kind, items[n-1], fmt.Sprintf("purged%06d", k+1)))
	}
	return old
}

// renamed returns an item with another ID and name.
func renamed(k *kind, item Item, id string) Item {
	if k.id != "" {
		item = item.With(k.id, id)
	}
	if k.name != "" {
		item = item.With(k.name, id)
	}
	return item
}

// random returns the random numbers of this request, which the faults' seed and
// the number of the request decide.
func (c *call) random() *rand.Rand {
	return rand.New(rand.NewPCG(c.faults.Seed, uint64(c.faultNumber))) //nolint:gosec // Numbers to repeat, not a secret.
}

// addList adds the list of an answer under its name, as faults have it.
func (c *call) addList(m *members, items []Item) {
	f, k := c.faults, c.operation.kind
	switch {
	case c.due(f.NullListEvery, "null-list-every"):
		m.add(k.list, nil)
		return
	case c.due(f.NoListEvery, "no-list-every"):
		return
	}
	if len(c.omitted) > 0 {
		items = slices.Clone(items)
		for n := range items {
			items[n] = items[n].Without(c.omitted...)
		}
	}
	if f.Shuffle {
		shuffled := make([]Item, len(items))
		for to, from := range c.random().Perm(len(items)) {
			shuffled[to] = items[from]
		}
		items = shuffled
	}
	if len(items) > 0 && c.due(f.ForeignEvery, "foreign-every") {
		items = slices.Clone(items)
		items[len(items)-1] = foreign(k, items[len(items)-1])
	}
	m.add(k.list, json.RawMessage(joinItems(f.changed(k, items), f.ExtraItems)))
}

// foreign returns an item as if it belonged to another plan or instance.
func foreign(k *kind, item Item) Item {
	if k.parent != "" {
		return item.With(k.parent, "ffffffffffffffffffffffffffffffffin07")
	}
	return renamed(k, item, "foreign000001")
}

// addTotal adds the total of an answer as faults have it. asString is the
// API's own form. onPage is how many items the answer has.
func (c *call) addTotal(m *members, name string, total, onPage int, asString bool) {
	f := c.faults
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
	case f.Total == TotalNull:
		m.add(name, nil)
	case f.Total == TotalString, asString && f.Total != TotalNumber:
		m.add(name, strconv.Itoa(total))
	default:
		m.add(name, total)
	}
}

// finish makes an answer of its members.
func (c *call) finish(m members) *answer {
	f := c.faults
	if f.UnknownFields {
		m.add("FutureMember", map[string]any{"Since": "a later version"})
	}
	a := ok(newItem(m))
	if f.NumbersAsStrings || f.StringsAsNumbers || f.BooleansAsStrings {
		if n, err := parseJSON(a.body); err == nil {
			a.body = n.rewrite("", func(name string, raw []byte) []byte {
				if c.operation.kind != nil && name == c.operation.kind.id {
					return raw // Tests go by it.
				}
				return f.otherType(raw)
			})
		}
	}
	return a
}

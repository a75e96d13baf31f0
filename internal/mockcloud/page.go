package mockcloud

import (
	"bytes"
	"math/rand/v2"
	"net/http"
)

// page is a part of a list on its way to the client.
type page struct {
	kind  *kind
	items []Item
	// number is the DBS page number, as told in the answer.
	number int
	// size is the page size that was used.
	size int
	// total is how many items match.
	total int
}

// cut returns the items from an index on, size at most.
func cut(items []Item, from, size int) []Item {
	from = min(from, len(items))
	return items[from:min(from+size, len(items))]
}

// snapshot returns a list as it is now. It is not the caller's to change.
func (s *Server) snapshot(key listKey) (items []Item, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items, known = s.lists[key]
	return items, known
}

// finish makes the answer of a page: shuffles and distorts what the faults
// say, and hands the list's JSON to write, which puts the envelope around it.
func (s *Server) finish(c *call, p page, write func(b *itemBuilder, list []byte)) *answer {
	if c.faults.Shuffle {
		p.items = shuffle(p.items, c.faults.Seed, c.faultNumber)
	}
	if c.faults.distortsItems() {
		distorted := make([]Item, 0, len(p.items))
		for _, item := range p.items {
			distorted = append(distorted, c.faults.item(p.kind, item))
		}
		p.items = distorted
	}
	var b itemBuilder
	write(&b, joinItems(p.items))
	c.faults.pad(&b)
	s.note(c, func(r *Request) { r.Items, r.Total = len(p.items), p.total })
	return &answer{status: http.StatusOK, body: b.item().text}
}

// shuffle returns the items in an order that the seed and the number of the
// request decide.
func shuffle(items []Item, seed uint64, number int) []Item {
	shuffled := make([]Item, len(items))
	order := rand.New(rand.NewPCG(seed, uint64(number))) //nolint:gosec // An order to repeat, not a secret.
	for to, from := range order.Perm(len(items)) {
		shuffled[to] = items[from]
	}
	return shuffled
}

// joinItems is the JSON array of items whose text is there already.
func joinItems(items []Item) []byte {
	size := 2
	for _, item := range items {
		size += len(item.text) + 1
	}
	var b bytes.Buffer
	b.Grow(size)
	b.WriteByte('[')
	for n, item := range items {
		if n > 0 {
			b.WriteByte(',')
		}
		b.Write(item.text)
	}
	b.WriteByte(']')
	return b.Bytes()
}

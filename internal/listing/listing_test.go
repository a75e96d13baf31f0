package listing_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// server is a list that changes while it is read. It keeps every state that it
// was in.
type server struct {
	mu       sync.Mutex
	list     []string
	states   [][]string
	requests int
	fresh    int
	changes  map[int]change // by number of request, before the answer

	base    int  // the number of the first page
	cap     int  // items on a page at the most
	offsets bool // whether pages start at an offset in items
	total   func(count int) *int64
	shuffle *rand.Rand
}

// change is what happens to the list at one moment: items go, and come.
type change struct {
	Remove []int // positions, modulo the length
	Insert []int
}

func (s *server) source(size, concurrency int) listing.Source[string] {
	return listing.Source[string]{
		Page:        s.page,
		ID:          func(id *string) string { return *id },
		IDField:     "Id",
		PageSize:    size,
		Concurrency: concurrency,
	}
}

func (s *server) page(_ context.Context, at listing.Position) (listing.Page[string], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	if c, ok := s.changes[s.requests]; ok {
		s.apply(c)
	}
	size := at.Limit
	if s.cap > 0 {
		size = min(size, s.cap)
	}
	start := max(at.Page-s.base, 0) * size
	if s.offsets {
		start = at.Offset
	}
	start = min(start, len(s.list))
	items := slices.Clone(s.list[start:min(start+size, len(s.list))])
	if s.shuffle != nil {
		s.shuffle.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	}
	return listing.Page[string]{Items: items, Listed: true, Total: s.total(len(s.list))}, nil
}

func (s *server) apply(c change) {
	for _, at := range c.Remove {
		if len(s.list) > 0 {
			at %= len(s.list)
			s.list = slices.Delete(s.list, at, at+1)
		}
	}
	for _, at := range c.Insert {
		s.fresh++
		s.list = slices.Insert(s.list, at%(len(s.list)+1), fmt.Sprintf("new-%d", s.fresh))
	}
	s.states = append(s.states, slices.Clone(s.list))
}

func told(count int) *int64 {
	total := int64(count)
	return &total
}

func untold(int) *int64 { return nil }

func newServer(count int) *server {
	s := &server{total: told, changes: map[int]change{}}
	for i := range count {
		s.list = append(s.list, fmt.Sprintf("item-%d", i))
	}
	s.states = [][]string{slices.Clone(s.list)}
	return s
}

// had is whether the list was the server's at some moment.
func (s *server) had(items []string) bool {
	got := slices.Sorted(slices.Values(items))
	return slices.ContainsFunc(s.states, func(state []string) bool {
		return slices.Equal(got, slices.Sorted(slices.Values(state)))
	})
}

func anyServer(t *rapid.T) *server {
	s := newServer(rapid.IntRange(0, 60).Draw(t, "items"))
	s.offsets = rapid.Bool().Draw(t, "offsets")
	if !s.offsets {
		s.base = rapid.IntRange(0, 1).Draw(t, "first page")
	}
	s.cap = rapid.IntRange(0, 12).Draw(t, "cap")
	if rapid.IntRange(0, 3).Draw(t, "no total") == 0 {
		s.total = untold
	}
	if rapid.Bool().Draw(t, "shuffle") {
		s.shuffle = rand.New(rand.NewPCG(1, 2))
	}
	return s
}

func anySource(t *rapid.T, s *server) listing.Source[string] {
	return s.source(rapid.IntRange(1, 12).Draw(t, "page size"), rapid.IntRange(1, 8).Draw(t, "concurrency"))
}

// Whatever comes, goes and is replaced at any point of a read: a list that is
// called complete is the list that the server had at some moment, and one that
// isn't says why.
func TestCompleteListsExisted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, completeListsExisted)
}

// FuzzRead is the same, led by what a run covers.
func FuzzRead(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(completeListsExisted))
}

func completeListsExisted(t *rapid.T) {
	s := anyServer(t)
	positions := rapid.SliceOfN(rapid.IntRange(0, 100), 0, 3)
	for range rapid.IntRange(0, 12).Draw(t, "changes") {
		at := rapid.IntRange(1, 60).Draw(t, "at request")
		c := change{Remove: positions.Draw(t, "remove"), Insert: positions.Draw(t, "insert")}
		if rapid.Bool().Draw(t, "keeps the total") {
			c.Insert = positions.Draw(t, "replace")
			c.Remove = c.Insert
		}
		s.changes[at] = c
	}
	list, err := listing.Read(t.Context(), anySource(t, s))
	if err != nil {
		t.Fatal(err)
	}
	if list.Complete != (list.Doubt == "") {
		t.Fatalf("complete is %v, and the doubt %q", list.Complete, list.Doubt)
	}
	if list.Complete && !s.had(list.Items) {
		t.Fatalf("a complete list that never was: %v\nstates: %v", list.Items, s.states)
	}
	if ids := slices.Sorted(slices.Values(list.Items)); len(slices.Compact(ids)) != len(list.Items) {
		t.Fatalf("items came twice: %v", list.Items)
	}
}

// A list that doesn't change is complete, however the server pages it.
func TestQuietListsAreComplete(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyServer(t)
		list, err := listing.Read(t.Context(), anySource(t, s))
		if err != nil {
			t.Fatal(err)
		}
		if !list.Complete || !s.had(list.Items) {
			t.Fatalf("got %v (%s)", list.Items, list.Doubt)
		}
		if s.total(0) != nil && *list.Total != int64(len(s.list)) {
			t.Fatalf("total is %d", *list.Total)
		}
	})
}

// The number of requests is bounded, whatever the totals promise.
func TestLyingTotalsEnd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyServer(t)
		lie := int64(len(s.list)) + rapid.SampledFrom([]int64{1, 7, 1000, 1 << 40}).Draw(t, "promised")
		s.total = func(int) *int64 { return &lie }
		source := anySource(t, s)
		list, err := listing.Read(t.Context(), source)
		if err != nil {
			t.Fatal(err)
		}
		if list.Complete {
			t.Fatalf("%d items were called complete with a total of %d", len(list.Items), lie)
		}
		most := 2 * (len(s.list) + source.Concurrency + 5)
		if s.requests > most {
			t.Fatalf("%d requests, more than %d", s.requests, most)
		}
	})
}

// The ordinary day needs few requests: one for a page, twice all for more.
func TestRequests(t *testing.T) {
	t.Parallel()
	for items, want := range map[int]int{0: 1, 1: 1, 100: 1, 101: 4, 250: 6, 1000: 20} {
		s := newServer(items)
		if _, err := listing.Read(t.Context(), s.source(100, 8)); err != nil {
			t.Fatal(err)
		}
		if s.requests != want {
			t.Errorf("%d items took %d requests, want %d", items, s.requests, want)
		}
	}
}

// A list that never settles is given with the numbers, after a few readings.
func TestNeverSettles(t *testing.T) {
	t.Parallel()
	s := newServer(250)
	for n := range 1000 {
		s.changes[n] = change{Remove: []int{n * 7}, Insert: []int{n * 3}}
	}
	list, err := listing.Read(t.Context(), s.source(100, 8))
	if err != nil {
		t.Fatal(err)
	}
	if list.Complete || !strings.Contains(list.Doubt, "after 6 readings") {
		t.Errorf("complete %v, doubt %q", list.Complete, list.Doubt)
	}
	if s.requests > 6*4 {
		t.Errorf("%d requests", s.requests)
	}
}

// A server that ignores the page's number never shows where its list ends.
func TestSamePageForever(t *testing.T) {
	t.Parallel()
	for name, total := range map[string]func(int) *int64{"no total": untold, "a total": func(int) *int64 { return told(250) }} {
		s := newServer(100)
		s.total, s.offsets = total, false
		source := s.source(100, 8)
		page := source.Page
		source.Page = func(ctx context.Context, at listing.Position) (listing.Page[string], error) {
			at.Page = 0
			return page(ctx, at)
		}
		list, err := listing.Read(t.Context(), source)
		if err != nil {
			t.Fatal(err)
		}
		if list.Complete || len(list.Items) != 100 || s.requests > 12 {
			t.Errorf("%s: %d items, complete %v, %d requests", name, len(list.Items), list.Complete, s.requests)
		}
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	tests := map[string]struct {
		page listing.Page[string]
		err  error
		want string
	}{
		"a page fails":       {err: broken, want: "broken"},
		"no list":            {page: listing.Page[string]{Total: told(15)}, want: "no list, with a total of 15"},
		"no list, no total":  {page: listing.Page[string]{}, want: "no list and no total"},
		"an item without id": {page: listing.Page[string]{Items: []string{"x", ""}, Listed: true, Total: told(3)}, want: "item 1 of the answer has no Id"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(15)
			source := s.source(10, 2)
			page := source.Page
			source.Page = func(ctx context.Context, at listing.Position) (listing.Page[string], error) {
				if at.Page == 1 {
					return test.page, test.err
				}
				return page(ctx, at)
			}
			_, err := listing.Read(t.Context(), source)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want %q", err, test.want)
			}
			if test.err != nil && !errors.Is(err, test.err) {
				t.Fatalf("%v hides its cause", err)
			}
		})
	}
}

// A list that shrank to less than a page while it was read has null where its
// second page was, on some servers. It is read again.
func TestNullPastTheEnd(t *testing.T) {
	t.Parallel()
	s := newServer(15)
	s.changes[2] = change{Remove: []int{0, 0, 0, 0, 0, 0}}
	source := s.source(10, 2)
	page := source.Page
	source.Page = func(ctx context.Context, at listing.Position) (listing.Page[string], error) {
		p, err := page(ctx, at)
		p.Listed = len(p.Items) > 0
		return p, err
	}
	list, err := listing.Read(t.Context(), source)
	if err != nil || !list.Complete || len(list.Items) != 9 {
		t.Fatalf("got %+v, %v", list, err)
	}
}

// Null in place of a list is an empty one where the total says that it is.
func TestNullListWithTotalZero(t *testing.T) {
	t.Parallel()
	source := newServer(0).source(10, 2)
	source.Page = func(context.Context, listing.Position) (listing.Page[string], error) {
		return listing.Page[string]{Total: told(0)}, nil
	}
	list, err := listing.Read(t.Context(), source)
	if err != nil || !list.Complete || len(list.Items) != 0 {
		t.Fatalf("got %+v, %v", list, err)
	}
}

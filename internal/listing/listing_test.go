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

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
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
	total   func(count int) apijson.Int64
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
	return listing.Page[string]{Items: items, Present: true, Total: s.total(len(s.list))}, nil
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

func totalOf(count int) apijson.Int64 { return apijson.NewInt64(int64(count)) }

func noTotal(int) apijson.Int64 { return apijson.Int64{} }

func newServer(count int) *server {
	s := &server{total: totalOf, changes: map[int]change{}}
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
		s.total = noTotal
	}
	if rapid.Bool().Draw(t, "shuffle") {
		s.shuffle = rand.New(rand.NewPCG(1, 2))
	}
	return s
}

func anySource(t *rapid.T, s *server) listing.Source[string] {
	return s.source(rapid.IntRange(1, 12).Draw(t, "page size"), rapid.IntRange(1, 8).Draw(t, "concurrency"))
}

// Items are added, removed and replaced at any point of a read. A list that is
// complete is the list that the server had at some moment, and one that isn't says why.
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
	if list.Complete != (list.Mismatch == "") {
		t.Fatalf("complete is %v, and the mismatch %q", list.Complete, list.Mismatch)
	}
	// Without a total there is no proof: two changes at just the right moments go unnoticed.
	unproven := !list.Total.Valid && len(s.states) > 2
	if list.Complete && !s.had(list.Items) && !unproven {
		t.Fatalf("a complete list that never was: %v\nstates: %v", list.Items, s.states)
	}
	if ids := slices.Sorted(slices.Values(list.Items)); len(slices.Compact(ids)) != len(list.Items) {
		t.Fatalf("items came twice: %v", list.Items)
	}
}

// A list that doesn't change is complete, in whatever way the server pages it.
func TestQuietListsAreComplete(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyServer(t)
		list, err := listing.Read(t.Context(), anySource(t, s))
		if err != nil {
			t.Fatal(err)
		}
		if !list.Complete || !s.had(list.Items) {
			t.Fatalf("got %v (%s)", list.Items, list.Mismatch)
		}
		if s.total(0).Valid && list.Total.Value != int64(len(s.list)) {
			t.Fatalf("total is %d", list.Total.Value)
		}
	})
}

// The number of requests is bounded by the items, and not by the total.
func TestTotalsTooLarge(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := anyServer(t)
		total := int64(len(s.list)) + rapid.SampledFrom([]int64{1, 7, 1000, 1 << 40}).Draw(t, "too many")
		s.total = func(int) apijson.Int64 { return apijson.NewInt64(total) }
		source := anySource(t, s)
		list, err := listing.Read(t.Context(), source)
		if err != nil {
			t.Fatal(err)
		}
		if list.Complete {
			t.Fatalf("%d items are complete with a total of %d", len(list.Items), total)
		}
		if most := 2 * (len(s.list) + 2*source.Concurrency + 5); s.requests > most {
			t.Fatalf("%d requests, more than %d", s.requests, most)
		}
	})
}

// A total that is too small, the count of one page or a limit of the server for
// example, neither hides items nor passes for a complete list.
func TestTotalsTooSmall(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ items, total int }{{250, 100}, {250, 200}, {1250, 1000}, {101, 100}} {
		s := newServer(test.items)
		s.total = func(int) apijson.Int64 { return totalOf(test.total) }
		list, err := listing.Read(t.Context(), s.source(100, 16))
		if err != nil {
			t.Fatal(err)
		}
		if list.Complete || len(list.Items) != test.items || !strings.Contains(list.Mismatch, fmt.Sprintf("total of %d items", test.total)) {
			t.Errorf("%d items with a total of %d: got %d, complete %v (%s)", test.items, test.total, len(list.Items), list.Complete, list.Mismatch)
		}
	}
}

// A list of one page is read once, a longer one twice. A full last page costs one
// request more.
func TestRequests(t *testing.T) {
	t.Parallel()
	for items, want := range map[int]int{0: 1, 1: 1, 99: 1, 100: 2, 101: 4, 250: 6, 1000: 22, 1001: 22} {
		s := newServer(items)
		list, err := listing.Read(t.Context(), s.source(100, 8))
		if err != nil || !list.Complete {
			t.Fatal(err, list.Mismatch)
		}
		if s.requests != want {
			t.Errorf("%d items took %d requests, want %d", items, s.requests, want)
		}
	}
}

// A list that keeps changing is returned with the numbers, after a few passes.
func TestKeepsChanging(t *testing.T) {
	t.Parallel()
	s := newServer(250)
	for n := range 1000 {
		s.changes[n] = change{Remove: []int{n * 7}, Insert: []int{n * 3}}
	}
	list, err := listing.Read(t.Context(), s.source(100, 8))
	if err != nil {
		t.Fatal(err)
	}
	if list.Complete || !strings.Contains(list.Mismatch, "during 6 passes") {
		t.Errorf("complete %v, mismatch %q", list.Complete, list.Mismatch)
	}
	if s.requests > 6*5 {
		t.Errorf("%d requests", s.requests)
	}
}

// A server that ignores the page number never shows where its list ends.
func TestSamePageForever(t *testing.T) {
	t.Parallel()
	for name, total := range map[string]func(int) apijson.Int64{
		"no total":    noTotal,
		"a total":     func(int) apijson.Int64 { return totalOf(250) },
		"a million":   func(int) apijson.Int64 { return totalOf(1_000_000) },
		"one page":    func(int) apijson.Int64 { return totalOf(100) },
		"small pages": func(int) apijson.Int64 { return totalOf(1_000) },
	} {
		s := newServer(100)
		s.total = total
		if name == "small pages" {
			s.list = s.list[:2]
		}
		source := s.source(100, 16)
		page := source.Page
		source.Page = func(ctx context.Context, at listing.Position) (listing.Page[string], error) {
			at.Page = 0
			return page(ctx, at)
		}
		list, err := listing.Read(t.Context(), source)
		if err != nil {
			t.Fatal(err)
		}
		if list.Complete || len(list.Items) != len(s.list) || s.requests > 2*16+8 {
			t.Errorf("%s: %d items, complete %v, %d requests", name, len(list.Items), list.Complete, s.requests)
		}
	}
}

// A first page that is shorter than the others doesn't set the pace for them.
func TestShortFirstPage(t *testing.T) {
	t.Parallel()
	for _, offsets := range []bool{false, true} {
		s := newServer(1000)
		s.offsets = offsets
		source := s.source(100, 8)
		page := source.Page
		source.Page = func(ctx context.Context, at listing.Position) (listing.Page[string], error) {
			p, err := page(ctx, at)
			if at.Page == 0 {
				p.Items = p.Items[:2]
			}
			return p, err
		}
		list, err := listing.Read(t.Context(), source)
		if err != nil {
			t.Fatal(err)
		}
		if offsets != list.Complete || offsets && len(list.Items) != 1000 || s.requests > 2*14 {
			t.Errorf("offsets %v: %d items, complete %v (%s), %d requests", offsets, len(list.Items), list.Complete, list.Mismatch, s.requests)
		}
	}
}

// Two copies behind a load balancer that agree in their totals, of which one lags: as
// the second pass asks for the pages in the opposite order, both passes don't
// mix the copies in the same way.
func TestLaggingCopy(t *testing.T) {
	t.Parallel()
	s := newServer(250)
	requests := 0
	source := s.source(100, 1)
	page := source.Page
	source.Page = func(ctx context.Context, at listing.Position) (listing.Page[string], error) {
		p, err := page(ctx, at)
		if requests++; requests%2 == 0 { // the copy that lags has other items
			for i := range p.Items {
				p.Items[i] = "lagging-" + p.Items[i]
			}
		}
		return p, err
	}
	list, err := listing.Read(t.Context(), source)
	if err != nil {
		t.Fatal(err)
	}
	if list.Complete {
		t.Errorf("a mix of both copies is complete: %v", list.Items)
	}
}

// Once a page has failed, no further page is started.
func TestNoPageAfterAFailure(t *testing.T) {
	t.Parallel()
	s := newServer(10_000)
	broken := errors.New("broken")
	var mu sync.Mutex
	requests := 0
	source := s.source(100, 4)
	page := source.Page
	source.Page = func(ctx context.Context, at listing.Position) (listing.Page[string], error) {
		mu.Lock()
		requests++
		mu.Unlock()
		if at.Page > 0 {
			return listing.Page[string]{}, broken
		}
		return page(ctx, at)
	}
	if _, err := listing.Read(t.Context(), source); !errors.Is(err, broken) || requests > 1+2*4 {
		t.Errorf("%v after %d requests", err, requests)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	foreign := errors.New("of another instance")
	tests := map[string]struct {
		page listing.Page[string]
		err  error
		want string
	}{
		"a page fails":         {err: broken, want: "broken"},
		"no list":              {page: listing.Page[string]{Total: totalOf(15)}, want: "no items, but a total count of 15"},
		"no list, no total":    {page: listing.Page[string]{}, want: "neither items nor a total count"},
		"an item without ID":   {page: listing.Page[string]{Items: []string{"x", ""}, Present: true, Total: totalOf(3)}, want: "item 2 of the response has no Id"},
		"an ID that is broken": {page: listing.Page[string]{Items: []string{"x\ufffd"}, Present: true, Total: totalOf(3)}, want: "not valid UTF-8"},
		"an item of another":   {page: listing.Page[string]{Items: []string{"foreign"}, Present: true, Total: totalOf(3)}, want: foreign.Error()},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(15)
			source := s.source(10, 2)
			source.Belongs = func(id *string) error {
				if *id == "foreign" {
					return foreign
				}
				return nil
			}
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
		p.Present = len(p.Items) > 0
		return p, err
	}
	list, err := listing.Read(t.Context(), source)
	if err != nil || !list.Complete || len(list.Items) != 9 {
		t.Fatalf("got %+v, %v", list, err)
	}
}

// Null in place of a list is an empty list if the total is 0.
func TestNullListWithTotalZero(t *testing.T) {
	t.Parallel()
	source := newServer(0).source(10, 2)
	source.Page = func(context.Context, listing.Position) (listing.Page[string], error) {
		return listing.Page[string]{Total: totalOf(0)}, nil
	}
	list, err := listing.Read(t.Context(), source)
	if err != nil || !list.Complete || len(list.Items) != 0 {
		t.Fatalf("got %+v, %v", list, err)
	}
}

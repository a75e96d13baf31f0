package listing

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// maxFruitless is how many pages in a row may bring nothing new while pages are
// read one by one. A server that counts pages from 1 returns its first page twice.
const maxFruitless = 2

// stagger is how far apart the requests of a pass are started, so that they arrive in
// the order in which they are started. They still overlap.
const stagger = time.Millisecond

// pass is the result of one pass over all pages.
type pass[T any] struct {
	items        []T
	ids          map[string]struct{}
	total        *int64             // reported by the first page
	totals       map[int64]struct{} // reported by any page
	missingTotal bool               // whether a page reported none
	repeated     int                // items that were returned again

	first, step int  // where pages start, in items: on the first page, and on each after it
	firstCount  int  // items on the first page
	received    int  // items on all pages
	gap         bool // whether a page started behind the items that were received
	next        int  // number of the page after those that were read
	pages       int  // number of pages that are worth reading again
	full        bool // whether the last page was full
	ended       bool // whether the last page was empty, or not full with the total reached
	lastFirst   bool // whether the last page was requested first
}

// readPass makes one pass. The first page, or the previous pass, says how many
// pages there are. These are requested concurrently, and what follows page by page.
func (s Source[T]) readPass(ctx context.Context, previous *pass[T]) (*pass[T], error) {
	p := &pass[T]{ids: map[string]struct{}{}, totals: map[int64]struct{}{}}
	if previous != nil && previous.pages > 0 {
		p.first, p.step = previous.first, previous.step
		p.lastFirst = !previous.lastFirst
		numbers := pageNumbers(0, previous.pages)
		if p.lastFirst {
			slices.Reverse(numbers)
		}
		if err := s.readConcurrently(ctx, p, numbers, stagger, func(Page[T], int) bool { return false }); err != nil {
			return nil, err
		}
		return p, s.readToEnd(ctx, p)
	}
	if err := s.readNext(ctx, p); err != nil {
		return nil, err
	}
	if p.total != nil && !p.reached() && !p.full && !p.ended {
		// The server returns fewer items than requested, and may have returned even
		// fewer on this page than it does on others. The next page shows its page size.
		if err := s.readNext(ctx, p); err != nil {
			return nil, err
		}
	}
	if p.total != nil && !p.reached() && !p.ended {
		// If the last page is full, this is one page more than the total needs.
		more := (min(*p.total, maxItems)-int64(len(p.ids)))/int64(cmp.Or(p.step, s.PageSize, 1)) + 1
		enough := func(page Page[T], distinct int) bool {
			return len(page.Items) == 0 || int64(distinct) >= *p.total && len(page.Items) < p.step
		}
		if err := s.readConcurrently(ctx, p, pageNumbers(p.next, p.next+int(more)), 0, enough); err != nil {
			return nil, err
		}
	}
	return p, s.readToEnd(ctx, p)
}

func pageNumbers(from, to int) []int {
	numbers := make([]int, to-from)
	for i := range numbers {
		numbers[i] = from + i
	}
	return numbers
}

// readConcurrently requests pages in the order of numbers, and adds them in the
// order of the list, starting them some time apart. It starts no further page once one has failed, once enough says
// so of a page and the number of distinct items, or once as many pages in a row as are
// requested at the same time brought nothing new: a server without an end must
// not be read for ever.
func (s Source[T]) readConcurrently(ctx context.Context, p *pass[T], numbers []int, apart time.Duration, enough func(page Page[T], distinct int) bool) error {
	concurrency := max(s.Concurrency, 1)
	var (
		mu        sync.Mutex
		pages     = make(map[int]Page[T])
		distinct  = maps.Clone(p.ids)
		fruitless = 0
		stopped   = false
	)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(concurrency)
	for _, n := range numbers {
		mu.Lock()
		stop := stopped || ctx.Err() != nil
		mu.Unlock()
		if stop {
			break
		}
		group.Go(func() error {
			page, err := s.page(ctx, p.position(n, s.PageSize))
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			pages[n] = page
			before := len(distinct)
			for i := range page.Items {
				distinct[s.ID(&page.Items[i])] = struct{}{}
			}
			fruitless++
			if len(distinct) > before {
				fruitless = 0
			}
			stopped = stopped || enough(page, len(distinct)) || fruitless >= max(concurrency, maxFruitless)
			return nil
		})
		time.Sleep(apart)
	}
	if err := group.Wait(); err != nil {
		return err
	}
	count := 0
	for _, page := range pages {
		count += len(page.Items)
	}
	p.items = slices.Grow(p.items, count)
	slices.Sort(numbers)
	for _, n := range numbers {
		page, ok := pages[n]
		if !ok {
			break
		}
		if err := p.add(s, page); err != nil {
			return err
		}
	}
	return nil
}

// readToEnd reads page after page until the pass has ended.
func (s Source[T]) readToEnd(ctx context.Context, p *pass[T]) error {
	for fruitless := 0; !p.ended && fruitless < maxFruitless; {
		before := len(p.ids)
		if err := s.readNext(ctx, p); err != nil {
			return err
		}
		fruitless++
		if len(p.ids) > before {
			fruitless = 0
		}
	}
	return nil
}

// readNext reads the page after those that were read.
func (s Source[T]) readNext(ctx context.Context, p *pass[T]) error {
	page, err := s.page(ctx, p.position(p.next, s.PageSize))
	if err != nil {
		return err
	}
	return p.add(s, page)
}

func (s Source[T]) page(ctx context.Context, at Position) (Page[T], error) {
	page, err := s.Page(ctx, at)
	if err != nil {
		return page, err
	}
	return page, s.Check(page, at)
}

// position is where a page starts. Offsets follow from the page sizes of the
// server, which may be smaller than the one requested.
func (p *pass[T]) position(n, limit int) Position {
	at := Position{Page: n, Limit: limit}
	if n > 0 {
		at.Offset = cmp.Or(p.first, limit) + (n-1)*cmp.Or(p.step, limit)
	}
	return at
}

// add adds the next page of the list.
func (p *pass[T]) add(s Source[T], page Page[T]) error {
	n, count, before := p.next, len(page.Items), len(p.ids)
	p.gap = p.gap || count > 0 && p.position(n, s.PageSize).Offset > p.received
	p.received += count
	p.next++
	if page.Total == nil {
		p.missingTotal = true
	} else {
		p.totals[*page.Total] = struct{}{}
	}
	for i := range page.Items {
		id := s.ID(&page.Items[i])
		if _, ok := p.ids[id]; !ok {
			p.ids[id] = struct{}{}
			p.items = append(p.items, page.Items[i])
		}
	}
	added := len(p.ids) - before
	if len(p.ids) > maxItems {
		return fmt.Errorf("the list has more than %d items, more than Terraform can process: use a filter", maxItems)
	}
	if n == 0 {
		p.total, p.firstCount = page.Total, count
		p.full = count >= s.PageSize
		if p.step == 0 { // not known from a previous pass
			p.first, p.step = count, count
		}
	} else {
		if n == 1 && count > 0 {
			p.step = max(p.step, count)
		}
		p.full = count >= p.step
	}
	// A server that counts pages from 1 returns its first page twice.
	if n != 1 || added > 0 || count != p.firstCount {
		p.repeated += count - added
	}
	if added > 0 || count == 0 && p.pages == n {
		p.pages = p.next
	}
	p.ended = count == 0 || p.reached() && !p.full
	return nil
}

// reached is whether there are as many items as the API reports.
func (p *pass[T]) reached() bool {
	return p.total != nil && int64(len(p.ids)) >= *p.total
}

// singlePage is whether the first page has all items, and reported just as many.
func (p *pass[T]) singlePage() bool {
	return p.ended && p.total != nil && *p.total == int64(p.firstCount) && p.firstCount == len(p.ids)
}

// mismatch says why this pass can't be a complete list; "" if it can.
func (p *pass[T]) mismatch() string {
	count := len(p.ids)
	switch {
	case len(p.totals) > 1:
		totals := slices.Sorted(maps.Keys(p.totals))
		return fmt.Sprintf("the API reported totals from %d to %d in one pass over the pages, and returned %d items", totals[0], totals[len(totals)-1], count)
	case p.total != nil && p.missingTotal:
		return fmt.Sprintf("the API reported a total of %d on some pages and none on others, and returned %d items", *p.total, count)
	case p.total != nil && int64(count) != *p.total:
		return fmt.Sprintf("the API reported a total of %d items, and returned %d", *p.total, count)
	case p.total == nil && len(p.totals) > 0:
		return fmt.Sprintf("the API reported a total on some pages and none on the first, and returned %d items", count)
	case !p.ended:
		return fmt.Sprintf("the API returned the same items again instead of an empty page after the last one, and %d items in all", count)
	case p.total == nil && p.gap:
		return fmt.Sprintf("the API reported no total, and returned a short page before the last one, and %d items in all", count)
	case p.total == nil && p.repeated > 0:
		return fmt.Sprintf("the API reported no total, and returned %d of %d items more than once", p.repeated, count)
	}
	return ""
}

// sameIDs is whether both passes returned the same items.
func (p *pass[T]) sameIDs(other *pass[T]) bool {
	return len(p.ids) == len(other.ids) && p.missing(other) == 0
}

// missing is how many items the other pass returned and this one did not.
func (p *pass[T]) missing(other *pass[T]) int {
	missing := 0
	for id := range other.ids {
		if _, ok := p.ids[id]; !ok {
			missing++
		}
	}
	return missing
}

func (p *pass[T]) sameTotals(other *pass[T]) bool {
	return p.missingTotal == other.missingTotal && maps.Equal(p.totals, other.totals)
}

// changesSince says what was added and removed since the pass before.
func (p *pass[T]) changesSince(previous *pass[T]) string {
	return fmt.Sprintf("between the last two passes %d items were added and %d removed, of %d", previous.missing(p), p.missing(previous), len(p.ids))
}

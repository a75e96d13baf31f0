package listing

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

// maxFruitless is how many pages in a row may bring nothing new: a server without an end
// must not be read for ever, and one that counts pages from 1 returns its first page twice.
const maxFruitless = 2

// stagger is how far apart the requests of a pass are started, so that they arrive in
// the order in which they are started. They still overlap.
const stagger = time.Millisecond

// pass is the result of one pass over all pages.
type pass[T any] struct {
	number       int // the first pass is 1
	items        []T
	ids          map[string]struct{}
	total        apijson.Int64      // reported by the first page
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
}

// readPass makes one pass. It reads a page alone, or as many as the total or the previous
// pass says that there are, and goes on until the pass has ended.
func (s Source[T]) readPass(ctx context.Context, previous *pass[T]) (*pass[T], error) {
	p := &pass[T]{number: 1, ids: map[string]struct{}{}, totals: map[int64]struct{}{}}
	count := 1
	if previous != nil {
		p.number, p.first, p.step, count = previous.number+1, previous.first, previous.step, previous.pages
	}
	for fruitless := 0; !p.ended && fruitless < maxFruitless; {
		before := len(p.ids)
		if err := s.readPages(ctx, p, count); err != nil {
			return nil, err
		}
		fruitless += count
		if len(p.ids) > before {
			fruitless = 0
		}
		count = s.expected(p)
	}
	return p, nil
}

// expected is how many pages to request next.
func (s Source[T]) expected(p *pass[T]) int {
	if p.number > 1 || !p.total.Valid || p.reached() {
		return 1
	}
	if p.next == 1 && !p.full {
		// The server returns fewer items than requested, and may have returned even
		// fewer on this page than it does on others. The next page shows its page size.
		return 1
	}
	// If the last page is full, this is one page more than the total needs. The total may be
	// wrong, so there is a bound.
	missing := p.total.Value - int64(len(p.ids))
	return int(min(missing/int64(max(p.step, 1))+1, int64(2*max(s.Concurrency, 1))))
}

// readPages requests the next pages concurrently and adds them in the order of the list. Once a
// page has failed, it starts no further one. Every second pass starts with the last page.
func (s Source[T]) readPages(ctx context.Context, p *pass[T], count int) error {
	pages := make([]Page[T], count)
	var failed atomic.Bool
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(max(s.Concurrency, 1))
	for i := range count {
		if failed.Load() {
			break
		}
		if p.number%2 == 0 {
			i = count - 1 - i
		}
		group.Go(func() (err error) {
			at := p.position(p.next+i, s.PageSize)
			if pages[i], err = s.Page(groupCtx, at); err == nil {
				err = s.Check(pages[i], at)
			}
			if err != nil {
				failed.Store(true)
			}
			return err
		})
		if p.number > 1 {
			time.Sleep(stagger)
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	items := 0
	for _, page := range pages {
		items += len(page.Items)
	}
	p.items = slices.Grow(p.items, items) // once: page by page, the list would be copied often
	for _, page := range pages {
		if err := p.add(s, page); err != nil {
			return err
		}
	}
	return nil
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
	if !page.Total.Valid {
		p.missingTotal = true
	} else {
		p.totals[page.Total.Value] = struct{}{}
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
	if added > 0 || count == 0 && !p.ended && p.pages == n {
		p.pages = p.next
	}
	p.ended = count == 0 || p.reached() && !p.full
	return nil
}

// reached is whether there are as many items as the API reports.
func (p *pass[T]) reached() bool {
	return p.total.Valid && int64(len(p.ids)) >= p.total.Value
}

// singlePage is whether the first page has all items, and reported just as many.
func (p *pass[T]) singlePage() bool {
	return p.ended && p.total.Valid && p.total.Value == int64(p.firstCount) && p.firstCount == len(p.ids)
}

// missingFrom is how many of the items another pass did not return.
func (p *pass[T]) missingFrom(other *pass[T]) (missing int) {
	for id := range p.ids {
		if _, ok := other.ids[id]; !ok {
			missing++
		}
	}
	return missing
}

// mismatch says why this pass can't be a complete list; "" if it can.
func (p *pass[T]) mismatch() string {
	count := len(p.ids)
	switch {
	case len(p.totals) > 1:
		totals := slices.Sorted(maps.Keys(p.totals))
		return fmt.Sprintf("the API reported totals from %d to %d in one pass over the pages, and returned %d items", totals[0], totals[len(totals)-1], count)
	case len(p.totals) == 1 && p.missingTotal:
		return fmt.Sprintf("the API reported a total on some pages and none on others, and returned %d items", count)
	case p.total.Valid && int64(count) != p.total.Value:
		return fmt.Sprintf("the API reported a total of %d items, and returned %d", p.total.Value, count)
	case !p.ended:
		return fmt.Sprintf("the API returned the same items again instead of an empty page after the last one, and %d items in all", count)
	case !p.total.Valid && p.gap:
		return fmt.Sprintf("the API reported no total, and returned a short page before the last one, and %d items in all", count)
	case !p.total.Valid && p.repeated > 0:
		return fmt.Sprintf("the API reported no total, and returned %d of %d items more than once", p.repeated, count)
	}
	return ""
}

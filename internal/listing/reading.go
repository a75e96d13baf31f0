package listing

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// reading is what one walk through all pages brought.
type reading[T any] struct {
	items    []T
	ids      map[string]struct{}
	total    *int64             // what the first page told
	told     map[int64]struct{} // every total that a page told
	untold   bool               // whether some page told none
	single   bool               // whether one page was all there is
	ended    bool               // whether the walk came to an end that the server showed
	repeated int                // items that came again
}

// read walks through all pages: the first one tells how many there are, the
// others are asked for concurrently.
func (s Source[T]) read(ctx context.Context) (*reading[T], error) {
	r := &reading[T]{ids: map[string]struct{}{}, told: map[int64]struct{}{}}
	first, err := s.page(ctx, 0, 0)
	if err != nil {
		return nil, err
	}
	if _, err := r.add(s, first); err != nil {
		return nil, err
	}
	r.total = first.Total
	if r.reached() {
		r.single, r.ended = true, true
		return r, nil
	}
	// A server may give less than it was asked for, and counts pages, or wants
	// items counted, by what it gives.
	step := len(first.Items)
	if step == 0 {
		step = s.PageSize
	}
	next := 1
	if r.total != nil {
		if next, err = s.readConcurrently(ctx, r, step); err != nil {
			return nil, err
		}
	}
	return r, s.readOn(ctx, r, next, step, first)
}

// readConcurrently reads the pages that the total promises, and gives the number
// of the page after them.
func (s Source[T]) readConcurrently(ctx context.Context, r *reading[T], step int) (int, error) {
	pages := int((min(*r.total, maxItems) + int64(step) - 1) / int64(step))
	var (
		mu    sync.Mutex
		read  = map[int]Page[T]{}
		empty atomic.Bool
	)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(s.Concurrency, 1))
	for n := 1; n < pages && !empty.Load(); n++ {
		group.Go(func() error {
			page, err := s.page(ctx, n, step)
			if err != nil {
				return err
			}
			if len(page.Items) == 0 {
				// A total that promises too much must not be walked to its end.
				empty.Store(true)
			}
			mu.Lock()
			defer mu.Unlock()
			read[n] = page
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return 0, err
	}
	// Growing by and by would copy the list often.
	came := 0
	for _, page := range read {
		came += len(page.Items)
	}
	r.items = slices.Grow(r.items, came)
	for n := 1; n < pages; n++ {
		page, ok := read[n]
		if !ok {
			return n, nil
		}
		if _, err := r.add(s, page); err != nil {
			return 0, err
		}
	}
	return pages, nil
}

// readOn reads page after page until the total is reached or, where there is
// none, until a page is empty. It also serves the server that numbers pages
// from 1: its page 1 is page 0 again, so that one more is to come.
func (s Source[T]) readOn(ctx context.Context, r *reading[T], n, step int, first Page[T]) error {
	for stale := 0; stale < 2 && !r.reached(); n++ {
		page, err := s.page(ctx, n, step)
		if err != nil {
			return err
		}
		repeated := r.repeated
		added, err := r.add(s, page)
		if err != nil {
			return err
		}
		switch {
		case len(page.Items) == 0:
			r.ended = true
			return nil
		case added > 0:
			stale = 0
		default:
			stale++
			if n == 1 && len(page.Items) == len(first.Items) {
				r.repeated = repeated
			}
		}
	}
	r.ended = r.reached()
	return nil
}

// page reads a page.
func (s Source[T]) page(ctx context.Context, n, step int) (Page[T], error) {
	at := Position{Page: n, Offset: n * step, Limit: s.PageSize}
	page, err := s.Page(ctx, at)
	if err != nil {
		return page, err
	}
	return page, s.Check(page, at)
}

// add takes a page's items, and gives how many were new.
func (r *reading[T]) add(s Source[T], page Page[T]) (int, error) {
	if page.Total == nil {
		r.untold = true
	} else {
		r.told[*page.Total] = struct{}{}
	}
	added := 0
	for i := range page.Items {
		id := s.ID(&page.Items[i])
		if _, ok := r.ids[id]; ok {
			r.repeated++
			continue
		}
		r.ids[id] = struct{}{}
		r.items = append(r.items, page.Items[i])
		added++
	}
	if len(r.ids) > maxItems {
		return 0, fmt.Errorf("the list has more than %d items, more than Terraform can take: a filter makes it smaller", maxItems)
	}
	return added, nil
}

// reached is whether there are as many items as the API says.
func (r *reading[T]) reached() bool {
	return r.total != nil && int64(len(r.ids)) >= *r.total
}

// doubt says why this reading, whatever others bring, is no proof of the list.
// It is empty where it may be one.
func (r *reading[T]) doubt() string {
	count := len(r.ids)
	switch {
	case len(r.told) > 1:
		totals := slices.Sorted(maps.Keys(r.told))
		return fmt.Sprintf("the API told totals from %d to %d while the list was read, and %d items came", totals[0], totals[len(totals)-1], count)
	case r.total != nil && r.untold:
		return fmt.Sprintf("the API told a total of %d with some pages and none with others, and %d items came", *r.total, count)
	case r.total != nil && int64(count) != *r.total:
		return fmt.Sprintf("the API says that there are %d items, and %d came", *r.total, count)
	case r.total == nil && len(r.told) > 0:
		return fmt.Sprintf("the API told no total with the first page, and one with others, and %d items came", count)
	case !r.ended:
		return fmt.Sprintf("the API tells no total and gave the same items again instead of an empty last page, after %d items", count)
	case r.total == nil && r.repeated > 0:
		return fmt.Sprintf("the API tells no total, and %d of %d items came more than once", r.repeated, count)
	}
	return ""
}

// sameIDs is whether both readings brought the same items.
func (r *reading[T]) sameIDs(other *reading[T]) bool {
	return r.missing(other) == 0 && other.missing(r) == 0
}

// missing is how many items the other reading brought and this one didn't.
func (r *reading[T]) missing(other *reading[T]) int {
	missing := 0
	for id := range other.ids {
		if _, ok := r.ids[id]; !ok {
			missing++
		}
	}
	return missing
}

func (r *reading[T]) sameTotals(other *reading[T]) bool {
	return r.untold == other.untold && maps.Equal(r.told, other.told)
}

// changes says what came and went since the reading before.
func (r *reading[T]) changes(before *reading[T]) string {
	return fmt.Sprintf("between the last two readings %d items came and %d went, of %d", before.missing(r), r.missing(before), len(r.ids))
}

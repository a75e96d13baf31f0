// Package listing reads all pages of a list, and says whether the result is
// verified as complete.
//
// A list with several pages is not read atomically: an item that is added or
// removed between two pages shifts the items behind it, so that one is skipped or
// returned twice. The clouds have no snapshots and no cursors. They have a total
// count, and IDs that are never used again. So all pages are read in passes, until
// two consecutive passes return the same IDs, every page of both reports the same
// total, and the total equals the number of IDs. At the last response of the first
// pass, the list consisted of just these items: each existed then, because it was
// returned no later and again in the next pass, and the total leaves no room for
// another one. A list of one page needs one pass, because one response is one moment.
//
// The second pass knows how many pages there are. It requests all of them at once,
// the last one first; a third pass, the first one first, and so on. So two copies of the
// list behind a load balancer that answer in turns, of which one lags, don't
// answer for the same pages in two consecutive passes.
//
// A total that is too small would end a pass early. So if the last page is full, the
// next one is requested too, and must be empty.
//
// This assumes that one response shows one moment, and that an item that has left the
// list does not return to it. The second is not certain if the API filters by
// something that changes, such as a status. If the API returns no total count,
// each pass must reach an empty page without an item that is returned twice: strong
// evidence, but no proof.
package listing

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"unicode/utf8"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

const (
	// maxPasses is how many passes are made over a list that keeps changing.
	maxPasses = 6
	// maxItems is far more than a message to Terraform can hold. It ends a list
	// that has no end.
	maxItems = 1_000_000
)

// Position is where a page starts, in both of the ways in which APIs count.
type Position struct {
	Page   int // number of pages before this one
	Offset int // number of items before this page
	Limit  int // number of items to request
}

// Page is the API's response for one page.
type Page[T any] struct {
	Items []T
	// Present is false if the response has null or nothing in place of a list.
	Present bool
	// Total is the total count that the response reports; absent if there is none.
	Total apijson.Int64
}

// Source is a list that can be read page by page.
type Source[T any] struct {
	// Page reads one page. It is called concurrently.
	Page func(ctx context.Context, at Position) (Page[T], error)
	// ID returns an item's ID, which is never used again; "" if it has none.
	ID func(item *T) string
	// IDField is the API's name of the ID, for errors.
	IDField string
	// Belongs, if set, returns an error for an item that is not part of the list
	// that was requested, of another instance for example.
	Belongs func(item *T) error
	// PageSize is the number of items to request. The API may return fewer.
	PageSize int
	// Concurrency is the number of pages to request at the same time.
	Concurrency int
}

// Check returns an error if a page can't be part of the list: it has no list,
// although there is something to list, or an item without an ID or of another
// list. [Read] calls it for every page. A Page function that calls it itself can
// report the request that the error belongs to.
func (s Source[T]) Check(page Page[T], at Position) error {
	// A page past the end may have null in place of an empty list.
	if !page.Present && !page.Total.Valid {
		return errors.New("the response contains neither items nor a total count, so it was not treated as an empty list")
	}
	if !page.Present && page.Total.Value > int64(at.Offset) {
		return fmt.Errorf("the response contains no items, but a total count of %d, so it was not treated as an empty list", page.Total.Value)
	}
	for i := range page.Items {
		switch id := s.ID(&page.Items[i]); {
		case id == "":
			return fmt.Errorf("item %d of the response has no %s", i+1, s.IDField)
		case strings.ContainsRune(id, utf8.RuneError):
			return fmt.Errorf("item %d of the response has a %s that is not valid UTF-8: %q", i+1, s.IDField, id)
		}
		if s.Belongs != nil {
			if err := s.Belongs(&page.Items[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// List is the result of [Read].
type List[T any] struct {
	// Items are distinct, in the order in which the API returned them.
	Items []T
	// Total is the total count that the API reported; absent if it reported none.
	Total apijson.Int64
	// Complete is whether the list was verified as complete.
	Complete bool
	// Mismatch says why it was not, with the numbers; "" if it was.
	Mismatch string
}

// Read reads the list. An error means that a page could not be read or can't be
// part of the list. A list that may be incomplete is never returned without a
// mismatch.
func Read[T any](ctx context.Context, source Source[T]) (List[T], error) {
	var previous *pass[T]
	for n := 1; ; n++ {
		current, err := source.readPass(ctx, previous)
		if err != nil {
			return List[T]{}, err
		}
		list := List[T]{Items: current.items, Total: current.total, Mismatch: current.mismatch()}
		if list.Mismatch == "" && !current.singlePage() && previous != nil {
			list.Mismatch = previous.mismatch()
		}
		same := previous != nil && maps.Equal(current.ids, previous.ids)
		switch {
		case list.Mismatch == "" && (current.singlePage() || same):
			list.Complete = true
			return list, nil
		case same && current.missingTotal == previous.missingTotal && maps.Equal(current.totals, previous.totals):
			// The list did not change. The numbers contradict each other, and would
			// do so in every further pass.
			return list, nil
		case n == maxPasses:
			if list.Mismatch == "" {
				list.Mismatch = fmt.Sprintf("between the last two passes %d items were added and %d removed, of %d",
					current.missingFrom(previous), previous.missingFrom(current), len(current.ids))
			}
			list.Mismatch = fmt.Sprintf("%s, and the list kept changing during %d passes", list.Mismatch, n)
			return list, nil
		}
		current.items = nil // only the IDs are compared with the next pass
		previous = current
	}
}

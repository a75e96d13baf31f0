// Package listing reads a paged list whole, and says whether it is.
//
// A list of several pages is never seen at one moment: an item that comes or
// goes between two pages shifts those behind it, so that another one is missed
// or read twice. The clouds have no snapshot and no cursor against that. What
// they have is a total, and ids that are never used again. So a list is read
// until two readings, one after the other, have the same ids, and every page
// told a total that they add up to. That proves it: when the server made the
// last answer of the first reading, each of these items was there, because it
// was seen by that moment and after it, and nothing else was, because the total
// leaves no room. A list of one page needs one reading: its answer is a moment.
//
// Two things are taken for granted: an answer is one moment of the server, and
// an item that has left the list doesn't come back. Where the API tells no
// total, the readings must also each have come to an empty page, and no item
// twice; that is strong evidence, and no proof.
package listing

import (
	"context"
	"errors"
	"fmt"
)

const (
	// maxReadings is how often a list that changes is read before it is given
	// as it is.
	maxReadings = 6
	// maxItems is far above what fits a message to Terraform. It ends a list
	// that never does.
	maxItems = 1_000_000
)

// Position is where a page starts, in both of the ways in which APIs count.
type Position struct {
	Page   int // pages before it
	Offset int // items before it
	Limit  int // items wanted
}

// Page is one page's answer.
type Page[T any] struct {
	Items []T
	// Listed is false where the answer has null or nothing in place of a list.
	Listed bool
	// Total is how many items the API says there are; nil where it doesn't say.
	Total *int64
}

// Source is a list that can be read page by page.
type Source[T any] struct {
	// Page reads one page. It is called concurrently.
	Page func(ctx context.Context, at Position) (Page[T], error)
	// ID gives an item's id, which is never used again; empty where it has none.
	ID func(item *T) string
	// IDField is the API's name of the id, for errors.
	IDField string
	// PageSize is how many items to ask for at once. The server may give fewer.
	PageSize int
	// Concurrency is how many pages to ask for at the same time.
	Concurrency int
}

// Check says why a page can't be part of the list: it has no list, though there is
// something to list, or an item without an id. [Read] checks every page. Who reads
// one can check it, too, while its request is known, for an error that names it.
func (s Source[T]) Check(page Page[T], at Position) error {
	// Past the end, nothing in place of a list is as good as an empty one.
	if !page.Listed && page.Total == nil {
		return errors.New("the answer has no list and no total: that is no empty list")
	}
	if !page.Listed && *page.Total > int64(at.Offset) {
		return fmt.Errorf("the answer has no list, with a total of %d: that is no empty list", *page.Total)
	}
	for i := range page.Items {
		if s.ID(&page.Items[i]) == "" {
			return fmt.Errorf("item %d of the answer has no %s", i, s.IDField)
		}
	}
	return nil
}

// List is a list as it was read.
type List[T any] struct {
	// Items are distinct, in the order in which the API gave them.
	Items []T
	// Total is how many items the API said there are; nil if it didn't.
	Total *int64
	// Complete is whether this was proven to be what the server had.
	Complete bool
	// Doubt says why it wasn't, with the numbers. It is empty where it was.
	Doubt string
}

// Read reads the list. An error is a page that couldn't be read or can't be
// part of the list; a list that is shorter than it should be is never given
// without a doubt.
func Read[T any](ctx context.Context, source Source[T]) (List[T], error) {
	var before *reading[T]
	for n := 1; ; n++ {
		now, err := source.read(ctx)
		if err != nil {
			return List[T]{}, err
		}
		doubt := now.doubt()
		if doubt == "" && !now.single && before != nil {
			doubt = before.doubt()
		}
		same := before != nil && now.sameIDs(before)
		switch {
		case doubt == "" && (now.single || same):
			return List[T]{Items: now.items, Total: now.total, Complete: true}, nil
		case same && now.sameTotals(before):
			// Not a change: the server doesn't add up, and won't the next time.
			return List[T]{Items: now.items, Total: now.total, Doubt: doubt}, nil
		case n == maxReadings:
			if doubt == "" {
				doubt = now.changes(before)
			}
			doubt = fmt.Sprintf("%s, and it had not settled after %d readings", doubt, n)
			return List[T]{Items: now.items, Total: now.total, Doubt: doubt}, nil
		}
		// The ids are all that the next reading is held against.
		now.items = nil
		before = now
	}
}

package mockcloud

import (
	"fmt"
	"slices"
)

// change changes the list that a request is about to read.
func (s *Server) change(c *call) {
	k := kindOf(c.record.Operation)
	if k == nil {
		return
	}
	key := listKey{k, c.record.Key}
	f := c.faults
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.lists[key]; !known {
		return
	}
	if c.changed(f.AddEvery, "add-every") {
		item := s.newItemLocked(key)
		s.updateLocked(key, func(items []Item) []Item {
			at := f.ChangeAt.index(len(items) + 1)
			return slices.Insert(slices.Clone(items), at, item)
		})
	}
	if c.changed(f.RemoveEvery, "remove-every") {
		s.updateLocked(key, func(items []Item) []Item {
			if len(items) == 0 {
				return items
			}
			at := f.ChangeAt.index(len(items))
			return slices.Delete(slices.Clone(items), at, at+1)
		})
	}
	if c.changed(f.ReplaceEvery, "replace-every") {
		item := s.newItemLocked(key)
		s.updateLocked(key, func(items []Item) []Item {
			if len(items) == 0 {
				return items
			}
			items = slices.Clone(items)
			items[f.ChangeAt.index(len(items))] = item
			return items
		})
	}
	if c.changed(f.RotateEvery, "rotate-every") {
		item := s.newItemLocked(key)
		s.updateLocked(key, func(items []Item) []Item {
			if len(items) == 0 {
				return items
			}
			return slices.Concat([]Item{item}, items[:len(items)-1])
		})
	}
}

// changed is hit for changes, which go together with other faults.
func (c *call) changed(every int, name string) bool {
	if !c.hit(every, name) {
		return false
	}
	c.record.Fault, c.fault = name, ""
	return true
}

// index is where a place is in a list of n items; n is at least 1.
func (p Place) index(n int) int {
	switch p {
	case AtMiddle:
		return n / 2
	case AtEnd:
		return n - 1
	default:
		return 0
	}
}

// newItemLocked makes an item that no list has: like the list's first, so that
// it passes the same filters, with an id and a name of its own.
func (s *Server) newItemLocked(key listKey) Item {
	s.added++
	var item Item
	if items := s.lists[key]; len(items) > 0 {
		item = items[0]
	} else {
		item = key.kind.more(key.key, s.now())
	}
	item = item.With(key.kind.id, fmt.Sprintf("added%06d", s.added))
	if key.kind.name != "" {
		item = item.With(key.kind.name, fmt.Sprintf("added-%06d", s.added))
	}
	return item
}

// kindOf returns the kind of list that an operation reads; nil for none.
func kindOf(operation string) *kind {
	for _, k := range []*kind{planKind, fullBackupKind, backupKind} {
		if k.operation == operation {
			return k
		}
	}
	return nil
}

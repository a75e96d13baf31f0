package mockcloud

import (
	"slices"
	"time"
)

// kind says what sets one kind of list apart from the others.
type kind struct {
	id        string // the member that identifies an item
	name      string // the member that a person would recognise it by; may be ""
	freeText  string // a member that takes any text
	status    string // the member that tells how it goes
	list      string // the member of an answer that holds the list
	operation string
	// more makes an item for a list that has none to go by.
	more func(key string, now time.Time) Item
}

var (
	planKind = &kind{
		id: "BackupPlanId", name: "BackupPlanName", freeText: "ErrMessage", status: "BackupPlanStatus",
		list: "BackupPlanDetail", operation: DescribeBackupPlanList,
		more: func(_ string, now time.Time) Item { return Plans(1, now)[0] },
	}
	fullBackupKind = &kind{
		id: "BackupSetId", freeText: "ErrMessage", status: "BackupStatus",
		list: "FullBackupFile", operation: DescribeFullBackupList,
		more: func(key string, now time.Time) Item { return FullBackups(key, 1, now)[0] },
	}
	backupKind = &kind{
		id: "id", name: "name", freeText: "description", status: "status",
		list: "backups", operation: ShowInstanceBackups,
		more: func(key string, now time.Time) Item { return Backups(key, 1, now)[0] },
	}
)

// listKey names a list: of plans by region, of full backups by plan, of
// TaurusDB backups by instance.
type listKey struct {
	kind *kind
	key  string
}

// List is one list that the server holds. Its methods may be called while the
// server answers; each is one change that a request sees whole or not at all.
type List struct {
	server *Server
	listKey
}

// Plans returns the backup plans of a region.
func (s *Server) Plans(region string) List { return List{s, listKey{planKind, region}} }

// FullBackups returns the full backups of a backup plan.
func (s *Server) FullBackups(planID string) List { return List{s, listKey{fullBackupKind, planID}} }

// Backups returns the backups of a TaurusDB instance. An instance that
// AddInstance has not placed in a project is found in every project.
func (s *Server) Backups(instanceID string) List { return List{s, listKey{backupKind, instanceID}} }

// Items returns the items as they are now. The slice is the caller's.
func (l List) Items() []Item {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	return slices.Clone(l.server.lists[l.listKey])
}

// IDs returns the ids of the items as they are now, in order.
func (l List) IDs() []string {
	items := l.Items()
	ids := make([]string, 0, len(items))
	for _, item := range items {
		ids = append(ids, item.Text(l.kind.id))
	}
	return ids
}

// Set makes items the whole list. A list set to nothing is known and empty.
func (l List) Set(items ...Item) {
	l.update(func([]Item) []Item { return slices.Clone(items) })
}

// Add puts items at the end.
func (l List) Add(items ...Item) {
	l.update(func(old []Item) []Item { return slices.Concat(old, items) })
}

// Insert puts items before the one at index, which is kept within the list.
func (l List) Insert(index int, items ...Item) {
	l.update(func(old []Item) []Item {
		index = min(max(index, 0), len(old))
		return slices.Concat(old[:index], items, old[index:])
	})
}

// Remove takes out the items with these ids.
func (l List) Remove(ids ...string) {
	l.update(func(old []Item) []Item {
		return slices.DeleteFunc(slices.Clone(old), func(item Item) bool {
			return slices.Contains(ids, item.Text(l.kind.id))
		})
	})
}

// Replace puts item in the place of the one with this id, if there is one.
func (l List) Replace(id string, item Item) {
	l.update(func(old []Item) []Item {
		items := slices.Clone(old)
		for n := range items {
			if items[n].Text(l.kind.id) == id {
				items[n] = item
			}
		}
		return items
	})
}

// Drop forgets the list: what it belonged to becomes unknown.
func (l List) Drop() {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	delete(l.server.lists, l.listKey)
	l.server.planRegions = nil
}

// update replaces the list by what change makes of it. change must not write
// to what it is given: an answer may be reading it.
func (l List) update(change func([]Item) []Item) {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.server.updateLocked(l.listKey, change)
}

func (s *Server) updateLocked(key listKey, change func([]Item) []Item) {
	s.lists[key] = change(s.lists[key])
	if key.kind == planKind {
		s.planRegions = nil
	}
}

// planRegionLocked tells the region of a plan, "" for one in no list.
func (s *Server) planRegionLocked(planID string) string {
	if s.planRegions == nil {
		s.planRegions = make(map[string]string)
		for key, items := range s.lists {
			if key.kind != planKind {
				continue
			}
			for _, item := range items {
				s.planRegions[item.Text(planKind.id)] = key.key
			}
		}
	}
	return s.planRegions[planID]
}

package mockcloud

import (
	"slices"
	"time"
)

// kind is what differs between the kinds of items that the server holds.
type kind struct {
	fixture  string // the kind's name in fixtures and templates
	list     string // the member of an answer that holds the items
	id       string // the member that identifies an item; "" if none does
	name     string // the member that people know an item by
	freeText string // a member that may be any string
	status   string
	owner    string // the member that names the plan or instance of an item; "" if none does
	layout   string // of points in time, as in the package time; "" is epoch milliseconds
	// vary returns what differs from the template in the i-th of n generated items of
	// the plan or instance that key names: names and values, in turn. An object has none.
	vary func(v variation) []any
	// changed returns the key of the list that a fault changes before a request reads
	// it. nil is the record's Key.
	changed func(s *Server, c *call) string
}

// The kinds of items. An item of backupKind has the members of
// ShowInstanceBackups, and may have those that only ShowGaussMySqlBackupList
// returns.
var (
	planKind = &kind{
		fixture: "plans", list: "BackupPlanDetail", vary: varyPlan,
		id: "BackupPlanId", name: "BackupPlanName", freeText: "ErrMessage", status: "BackupPlanStatus",
	}
	fullBackupKind = &kind{
		fixture: "full_backups", list: "FullBackupFile", vary: varyFullBackup,
		id: "BackupSetId", freeText: "ErrMessage", status: "BackupStatus",
	}
	incrementalKind = &kind{
		fixture: "incremental_backups", list: "IncrementBackupFile", vary: varyIncrementalBackup,
		id: "BackupSetId", freeText: "SourceEndpointIpPort", status: "BackupStatus",
	}
	planRangeKind = &kind{
		fixture: "restore_ranges", list: "DBSRecoverRange", vary: varyPlanRange,
		freeText: "SourceEndpointInstanceType", status: "RangeType",
	}
	billingKind  = &kind{fixture: "billing", list: "Item"}
	instanceKind = &kind{
		fixture: "instances", list: "instances", vary: varyInstance, layout: offsetLayout,
		id: "id", name: "name", freeText: "db_user_name", status: "status",
	}
	backupKind = &kind{
		fixture: "backups", list: "backups", vary: varyBackup, layout: time.DateTime,
		id: "id", name: "name", freeText: "description", status: "status",
		owner: "instance_id", changed: (*Server).instanceOf,
	}
	instanceRangeKind = &kind{fixture: "instance_restore_ranges", list: "restore_times", vary: varyInstanceRange}
	policyKind        = &kind{fixture: "policy", list: "backup_policy", freeText: "period"}
	projectKind       = &kind{list: "projects", id: "id", name: "name", freeText: "description"}
)

// listKey names a list: plans by region, backups and ranges of DBS by plan,
// instances by project, the others by instance.
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

// IncrementalBackups returns the incremental backups of a backup plan.
func (s *Server) IncrementalBackups(planID string) List {
	return List{s, listKey{incrementalKind, planID}}
}

// PlanRestoreRanges returns the restore ranges of a backup plan.
func (s *Server) PlanRestoreRanges(planID string) List {
	return List{s, listKey{planRangeKind, planID}}
}

// Instances returns the TaurusDB instances of a project. Those of project ""
// are in every project.
func (s *Server) Instances(projectID string) List { return List{s, listKey{instanceKind, projectID}} }

// Backups returns the backups of a TaurusDB instance, which both
// ShowInstanceBackups and ShowGaussMySqlBackupList list.
func (s *Server) Backups(instanceID string) List { return List{s, listKey{backupKind, instanceID}} }

// Policy returns the backup policy of an instance, a list of one item. If none
// is set, requests are answered with the function Policy's.
func (s *Server) Policy(instanceID string) List { return List{s, listKey{policyKind, instanceID}} }

// InstanceRestoreRanges returns the restore ranges of an instance.
func (s *Server) InstanceRestoreRanges(instanceID string) List {
	return List{s, listKey{instanceRangeKind, instanceID}}
}

// Items returns the items as they are now. The slice is the caller's.
func (l List) Items() []Item {
	items, _ := l.server.items(l.kind, l.key)
	return slices.Clone(items)
}

// IDs returns the IDs of the items as they are now, in order.
func (l List) IDs() []string {
	ids := []string{}
	for _, item := range l.Items() {
		ids = append(ids, item.Get(l.kind.id))
	}
	return ids
}

// Set makes items the whole list. A list set to nothing is known and empty.
func (l List) Set(items ...Item) {
	l.update(func([]Item) []Item { return slices.Clone(items) })
}

// Add puts items at the end.
func (l List) Add(items ...Item) {
	l.update(func(old []Item) []Item { return append(old, items...) })
}

// Insert puts items before the one at index, which is kept within the list.
func (l List) Insert(index int, items ...Item) {
	l.update(func(old []Item) []Item { return slices.Insert(old, min(max(index, 0), len(old)), items...) })
}

// Remove takes out the items with these IDs.
func (l List) Remove(ids ...string) {
	l.update(func(old []Item) []Item {
		return slices.DeleteFunc(old, func(item Item) bool { return slices.Contains(ids, item.Get(l.kind.id)) })
	})
}

// Replace puts item in the place of the one with this ID, if there is one.
func (l List) Replace(id string, item Item) {
	l.update(func(items []Item) []Item {
		for n := range items {
			if items[n].Get(l.kind.id) == id {
				items[n] = item
			}
		}
		return items
	})
}

// update replaces the list by what change makes of a copy: an answer may be
// reading the list itself.
func (l List) update(change func([]Item) []Item) {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.server.lists[l.listKey] = change(slices.Clone(l.server.lists[l.listKey]))
	clear(l.server.projectBackups)
}

// items returns a list as it is now. It is not the caller's to change.
func (s *Server) items(k *kind, key string) (items []Item, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items, known = s.lists[listKey{k, key}]
	return items, known
}

// parentOf returns the region of a plan or the project of an instance.
func (s *Server) parentOf(k *kind, id string) (parent string, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, items := range s.lists {
		if key.kind == k && slices.ContainsFunc(items, func(item Item) bool { return item.Get(k.id) == id }) {
			return key.key, true
		}
	}
	return "", false
}

// keep returns the items for which wanted reports true.
func keep(items []Item, wanted func(Item) bool) []Item {
	return slices.DeleteFunc(slices.Clone(items), func(item Item) bool { return !wanted(item) })
}

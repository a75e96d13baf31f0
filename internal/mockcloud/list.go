package mockcloud

import "slices"

// kind is what differs between the kinds of items that the server holds.
type kind struct {
	fixture  string // the kind's name in fixtures and templates
	list     string // the member of an answer that holds the items
	id       string // the member that identifies an item; "" if none does
	name     string // the member that people know an item by
	freeText string // a member that may be any string
	status   string
	parent   string // the member with the ID of the plan or instance
	// times are the members that hold a point in time, with their form.
	times map[string]timeForm
}

// The kinds of items. An item of backupKind has the members of
// ShowInstanceBackups, and may have those that only ShowGaussMySqlBackupList
// returns.
var (
	planKind = &kind{
		fixture: "plans", list: "BackupPlanDetail",
		id: "BackupPlanId", name: "BackupPlanName", freeText: "ErrMessage", status: "BackupPlanStatus",
		times: forms(epochMillis, "BackupPlanCreateTime", "BeginTimestampForRestore", "EndTimestampForRestore",
			"InstanceExpiredTimestamp"),
	}
	fullBackupKind = &kind{
		fixture: "full_backups", list: "FullBackupFile", id: "BackupSetId", freeText: "ErrMessage", status: "BackupStatus",
		times: forms(epochMillis, "BackupSetExpiredTime", "CreateTime", "StartTime", "EndTime", "FinishTime"),
	}
	incrementalKind = &kind{
		fixture: "incremental_backups", list: "IncrementBackupFile",
		id: "BackupSetId", freeText: "SourceEndpointIpPort", status: "BackupStatus",
		times: forms(epochMillis, "BackupSetExpiredTime", "StartTime", "EndTime"),
	}
	planRangeKind = &kind{
		fixture: "restore_ranges", list: "DBSRecoverRange", freeText: "SourceEndpointInstanceType", status: "RangeType",
		times: forms(epochMillis, "BeginTimestampForRestore", "EndTimestampForRestore"),
	}
	billingKind = &kind{
		fixture: "billing", list: "Item",
		times: forms(epochMillis, "BuyCreateTimestamp", "BuyExpiredTimestamp", "QuotaStartTimestamp", "QuotaEndTimestamp"),
	}
	instanceKind = &kind{
		fixture: "instances", list: "instances", id: "id", name: "name", freeText: "db_user_name", status: "status",
		times: forms(offsetTime, "created", "updated"),
	}
	backupKind = &kind{
		fixture: "backups", list: "backups",
		id: "id", name: "name", freeText: "description", status: "status", parent: "instance_id",
		times: map[string]timeForm{
			"created": localTime, "updated": localTime, "begin_time": offsetTime, "end_time": offsetTime,
		},
	}
	instanceRangeKind = &kind{fixture: "instance_restore_ranges", list: "restore_times", times: forms(epochMillis, "start_time", "end_time")}
	policyKind        = &kind{fixture: "policy", list: "backup_policy", freeText: "period"}
	projectKind       = &kind{list: "projects", id: "id", name: "name", freeText: "description"}
)

func forms(form timeForm, names ...string) map[string]timeForm {
	times := make(map[string]timeForm, len(names))
	for _, name := range names {
		times[name] = form
	}
	return times
}

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

// PlanRestoreRanges returns the restore ranges of a backup plan that were set.
// If none were, requests are answered with ranges made of the plan's backups.
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
// is set, requests are answered with one made of the instance's
// backup_strategy.
func (s *Server) Policy(instanceID string) List { return List{s, listKey{policyKind, instanceID}} }

// InstanceRestoreRanges returns the restore ranges of an instance that were
// set. If none were, requests are answered with ranges made of its backups.
func (s *Server) InstanceRestoreRanges(instanceID string) List {
	return List{s, listKey{instanceRangeKind, instanceID}}
}

// Items returns the items as they are now. The slice is the caller's.
func (l List) Items() []Item {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	return slices.Clone(l.server.lists[l.listKey])
}

// IDs returns the IDs of the items as they are now, in order.
func (l List) IDs() []string { return idsOf(l.kind, l.Items()) }

func idsOf(k *kind, items []Item) []string {
	ids := make([]string, 0, len(items))
	for _, item := range items {
		ids = append(ids, item.Get(k.id))
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
		return slices.Insert(slices.Clone(old), min(max(index, 0), len(old)), items...)
	})
}

// Remove takes out the items with these IDs.
func (l List) Remove(ids ...string) {
	l.update(func(old []Item) []Item {
		return keep(old, func(item Item) bool { return !slices.Contains(ids, item.Get(l.kind.id)) })
	})
}

// Replace puts item in the place of the one with this ID, if there is one.
func (l List) Replace(id string, item Item) {
	l.update(func(old []Item) []Item {
		items := slices.Clone(old)
		for n := range items {
			if items[n].Get(l.kind.id) == id {
				items[n] = item
			}
		}
		return items
	})
}

func (l List) update(change func([]Item) []Item) {
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.server.updateLocked(l.listKey, change)
}

// updateLocked replaces a list by what change makes of it. change must not
// write to its argument: an answer may be reading it.
func (s *Server) updateLocked(key listKey, change func([]Item) []Item) {
	items := change(s.lists[key])
	if items == nil {
		items = []Item{}
	}
	s.lists[key] = items
	clear(s.derived)
}

// items returns a list as it is now. It is not the caller's to change.
func (s *Server) items(k *kind, key string) (items []Item, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	items, known = s.lists[listKey{k, key}]
	return items, known
}

// derive returns what build makes of the server's lists, and keeps it until
// one of them changes. build runs under the server's lock.
func derive[T any](s *Server, what, key string, build func() T) T {
	s.mu.Lock()
	defer s.mu.Unlock()
	if made, known := s.derived[[2]string{what, key}].(T); known {
		return made
	}
	made := build()
	s.derived[[2]string{what, key}] = made
	return made
}

// parentOf returns the region of a plan or the project of an instance.
func (s *Server) parentOf(k *kind, id string) (parent string, known bool) {
	parents := derive(s, "parents", k.id, func() map[string]string {
		parents := make(map[string]string)
		for key, items := range s.lists {
			if key.kind == k {
				for _, item := range items {
					parents[item.Get(k.id)] = key.key
				}
			}
		}
		return parents
	})
	parent, known = parents[id]
	return parent, known
}

// keep returns the items for which wanted reports true.
func keep(items []Item, wanted func(Item) bool) []Item {
	return slices.DeleteFunc(slices.Clone(items), func(item Item) bool { return !wanted(item) })
}

package mockcloud

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var instanceIDForm = regexp.MustCompile(`^[0-9A-Za-z]{32}in07$`)

// AddInstance adds a TaurusDB instance to a project, with backups.
func (s *Server) AddInstance(projectID, instanceID string, backups ...Item) {
	s.Instances(projectID).Add(Instances(1, s.until)[0].With("id", instanceID))
	s.Backups(instanceID).Set(backups...)
}

// check rejects a request about a project or an instance that isn't there. "" is
// no instance. One that is in no project, and has backups, is found in all.
func (s *Server) check(c *call, instanceID string) *answer {
	_, known := s.items(backupKind, instanceID)
	project, listed := s.parentOf(instanceKind, instanceID)
	switch {
	case !s.hasProject(func(p Project) bool { return p.ID == c.record.Project }):
		return huaweiError(c, http.StatusForbidden, "APIGW.0310", "The project is unavailable")
	case instanceID == "":
		return nil
	case !known && !listed && !instanceIDForm.MatchString(instanceID):
		return huaweiError(c, http.StatusBadRequest, "DBS.280404", "The instance ID "+instanceID+" is invalid.")
	case (!known && !listed) || (project != "" && project != c.record.Project):
		return huaweiError(c, http.StatusNotFound, "DBS.280005", "The instance does not exist.")
	}
	return nil
}

// showInstanceBackups answers the query of an instance's full backups.
// filter_content is compared with whole names: the page doesn't specify it.
func (s *Server) showInstanceBackups(c *call) *answer {
	id := c.record.Key
	if apiError := s.check(c, id); apiError != nil {
		return apiError
	}
	items, _ := s.items(backupKind, id)
	c.omitted = []string{"begin_time", "end_time", "take_up_time", "type", "datastore"} // The other operation has these.
	r := reader{call: c, values: c.query}
	if r.oneOf("filter_field", "name") != "" {
		items = r.keepEqual(items, "filter_content", "name")
	}
	descending := r.oneOf("order_rule", "asc", "desc") == "desc"
	if field := r.oneOf("order_field", "name", "beginTime", "type"); field != "" {
		member := map[string]string{"name": "name", "beginTime": "created", "type": "backup_type"}[field]
		items = slices.SortedStableFunc(slices.Values(items), func(a, b Item) int {
			if descending {
				a, b = b, a
			}
			return cmp.Compare(a.Get(member), b.Get(member))
		})
	}
	return s.taurusdbPage(c, r, items)
}

// ProjectBackups returns the backups of a project as ShowGaussMySqlBackupList
// lists them, newest first.
func (s *Server) ProjectBackups(projectID string) []Item {
	return slices.Clone(s.projectBackups(projectID))
}

func (s *Server) projectBackups(projectID string) []Item {
	return derive(s, "project backups", projectID, func() []Item {
		var items []Item
		begin := make(map[string]time.Time)
		for _, project := range []string{projectID, ""} {
			for _, instance := range s.lists[listKey{instanceKind, project}] {
				for _, backup := range s.lists[listKey{backupKind, instance.Get("id")}] {
					item := projectBackup(backup, instance)
					items = append(items, item)
					begin[item.Get("id")], _ = time.Parse(offsetLayout, item.Get("begin_time"))
				}
			}
		}
		slices.SortStableFunc(items, func(a, b Item) int { return begin[b.Get("id")].Compare(begin[a.Get("id")]) })
		return items
	})
}

// projectBackup returns a backup as ShowGaussMySqlBackupList has it: with its own
// members if it has them, else with what its other members imply.
func projectBackup(backup, instance Item) Item {
	m := Item{}.with("instance_id", instance.Get("id"))
	if name := instance.Get("name"); name != "" {
		m = m.With("instance_name", name)
	}
	created, begun := backupTime(backup, "created")
	if begun {
		m = m.With("begin_time", offsetTime.in(created, created.Location()))
	}
	if updated, ended := backupTime(backup, "updated"); backup.Get("status") == "BUILDING" {
		m = m.with("end_time", "", "take_up_time", 0)
	} else if begun && ended {
		m = m.with("end_time", offsetTime.in(updated, updated.Location()), "take_up_time", int(updated.Sub(created).Minutes()))
	}
	m = m.with(backup.Without("created", "updated", "size_unit", "time_zone",
		"backup_type", "backup_method", "backup_mode", "use_detail").pairs()...)
	if size, err := strconv.ParseFloat(backup.Get("size"), 64); err == nil && backup.Get("size_unit") == "KB" {
		m = m.With("size", math.Round(size/1024*100)/100) // In MB.
	}
	return m
}

// backupTime reads created or updated, in the backup's time zone.
func backupTime(backup Item, name string) (time.Time, bool) {
	zone, err := zoneOf(backup.Get("time_zone"))
	if err != nil {
		return time.Time{}, false
	}
	t, err := time.ParseInLocation(time.DateTime, backup.Get(name), zone)
	return t, err == nil
}

// showBackupList answers the query of a project's full backups. Names are compared
// whole. begin_time and end_time limit the begin of a backup, both
// inclusive.
func (s *Server) showBackupList(c *call) *answer {
	if apiError := s.check(c, c.query.Get("instance_id")); apiError != nil {
		return apiError
	}
	r := reader{call: c, values: c.query}
	r.oneOf("backup_type", "auto", "manual")
	from, until := r.time("begin_time", offsetLayout), r.time("end_time", offsetLayout)
	if !until.IsZero() && until.Before(from) {
		r.reject("end_time")
	}
	items := r.keepEqual(s.projectBackups(c.record.Project), "instance_id", "instance_id", "backup_id", "id",
		"backup_type", "type", "name", "name", "instance_name", "instance_name")
	if !from.IsZero() || !until.IsZero() {
		items = keep(items, func(item Item) bool {
			begin, err := time.Parse(offsetLayout, item.Get("begin_time"))
			return err == nil && !begin.Before(from) && (until.IsZero() || !begin.After(until))
		})
	}
	return s.taurusdbPage(c, r, items)
}

// listInstances answers the query of a project's instances. id and name are
// whole, or contained if they begin with "*".
func (s *Server) listInstances(c *call) *answer {
	if apiError := s.check(c, ""); apiError != nil {
		return apiError
	}
	r := reader{call: c, values: c.query}
	r.oneOf("type", "Cluster")
	r.oneOf("datastore_type", "gaussdb-mysql")
	items, _ := s.items(instanceKind, c.record.Project)
	if everywhere, _ := s.items(instanceKind, ""); len(everywhere) > 0 {
		items = slices.Concat(items, everywhere)
	}
	items = r.keepEqual(items, "vpc_id", "vpc_id", "subnet_id", "subnet_id")
	for _, name := range []string{"id", "name"} {
		if part, contained := strings.CutPrefix(c.query.Get(name), "*"); !contained {
			items = r.keepEqual(items, name, name)
		} else if part == "" {
			r.reject(name)
		} else {
			items = keep(items, func(item Item) bool { return strings.Contains(item.Get(name), part) })
		}
	}
	for _, name := range []string{"private_ip", "readonly_private_ip", "proxy_ip"} {
		if ip := c.query.Get(name); ip != "" {
			items = keep(items, func(item Item) bool { return strings.Contains(item.Get(name+"s"), strconv.Quote(ip)) })
		}
	}
	if tags := c.query.Get("tags"); tags != "" {
		for tag := range strings.SplitSeq(tags, ",") {
			key, value, well := strings.Cut(tag, "=")
			if !well {
				r.reject("tags")
			}
			items = keep(items, func(item Item) bool { return hasTag(item, key, value) })
		}
	}
	return s.taurusdbPage(c, r, items)
}

func hasTag(item Item, key, value string) bool {
	type tag struct{ Key, Value string }
	var tags []tag
	raw, _ := item.Raw("tags")
	_ = json.Unmarshal(raw, &tags) // An instance without readable tags has none.
	return slices.Contains(tags, tag{key, value})
}

// showBackupPolicy answers the query of an instance's backup policy: the one
// that was set, else one made of the instance's backup_strategy.
func (s *Server) showBackupPolicy(c *call) *answer {
	id := c.record.Key
	if apiError := s.check(c, id); apiError != nil {
		return apiError
	}
	set, _ := s.items(policyKind, id)
	if len(set) == 0 {
		set = []Item{Policy().Without("retention_num_backup_level1")}
		project, _ := s.parentOf(instanceKind, id)
		instances, _ := s.items(instanceKind, project)
		for _, instance := range instances {
			if strategy, err := ParseItem([]byte(instance.Get("backup_strategy"))); err == nil && instance.Get("id") == id {
				set[0] = set[0].with("keep_days", strategy.integer("keep_days"), "start_time", strategy.Get("start_time"))
			}
		}
	}
	return c.finish(members{{policyKind.list, c.faults.changed(policyKind, set[:1])[0].encoded}})
}

// showRestoreTime answers the query of an instance's restore ranges: those that
// overlap the day or the time of the request, not cut to it.
func (s *Server) showRestoreTime(c *call) *answer {
	id := c.record.Key
	if apiError := s.check(c, id); apiError != nil {
		return apiError
	}
	r := reader{call: c, values: c.query}
	from, until := r.integer("start_time", -1, math.MaxInt64), r.integer("end_time", -1, math.MaxInt64)
	switch date := r.time("date", time.DateOnly); {
	case !date.IsZero():
		from, until = date.UnixMilli(), date.Add(day).UnixMilli()-1
	case from == -1 && until == -1:
		until = math.MaxInt64
	case from == -1 || until < from:
		r.reject("start_time, end_time")
	}
	if r.apiError != nil {
		return r.apiError
	}
	items, set := s.items(instanceRangeKind, id)
	if !set {
		items = derive(s, "ranges", id, func() []Item { return s.instanceRangesLocked(id) })
	}
	items = keep(items, func(item Item) bool {
		return item.integer("start_time") <= until && item.integer("end_time") >= from
	})
	var m members
	c.addList(&m, s.page(c, items, 0, len(items)))
	return c.finish(m)
}

// instanceRangesLocked makes an instance's restore ranges of its backups. Each
// successful backup begins a range. The next backup ends it: some seconds before
// if it was successful too, or as it failed, which leaves a gap.
func (s *Server) instanceRangesLocked(id string) []Item {
	attempts := keep(s.lists[listKey{backupKind, id}], func(b Item) bool {
		_, known := backupTime(b, "created")
		return known && slices.Contains([]string{"COMPLETED", "AVAILABLE", "FAILED"}, b.Get("status"))
	})
	at := func(b Item) time.Time { t, _ := backupTime(b, "created"); return t }
	slices.SortStableFunc(attempts, func(a, b Item) int { return at(a).Compare(at(b)) })
	var ranges []Item
	for n, b := range attempts {
		end := s.until.Add(-5 * time.Minute)
		if n+1 < len(attempts) {
			end = at(attempts[n+1]).Add(-8 * time.Second)
		}
		if b.Get("status") != "FAILED" && end.After(at(b)) {
			ranges = append(ranges, object("start_time", millis(at(b)), "end_time", millis(end)))
		}
	}
	return ranges
}

// taurusdbPage answers with the page that offset and limit select.
func (s *Server) taurusdbPage(c *call, r reader, items []Item) *answer {
	offset, limit := int(r.integer("offset", 0, math.MaxInt32)), int(r.integer("limit", 100, 100))
	if limit == 0 {
		r.reject("limit")
	}
	if r.apiError != nil {
		return r.apiError
	}
	s.note(c, func(r *Request) { r.Offset, r.Size = offset, limit })
	if c.faults.CapPage > 0 {
		limit = min(limit, c.faults.CapPage)
	}
	total := len(items)
	items = s.page(c, items, offset, limit)
	var m members
	c.addList(&m, items)
	c.addTotal(&m, "total_count", total, len(items), c.operation.Name == ShowInstanceBackups)
	return c.finish(m)
}

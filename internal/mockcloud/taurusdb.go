package mockcloud

import (
	"cmp"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

var instanceIDForm = regexp.MustCompile(`^[0-9A-Za-z]{32}in07$`)

// AddInstance adds a TaurusDB instance to a project, with backups.
func (s *Server) AddInstance(projectID, instanceID string, backups ...Item) {
	s.Instances(projectID).Add(Instances(1, s.now())[0].With("id", instanceID))
	s.Backups(instanceID).Set(backups...)
}

// check rejects a request about a project or an instance that isn't there. "" is
// no instance. Those of project "" are in all.
func (s *Server) check(c *call, instanceID string) {
	_, knownProject := find(s, &s.projects, func(p Project) bool { return p.ID == c.record.Project })
	project, listed := s.parentOf(instanceKind, instanceID)
	switch {
	case !knownProject:
		c.fail(huaweiError(c, http.StatusForbidden, "APIGW.0310", "The project is unavailable"))
	case instanceID == "":
	case !listed && !instanceIDForm.MatchString(instanceID):
		c.fail(huaweiError(c, http.StatusBadRequest, "DBS.280404", "The instance ID "+instanceID+" is invalid."))
	case !listed || project != "" && project != c.record.Project:
		c.fail(huaweiError(c, http.StatusNotFound, "DBS.280005", "The instance does not exist."))
	}
}

// showInstanceBackups answers the query of an instance's full backups.
// filter_content is compared with whole names: the page doesn't specify it.
func (s *Server) showInstanceBackups(c *call) *answer {
	id := c.record.Key
	s.check(c, id)
	items, _ := s.items(backupKind, id)
	c.omitted = []string{"begin_time", "end_time", "take_up_time", "type", "datastore"} // The other operation has these.
	if c.oneOf("filter_field", "name") != "" {
		items = c.keepEqual(items, "filter_content", "name")
	}
	descending := c.oneOf("order_rule", "asc", "desc") == "desc"
	if field := c.oneOf("order_field", "name", "beginTime", "type"); field != "" {
		member := map[string]string{"name": "name", "beginTime": "created", "type": "backup_type"}[field]
		items = slices.SortedStableFunc(slices.Values(items), func(a, b Item) int {
			if descending {
				a, b = b, a
			}
			return cmp.Compare(a.Get(member), b.Get(member))
		})
	}
	return c.taurusdbPage(items)
}

// ProjectBackups returns the backups of a project as ShowGaussMySqlBackupList
// lists them, newest first.
func (s *Server) ProjectBackups(projectID string) []Item {
	s.mu.Lock()
	defer s.mu.Unlock()
	if made, known := s.projectBackups[projectID]; known {
		return slices.Clone(made)
	}
	var items []Item
	begin := make(map[string]time.Time)
	for _, instance := range slices.Concat(s.lists[listKey{instanceKind, projectID}], s.lists[listKey{instanceKind, ""}]) {
		for _, backup := range s.lists[listKey{backupKind, instance.Get("id")}] {
			item := projectBackup(backup, instance)
			items = append(items, item)
			begin[item.Get("id")], _ = time.Parse(offsetLayout, item.Get("begin_time"))
		}
	}
	slices.SortStableFunc(items, func(a, b Item) int { return begin[b.Get("id")].Compare(begin[a.Get("id")]) })
	s.projectBackups[projectID] = items
	return slices.Clone(items)
}

// instanceOf returns the instance that a request is about; of a request about a
// project, the first one.
func (s *Server) instanceOf(c *call) string {
	first := append(s.Instances(c.record.Project).IDs(), "")[0]
	return cmp.Or(c.PathValue("instance_id"), c.params.Get("instance_id"), first)
}

// projectBackup returns a backup as ShowGaussMySqlBackupList has it: with its own
// members if it has them, else with what its other members imply.
func projectBackup(backup, instance Item) Item {
	m := Item{}.With("instance_id", instance.Get("id"))
	if name := instance.Get("name"); name != "" {
		m = m.With("instance_name", name)
	}
	created, begun := backupTime(backup, "created")
	if begun {
		m = m.With("begin_time", created.Format(offsetLayout))
	}
	if updated, ended := backupTime(backup, "updated"); backup.Get("status") == "BUILDING" {
		m = m.With("end_time", "", "take_up_time", 0)
	} else if begun && ended {
		m = m.With("end_time", updated.Format(offsetLayout), "take_up_time", int(updated.Sub(created).Minutes()))
	}
	m = m.With(backup.Without("created", "updated", "size_unit", "time_zone",
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
	s.check(c, c.params.Get("instance_id"))
	c.oneOf("backup_type", "auto", "manual")
	from, until := c.time("begin_time", offsetLayout), c.time("end_time", offsetLayout)
	if !until.IsZero() && until.Before(from) {
		c.rejectParameter("end_time")
	}
	items := c.keepEqual(s.ProjectBackups(c.record.Project), "instance_id", "instance_id", "backup_id", "id",
		"backup_type", "type", "name", "name", "instance_name", "instance_name")
	if !from.IsZero() || !until.IsZero() {
		items = keep(items, func(item Item) bool {
			begin, err := time.Parse(offsetLayout, item.Get("begin_time"))
			return err == nil && !begin.Before(from) && (until.IsZero() || !begin.After(until))
		})
	}
	return c.taurusdbPage(items)
}

// listInstances answers the query of a project's instances. id and name are
// whole, or contained if they begin with "*".
func (s *Server) listInstances(c *call) *answer {
	s.check(c, "")
	c.oneOf("type", "Cluster")
	c.oneOf("datastore_type", "gaussdb-mysql")
	items, _ := s.items(instanceKind, c.record.Project)
	everywhere, _ := s.items(instanceKind, "")
	items = slices.Concat(items, everywhere)
	items = c.keepEqual(items, "vpc_id", "vpc_id", "subnet_id", "subnet_id")
	for _, name := range []string{"id", "name"} {
		if part, contained := strings.CutPrefix(c.params.Get(name), "*"); !contained {
			items = c.keepEqual(items, name, name)
		} else if part == "" {
			c.rejectParameter(name)
		} else {
			items = keep(items, func(item Item) bool { return strings.Contains(item.Get(name), part) })
		}
	}
	for _, name := range []string{"private_ip", "readonly_private_ip", "proxy_ip"} {
		if ip := c.params.Get(name); ip != "" {
			items = keep(items, func(item Item) bool { return strings.Contains(item.Get(name+"s"), strconv.Quote(ip)) })
		}
	}
	if tags := c.params.Get("tags"); tags != "" {
		for tag := range strings.SplitSeq(tags, ",") {
			key, value, well := strings.Cut(tag, "=")
			if !well {
				c.rejectParameter("tags")
			}
			items = keep(items, func(item Item) bool { return hasTag(item, key, value) })
		}
	}
	return c.taurusdbPage(items)
}

func hasTag(item Item, key, value string) bool {
	var tags []Item
	raw, _ := item.Raw("tags")
	_ = json.Unmarshal(raw, &tags) // An instance without readable tags has none.
	return slices.ContainsFunc(tags, func(tag Item) bool { return tag.Get("key") == key && tag.Get("value") == value })
}

// showBackupPolicy answers the query of an instance's backup policy.
func (s *Server) showBackupPolicy(c *call) *answer {
	s.check(c, c.record.Key)
	policy := Policy()
	if set, _ := s.items(policyKind, c.record.Key); len(set) > 0 {
		policy = set[0]
	}
	return c.finish(object(policyKind.list, policy))
}

// showRestoreTime answers the query of an instance's restore ranges: those that
// overlap the day or the time of the request, not cut to it.
func (s *Server) showRestoreTime(c *call) *answer {
	id := c.record.Key
	s.check(c, id)
	from, until := c.integer("start_time", -1, math.MaxInt64), c.integer("end_time", -1, math.MaxInt64)
	switch date := c.time("date", time.DateOnly); {
	case !date.IsZero():
		from, until = date.UnixMilli(), date.Add(day).UnixMilli()-1
	case from == -1 && until == -1:
		until = math.MaxInt64
	case from == -1 || until < from:
		c.rejectParameter("start_time, end_time")
	}
	items, _ := s.items(instanceRangeKind, id)
	items = overlapping(items, "start_time", "end_time", from, until)
	return c.finish(c.listOf(c.page(items, 0, len(items))))
}

// taurusdbPage answers with the page that offset and limit select.
func (c *call) taurusdbPage(items []Item) *answer {
	offset, limit := int(c.integer("offset", 0, math.MaxInt32)), int(c.integer("limit", 100, 100))
	if limit == 0 {
		c.rejectParameter("limit")
	}
	c.record.Offset, c.record.Size = offset, limit
	if c.faults.CapPage > 0 {
		c.note(true, "cap-page")
		limit = min(limit, c.faults.CapPage)
	}
	page := c.page(items, offset, limit)
	return c.finish(c.withTotal(c.listOf(page), "total_count", len(items), len(page), c.operation.Name == ShowInstanceBackups))
}

package mockcloud

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
)

// defaultLimit is TaurusDB's page size.
const defaultLimit = 100

var instanceIDForm = regexp.MustCompile(`^[0-9A-Za-z]{32}in07$`)

// orderFields are the members that each documented order_field sorts by.
var orderFields = map[string]string{"name": "name", "beginTime": "created", "type": "backup_type"}

// AddInstance places a TaurusDB instance in a project and gives it backups.
func (s *Server) AddInstance(projectID, instanceID string, backups ...Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.instances[instanceID] = projectID
	s.updateLocked(listKey{backupKind, instanceID}, func([]Item) []Item { return slices.Clone(backups) })
}

// showInstanceBackups answers the query of an instance's full backups.
// filter_content is taken as the whole name, as the page doesn't say.
func (s *Server) showInstanceBackups(c *call) *answer {
	projectID, instanceID := c.segments[1], c.segments[3]
	if _, known := s.project(projectID); !known {
		return huaweiError(c, http.StatusForbidden, "APIGW.0310", "The project is unavailable")
	}
	items, known := s.snapshot(listKey{backupKind, instanceID})
	s.mu.Lock()
	owner := s.instances[instanceID]
	s.mu.Unlock()
	switch {
	case !known && !instanceIDForm.MatchString(instanceID):
		return huaweiError(c, http.StatusBadRequest, "DBS.280404", "The instance ID "+instanceID+" is invalid.")
	case !known || (owner != "" && owner != projectID):
		return huaweiError(c, http.StatusNotFound, "DBS.280005", "The instance does not exist.")
	}

	offset, limit := 0, defaultLimit
	var err error
	if text, given := c.param("offset"); given {
		if offset, err = strconv.Atoi(text); err != nil || offset < 0 {
			return invalidQuery(c, "offset")
		}
	}
	if text, given := c.param("limit"); given {
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 || limit > 100 {
			return invalidQuery(c, "limit")
		}
	}
	s.note(c, func(r *Request) { r.Offset, r.Size = offset, limit })

	if items, known = arrange(c, items); !known {
		return invalidQuery(c, "order_field, order_rule or filter_field")
	}
	return s.taurusdbAnswer(c, items, offset, limit)
}

// arrange filters and sorts. ok is false for a value that is not documented.
func arrange(c *call, items []Item) (arranged []Item, ok bool) {
	switch c.query.Get("filter_field") {
	case "":
	case "name":
		items = keep(items, "name", c.query.Get("filter_content"))
	default:
		return nil, false
	}
	rule := c.query.Get("order_rule")
	if !slices.Contains([]string{"", "asc", "desc"}, rule) {
		return nil, false
	}
	field := c.query.Get("order_field")
	if field == "" {
		return items, true
	}
	member, known := orderFields[field]
	if !known {
		return nil, false
	}
	type keyed struct {
		key  string
		item Item
	}
	sorted := make([]keyed, 0, len(items))
	for _, item := range items {
		sorted = append(sorted, keyed{item.Text(member), item})
	}
	slices.SortStableFunc(sorted, func(a, b keyed) int {
		if rule == "desc" {
			a, b = b, a
		}
		return cmp.Compare(a.key, b.key)
	})
	arranged = make([]Item, 0, len(items))
	for _, k := range sorted {
		arranged = append(arranged, k.item)
	}
	return arranged, true
}

// taurusdbAnswer cuts the page out and puts TaurusDB's envelope around it.
func (s *Server) taurusdbAnswer(c *call, items []Item, offset, limit int) *answer {
	f := c.faults
	if f.CapPage > 0 {
		limit = min(limit, f.CapPage)
	}
	if offset > 0 && c.hit(f.RepeatEvery, "repeat-every") {
		offset = max(offset-limit, 0)
	}
	p := page{kind: backupKind, items: cut(items, offset, limit), size: limit, total: len(items)}
	return s.finish(c, p, func(b *itemBuilder, list []byte) {
		switch {
		case c.hit(f.NullListEvery, "null-list-every"):
			b.add(p.kind.list, nil)
		case c.hit(f.NoListEvery, "no-list-every"):
		default:
			b.addRaw(p.kind.list, list)
		}
		total := p.total + f.TotalAdd
		if raw, told := f.total(total, marshal(strconv.Itoa(total))); told {
			b.addRaw("total_count", raw)
		}
	})
}

// param returns a query parameter, and whether it is there and not empty.
func (c *call) param(name string) (value string, given bool) {
	value = c.query.Get(name)
	return value, value != ""
}

func invalidQuery(c *call, name string) *answer {
	return huaweiError(c, http.StatusBadRequest, "DBS.280001", "Parameter error: "+name+".")
}

package mockcloud

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// defaultPageSize is DBS's, for both operations.
const defaultPageSize = 30

var (
	planStatuses = []string{"wait", "init", "running", "stop", "pause", "locked", "check_pass"}
	planMethods  = []string{"logical", "physical", "duplication"}
	// dbsRegions are those that DBS has an endpoint for.
	dbsRegions = []string{
		"cn-hangzhou", "cn-beijing", "cn-qingdao", "cn-shanghai", "cn-shenzhen", "cn-hongkong", "us-east-1", "us-west-1",
		"cn-hangzhou-finance", "cn-shanghai-finance-1", "cn-shenzhen-finance-1", "cn-zhangjiakou", "cn-huhehaote",
		"cn-wulanchabu", "cn-chengdu", "ap-northeast-1", "ap-southeast-1", "ap-southeast-3", "ap-southeast-5",
		"eu-central-1", "eu-west-1",
	}
)

// describeBackupPlanList answers DescribeBackupPlanList. BackupPlanName is
// taken as the whole name: the page doesn't say, and a part of a name would
// list more than was asked for.
func (s *Server) describeBackupPlanList(c *call) *answer {
	number, size, refusal := s.dbsPage(c, func(size int) bool { return size >= 1 && size <= 100 })
	if refusal != nil {
		return refusal
	}
	if status := c.params.Get("BackupPlanStatus"); status != "" && !slices.Contains(planStatuses, status) {
		return invalidParameter(c, "BackupPlanStatus")
	}
	if method := c.params.Get("BackupMethod"); method != "" && !slices.Contains(planMethods, method) {
		return invalidParameter(c, "BackupMethod")
	}
	items, known := s.snapshot(listKey{planKind, c.record.Key})
	if !known && !slices.Contains(dbsRegions, c.record.Key) {
		return invalidParameter(c, "Region")
	}
	if all := c.params.Get("BackupPlanId"); all != "" {
		wanted := strings.Split(all, ",")
		items = slices.DeleteFunc(slices.Clone(items), func(item Item) bool {
			return !slices.Contains(wanted, item.Text("BackupPlanId"))
		})
	}
	for _, name := range []string{"BackupPlanName", "BackupPlanStatus", "BackupMethod", "ResourceGroupId"} {
		items = keep(items, name, c.params.Get(name))
	}
	return s.dbsAnswer(c, planKind, items, number, size)
}

// describeFullBackupList answers DescribeFullBackupList. A plan is known if
// it is in a list of plans, or if full backups of it were seeded.
func (s *Server) describeFullBackupList(c *call) *answer {
	planID := c.record.Key
	if planID == "" {
		return missing(c, "BackupPlanId")
	}
	number, size, refusal := s.dbsPage(c, func(size int) bool { return size == 30 || size == 50 || size == 100 })
	if refusal != nil {
		return refusal
	}
	showStorageType := c.params.Get("ShowStorageType")
	if !slices.Contains([]string{"", "true", "false"}, showStorageType) {
		return invalidParameter(c, "ShowStorageType")
	}
	items, known := s.snapshot(listKey{fullBackupKind, planID})
	s.mu.Lock()
	planRegion := s.planRegionLocked(planID)
	s.mu.Unlock()
	elsewhere := c.record.Region != "" && planRegion != "" && planRegion != c.record.Region
	if elsewhere || (!known && planRegion == "") {
		return dbsError(c, http.StatusBadRequest, "Param.NotFound", "The specified parameter BackupPlanId value is not valid.")
	}
	items = keep(items, "BackupSetId", c.params.Get("BackupSetId"))
	c.hideStorageType = showStorageType == "false"
	return s.dbsAnswer(c, fullBackupKind, items, number, size)
}

// keep returns the items whose member has a value; all of them for "".
func keep(items []Item, member, value string) []Item {
	if value == "" {
		return items
	}
	return slices.DeleteFunc(slices.Clone(items), func(item Item) bool { return item.Text(member) != value })
}

// dbsPage reads the page number, which counts from 0, and the page size.
func (s *Server) dbsPage(c *call, allowed func(size int) bool) (number, size int, refusal *answer) {
	number, size = 0, defaultPageSize
	var err error
	if text := c.params.Get("PageNum"); text != "" {
		if number, err = strconv.Atoi(text); err != nil || number < 0 || number > math.MaxInt32 {
			return 0, 0, invalidParameter(c, "PageNum")
		}
	}
	if text := c.params.Get("PageSize"); text != "" {
		if size, err = strconv.Atoi(text); err != nil || !allowed(size) {
			return 0, 0, invalidParameter(c, "PageSize")
		}
	}
	s.note(c, func(r *Request) { r.Page, r.Size = number, size })
	return number, size, nil
}

// dbsAnswer cuts the page out and puts DBS's envelope around it.
func (s *Server) dbsAnswer(c *call, k *kind, items []Item, number, size int) *answer {
	f := c.faults
	if f.CapPage > 0 {
		size = min(size, f.CapPage)
	}
	index := number
	if f.FromOne {
		number = max(number, 1)
		index = number - 1
	}
	if index > 0 && c.hit(f.RepeatEvery, "repeat-every") {
		index--
	}
	p := page{kind: k, items: cut(items, index*size, size), number: number, size: size, total: len(items)}
	if c.hideStorageType {
		p.items = slices.Clone(p.items)
		for n := range p.items {
			p.items[n] = p.items[n].Without("StorageMethod")
		}
	}
	return s.finish(c, p, func(b *itemBuilder, list []byte) {
		b.add("HttpStatusCode", http.StatusOK)
		b.addRaw("PageNum", f.oddType(marshal(p.number)))
		b.add("RequestId", c.record.RequestID)
		if f.SuccessErrCode {
			b.add("ErrCode", "InvalidParameterValid")
			b.add("ErrMessage", "The specified parameter %s value is not valid.     ")
		}
		b.addRaw("Success", f.oddType([]byte("true")))
		total := p.total + f.TotalAdd
		if raw, told := f.total(total, marshal(total)); told {
			b.addRaw("TotalPages", f.oddType(marshal((total+p.size-1)/p.size)))
			b.addRaw("TotalElements", raw)
		}
		b.addRaw("PageSize", f.oddType(marshal(p.size)))
		var inner itemBuilder
		switch {
		case c.hit(f.NullListEvery, "null-list-every"):
			inner.add(k.list, nil)
		case c.hit(f.NoListEvery, "no-list-every"):
		default:
			inner.addRaw(k.list, list)
		}
		b.add("Items", json.RawMessage(inner.item().text))
	})
}

// invalidParameter is DBS's answer to a value that it doesn't take.
func invalidParameter(c *call, name string) *answer {
	return dbsError(c, http.StatusBadRequest, "InvalidParameterValid",
		"The specified parameter "+name+" value is not valid.")
}

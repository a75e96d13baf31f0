package mockcloud

import (
	"cmp"
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
)

var (
	planStatuses = []string{"wait", "init", "running", "stop", "pause", "locked", "check_pass"}
	planMethods  = []string{"logical", "physical", "duplication"}
	// dbsRegions are those that DBS has an endpoint for.
	dbsRegions = []string{
		"cn-hangzhou", "cn-beijing", "cn-qingdao", "cn-shanghai", "cn-shenzhen", "cn-hongkong", "us-east-1", "us-west-1",
		"cn-hangzhou-finance", "cn-shanghai-finance-1", "cn-shenzhen-finance-1", "cn-zhangjiakou", "cn-huhehaote",
		"cn-wulanchabu", "cn-chengdu", "ap-northeast-1", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
		"ap-southeast-5", "ap-south-1", "me-east-1", "eu-central-1", "eu-west-1",
	}
)

// regionOf returns the region of a request: as it was sent, else the server's
// own, else the only one that has plans, else cn-hangzhou.
func (s *Server) regionOf(sent string) string {
	return cmp.Or(sent, s.options.Region, derive(s, "region", "", func() string {
		var regions []string
		for key := range s.lists {
			if key.kind == planKind {
				regions = append(regions, key.key)
			}
		}
		if len(regions) == 1 {
			return regions[0]
		}
		return "cn-hangzhou"
	}))
}

// describeBackupPlanList answers DescribeBackupPlanList. BackupPlanName is
// compared with whole names: the page doesn't specify it.
func (s *Server) describeBackupPlanList(c *call) *answer {
	r := reader{call: c, values: c.params}
	r.oneOf("BackupPlanStatus", planStatuses...)
	r.oneOf("BackupMethod", planMethods...)
	items, known := s.items(planKind, c.record.Key)
	if !known && !slices.Contains(dbsRegions, c.record.Key) {
		r.reject("Region")
	}
	if ids := c.params.Get("BackupPlanId"); ids != "" {
		wanted := strings.Split(ids, ",")
		items = keep(items, func(item Item) bool { return slices.Contains(wanted, item.Get("BackupPlanId")) })
	}
	items = r.keepEqual(items, "BackupPlanName", "BackupPlanName", "BackupPlanStatus", "BackupPlanStatus",
		"BackupMethod", "BackupMethod", "ResourceGroupId", "ResourceGroupId")
	return s.dbsPage(c, r, items)
}

// describeBackupList answers DescribeFullBackupList and
// DescribeIncrementBackupList. StartTimestamp and EndTimestamp limit the start of
// a backup, both inclusive, in seconds or in milliseconds: the documentation has
// examples of both.
func (s *Server) describeBackupList(c *call) *answer {
	if apiError := s.checkPlan(c); apiError != nil {
		return apiError
	}
	r := reader{call: c, values: c.params}
	from, until := r.integer("StartTimestamp", 0, math.MaxInt64), r.integer("EndTimestamp", math.MaxInt64, math.MaxInt64)
	for _, limit := range []*int64{&from, &until} {
		if *limit < 100_000_000_000 {
			*limit *= 1000
		}
	}
	switch strings.ToLower(c.params.Get("ShowStorageType")) {
	case "", "true":
	case "false":
		c.omitted = []string{"StorageMethod"}
	default:
		r.reject("ShowStorageType")
	}
	items, _ := s.items(c.operation.kind, c.record.Key)
	if from > 0 || until < math.MaxInt64 {
		items = keep(items, func(item Item) bool {
			return from <= item.integer("StartTime") && item.integer("StartTime") <= until
		})
	}
	if c.operation.kind == fullBackupKind {
		items = r.keepEqual(items, "BackupSetId", "BackupSetId", "BackupSetStatus", "BackupStatus")
	}
	return s.dbsPage(c, r, items)
}

// checkPlan rejects a request about a plan that isn't there, or that is in
// another region. A plan is known if it is in a list of plans, or if full
// backups of it were set.
func (s *Server) checkPlan(c *call) *answer {
	id := c.params.Get("BackupPlanId")
	if id == "" {
		return reject(c, "MissingBackupPlanId")
	}
	region, listed := s.parentOf(planKind, id)
	_, known := s.items(fullBackupKind, id)
	if (listed || known) && (!listed || c.record.Region == "" || c.record.Region == region) {
		return nil
	}
	code := "Param.NotFound"
	if c.operation.Name == DescribeBackupPlanBilling {
		code = "InvalidJobId"
	}
	return dbsError(c, http.StatusBadRequest, code, "The specified parameter BackupPlanId value is not valid.")
}

// describeRestoreRangeInfo answers DescribeRestoreRangeInfo: the ranges that
// overlap the one of the request, not cut to it.
func (s *Server) describeRestoreRangeInfo(c *call) *answer {
	if apiError := s.checkPlan(c); apiError != nil {
		return apiError
	}
	r := reader{call: c, values: c.params}
	from, until := r.integer("BeginTimestampForRestore", -1, math.MaxInt64), r.integer("EndTimestampForRestore", -1, math.MaxInt64)
	switch {
	case from == -1:
		return reject(c, "MissingBeginTimestampForRestore")
	case until == -1:
		return reject(c, "MissingEndTimestampForRestore")
	case from > until:
		r.reject("EndTimestampForRestore")
	}
	items, set := s.items(planRangeKind, c.record.Key)
	if !set {
		items = derive(s, "ranges", c.record.Key, func() []Item {
			return planRanges(s.lists[listKey{fullBackupKind, c.record.Key}], s.lists[listKey{incrementalKind, c.record.Key}])
		})
	}
	items = keep(items, func(item Item) bool {
		return item.integer("BeginTimestampForRestore") <= until && item.integer("EndTimestampForRestore") >= from
	})
	if strings.EqualFold(c.params.Get("RecentlyRestore"), "true") && len(items) > 0 {
		items = []Item{slices.MaxFunc(items, by("EndTimestampForRestore"))}
	}
	if r.apiError != nil {
		return r.apiError
	}
	return s.dbsAnswer(c, s.page(c, items, 0, len(items)), nil)
}

// by compares items by a member that is a number.
func by(name string) func(a, b Item) int {
	return func(a, b Item) int { return cmp.Compare(a.integer(name), b.integer(name)) }
}

// planRanges makes a plan's restore ranges of its backups. Each successful
// full backup is a point. A chain of incremental backups without a gap is a
// range, from the end of the first successful full backup that it covers.
func planRanges(fullBackups, incrementalBackups []Item) []Item {
	var ranges []Item
	full := keep(fullBackups, func(item Item) bool { return item.Get("BackupStatus") == "finish" })
	slices.SortStableFunc(full, by("StartTime"))
	for _, b := range full {
		ranges = append(ranges, planRange(b, b.integer("StartTime"), b.integer("EndTime"), b))
	}
	logs := slices.SortedStableFunc(slices.Values(incrementalBackups), by("StartTime"))
	for n := 0; n < len(logs); {
		start, end := logs[n].integer("StartTime"), logs[n].integer("EndTime")
		for n++; n < len(logs) && logs[n].integer("StartTime") <= end; n++ {
			end = max(end, logs[n].integer("EndTime"))
		}
		first := slices.IndexFunc(full, func(b Item) bool { return b.integer("StartTime") >= start })
		if first >= 0 && full[first].integer("EndTime") < end {
			ranges = append(ranges, planRange(full[first], full[first].integer("EndTime"), end))
		}
	}
	slices.SortStableFunc(ranges, by("BeginTimestampForRestore"))
	return ranges
}

// planRange makes a range of a backup's source, of type point if full backups
// are named.
func planRange(source Item, begin, end int64, fullBackups ...Item) Item {
	instance, kind := source.Get("SourceEndpointInstanceId"), source.Get("SourceEndpointInstanceType")
	r := planRangeKind.template(time.Time{}).with(
		"BeginTimestampForRestore", begin, "EndTimestampForRestore", end, "RangeType", "range",
		"SourceEndpointInstanceID", instance, "SourceEndpointInstanceType", kind,
		"BackupSourceHost", source.Get("SourceEndpointHost"), "BackupSourceInstanceId", instance,
		"BackupSourceInstanceType", kind, "BackupSourcePort", source.Get("SourceEndpointPort"))
	if len(fullBackups) == 0 {
		return r.Without("FullBackupList")
	}
	details := make([]Item, 0, len(fullBackups))
	for _, b := range fullBackups {
		details = append(details, object("BackupSetId", b.Get("BackupSetId"),
			"StartTime", b.integer("StartTime"), "EndTime", b.integer("EndTime")))
	}
	return r.with("RangeType", "point", "FullBackupList", object("FullBackupDetail", details))
}

// describeBackupPlanBilling answers DescribeBackupPlanBilling, which the
// official provider calls for each plan that it lists.
func (s *Server) describeBackupPlanBilling(c *call) *answer {
	if apiError := s.checkPlan(c); apiError != nil {
		return apiError
	}
	return c.finish(members{
		{"HttpStatusCode", encode(http.StatusOK)}, {"RequestId", encode(c.record.RequestID)},
		{"Success", encode(true)}, {billingKind.list, billingKind.template(s.until).encoded},
	})
}

// dbsPage answers with the page that PageNum, which counts from 0, and PageSize
// select.
func (s *Server) dbsPage(c *call, r reader, items []Item) *answer {
	number, size := int(r.integer("PageNum", 0, math.MaxInt32)), int(r.integer("PageSize", 30, 100))
	if size == 0 || (c.operation.kind != planKind && !slices.Contains([]int{30, 50, 100}, size)) {
		r.reject("PageSize")
	}
	if r.apiError != nil {
		return r.apiError
	}
	s.note(c, func(r *Request) { r.Page, r.Size = number, size })
	f, total, index := c.faults, len(items), number
	if f.CapPage > 0 {
		size = min(size, f.CapPage)
	}
	if f.FromOne {
		number = max(number, 1)
		index = number - 1
	}
	items = s.page(c, items, index*size, size)
	m := members{{"PageNum", encode(number)}, {"PageSize", encode(size)}}
	if f.Total == "" && f.TotalCap == 0 && !f.Endless {
		m.add("TotalPages", (total+f.TotalAdd+size-1)/size)
	}
	c.addTotal(&m, "TotalElements", total, len(items), false)
	return s.dbsAnswer(c, items, m)
}

// dbsAnswer puts DBS's envelope around a list.
func (s *Server) dbsAnswer(c *call, items []Item, m members) *answer {
	if c.faults.SuccessErrCode {
		m.add("ErrCode", "InvalidParameterValid")
		m.add("ErrMessage", "The specified parameter %s value is not valid.     ")
	}
	m.add("HttpStatusCode", http.StatusOK)
	m.add("RequestId", c.record.RequestID)
	m.add("Success", true)
	var list members
	c.addList(&list, items)
	m.add("Items", json.RawMessage(newItem(list).encoded))
	return c.finish(m)
}

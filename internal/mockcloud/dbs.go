package mockcloud

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"strings"
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

// planRegions returns the regions that have plans, in order.
func planRegions(lists map[listKey][]Item) []string {
	var regions []string
	for key := range lists {
		if key.kind == planKind {
			regions = append(regions, key.key)
		}
	}
	return slices.Sorted(slices.Values(regions))
}

// defaultRegion is that of a request without a region: the server's own, else the
// only one that has plans, else cn-hangzhou.
func (s *Server) defaultRegion() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if regions := planRegions(s.lists); s.options.Region == "" && len(regions) == 1 {
		return regions[0]
	}
	return cmp.Or(s.options.Region, "cn-hangzhou")
}

// describeBackupPlanList answers DescribeBackupPlanList. BackupPlanName is
// compared with whole names: the page doesn't specify it.
func (s *Server) describeBackupPlanList(c *call) *answer {
	c.oneOf("BackupPlanStatus", planStatuses...)
	c.oneOf("BackupMethod", planMethods...)
	items, known := s.items(planKind, c.record.Key)
	if !known && !slices.Contains(dbsRegions, c.record.Key) {
		c.rejectParameter("Region")
	}
	if ids := c.params.Get("BackupPlanId"); ids != "" {
		wanted := strings.Split(ids, ",")
		items = keep(items, func(item Item) bool { return slices.Contains(wanted, item.Get("BackupPlanId")) })
	}
	items = c.keepEqual(items, "BackupPlanName", "BackupPlanName", "BackupPlanStatus", "BackupPlanStatus",
		"BackupMethod", "BackupMethod", "ResourceGroupId", "ResourceGroupId")
	return c.dbsPage(items)
}

// describeBackupList answers DescribeFullBackupList and
// DescribeIncrementBackupList. StartTimestamp and EndTimestamp limit the start of
// a backup, both inclusive, in seconds or in milliseconds: the documentation has
// examples of both.
func (s *Server) describeBackupList(c *call) *answer {
	s.checkPlan(c)
	from, until := c.integer("StartTimestamp", 0, math.MaxInt64), c.integer("EndTimestamp", math.MaxInt64, math.MaxInt64)
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
		c.rejectParameter("ShowStorageType")
	}
	items, _ := s.items(c.operation.kind, c.record.Key)
	items = overlapping(items, "StartTime", "StartTime", from, until)
	if c.operation.kind == fullBackupKind {
		items = c.keepEqual(items, "BackupSetId", "BackupSetId", "BackupSetStatus", "BackupStatus")
	}
	return c.dbsPage(items)
}

// checkPlan rejects a request about a plan that isn't there, or that is in
// another region. A plan is known if it is in a list of plans, or if full
// backups of it were set.
func (s *Server) checkPlan(c *call) {
	id := c.record.Key
	if id == "" {
		c.fail(reject(c, "MissingBackupPlanId"))
	}
	region, listed := s.parentOf(planKind, id)
	_, known := s.items(fullBackupKind, id)
	if !listed && !known || listed && c.record.Region != "" && c.record.Region != region {
		code := "Param.NotFound"
		if c.operation.kind == billingKind {
			code = "InvalidJobId"
		}
		c.fail(dbsError(c, http.StatusBadRequest, code, "The specified parameter BackupPlanId value is not valid."))
	}
}

// describeBackupPlanBilling answers DescribeBackupPlanBilling, which the
// official provider calls for each plan that it lists.
func (s *Server) describeBackupPlanBilling(c *call) *answer {
	s.checkPlan(c)
	return c.finish(object("HttpStatusCode", http.StatusOK, "RequestId", c.record.RequestID,
		"Success", true, billingKind.list, billingKind.template(s.now())))
}

// describeRestoreRangeInfo answers DescribeRestoreRangeInfo: the ranges that
// overlap the one of the request, not cut to it.
func (s *Server) describeRestoreRangeInfo(c *call) *answer {
	s.checkPlan(c)
	from, until := c.integer("BeginTimestampForRestore", -1, math.MaxInt64), c.integer("EndTimestampForRestore", -1, math.MaxInt64)
	switch {
	case from == -1:
		c.fail(reject(c, "MissingBeginTimestampForRestore"))
	case until == -1:
		c.fail(reject(c, "MissingEndTimestampForRestore"))
	case from > until:
		c.rejectParameter("EndTimestampForRestore")
	}
	items, _ := s.items(planRangeKind, c.record.Key)
	items = overlapping(items, "BeginTimestampForRestore", "EndTimestampForRestore", from, until)
	if strings.EqualFold(c.params.Get("RecentlyRestore"), "true") && len(items) > 0 {
		items = []Item{slices.MaxFunc(items, func(a, b Item) int {
			return cmp.Compare(a.integer("EndTimestampForRestore"), b.integer("EndTimestampForRestore"))
		})}
	}
	return c.dbsAnswer(object(), c.page(items, 0, len(items)))
}

// dbsPage answers with the page that PageNum, which counts from 0, and PageSize
// select.
func (c *call) dbsPage(items []Item) *answer {
	number, size := int(c.integer("PageNum", 0, math.MaxInt32)), int(c.integer("PageSize", 30, 100))
	if size == 0 || (c.operation.kind != planKind && !slices.Contains([]int{30, 50, 100}, size)) {
		c.rejectParameter("PageSize")
	}
	c.record.Size = size
	size = max(size, 1)
	c.record.Page = number
	f, index := c.faults, number
	if f.CapPage > 0 {
		c.note(true, "cap-page")
		size = min(size, f.CapPage)
	}
	if f.FromOne {
		c.note(true, "from-one")
		number = max(number, 1)
		index = number - 1
	}
	page := c.page(items, index*size, size)
	body := object("PageNum", number, "PageSize", size)
	if f.Total == "" && f.TotalCap == 0 && !f.Endless {
		body = body.With("TotalPages", (len(items)+f.TotalAdd+size-1)/size)
	}
	return c.dbsAnswer(c.withTotal(body, "TotalElements", len(items), len(page), false), page)
}

// dbsAnswer puts DBS's envelope around a list.
func (c *call) dbsAnswer(body Item, items []Item) *answer {
	if c.faults.SuccessErrCode {
		c.note(true, "success-err-code")
		body = body.With("ErrCode", "InvalidParameterValid", "ErrMessage", "The specified parameter %s value is not valid.     ")
	}
	return c.finish(body.With(
		"HttpStatusCode", http.StatusOK, "RequestId", c.record.RequestID, "Success", true, "Items", c.listOf(items)))
}

package mockcloud_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

const (
	region     = "cn-hangzhou"
	planID     = "dbs1gen000000" // the first of mockcloud.Plans
	projectID  = "619d3e78f61b4be68bc5aa0b59edcf7b"
	instanceID = "00000000000000000000000000000001in07" // the first of mockcloud.Instances
)

var now = time.Date(2026, 11, 21, 16, 0, 0, 0, time.UTC)

var (
	alibaba = mockcloud.Account{Cloud: mockcloud.AlibabaCloud, AccessKey: "LTAItest", SecretKey: "alibaba-secret"}
	huawei  = mockcloud.Account{
		Cloud: mockcloud.HuaweiCloud, AccessKey: "HWTEST", SecretKey: "huawei-secret", AuthToken: "huawei-token",
	}
)

// client signs requests with the signers of these tests and reads answers as
// they come.
type client struct {
	t       testing.TB
	server  *mockcloud.Server
	base    string
	alibaba mockcloud.Account
	huawei  mockcloud.Account
	nonce   atomic.Int64
}

// start makes a server with n items in each list, whose clock stands still, and
// a client of it.
func start(t testing.TB, n int) *client {
	t.Helper()
	return startWith(t, n, mockcloud.Options{Clock: func() time.Time { return now }})
}

func startWith(t testing.TB, n int, options mockcloud.Options) *client {
	t.Helper()
	server := mockcloud.New(options)
	fill(server, n, now)
	base, err := server.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return &client{t: t, server: server, base: base, alibaba: alibaba, huawei: huawei}
}

// fill puts n items into each list. The first plan and the first instance have
// the backups.
func fill(server *mockcloud.Server, n int, now time.Time) {
	server.SetAccount(alibaba)
	server.SetAccount(huawei)
	server.AddProject(mockcloud.Project{ID: projectID, Name: "cn-north-4"})
	server.Plans(region).Set(mockcloud.Plans(max(n, 1), now)...)
	server.FullBackups(planID).Set(mockcloud.FullBackups(planID, n, now)...)
	server.IncrementalBackups(planID).Set(mockcloud.IncrementalBackups(planID, n, now)...)
	server.PlanRestoreRanges(planID).Set(mockcloud.PlanRestoreRanges(n, now)...)
	server.Instances(projectID).Set(mockcloud.Instances(max(n, 1), now)...)
	server.Backups(instanceID).Set(mockcloud.Backups(instanceID, n, now)...)
	server.InstanceRestoreRanges(instanceID).Set(mockcloud.InstanceRestoreRanges(n, now)...)
	server.Policy(instanceID).Set(mockcloud.Policy())
}

// listed is an operation that lists items, as the tests of all of them use it.
type listed struct {
	name     string
	dbs      bool
	path     string   // below the project; of Huawei Cloud
	required []string // parameters
	list     string   // the member of the answer
	id       string
	status   string
	unpaged  bool
	of       func(*mockcloud.Server) mockcloud.List
}

var lists = []listed{
	{
		name: mockcloud.DescribeBackupPlanList, dbs: true, list: "BackupPlanDetail", id: "BackupPlanId", status: "BackupPlanStatus",
		of: func(s *mockcloud.Server) mockcloud.List { return s.Plans(region) },
	},
	{
		name: mockcloud.DescribeFullBackupList, dbs: true, required: []string{"BackupPlanId", planID},
		list: "FullBackupFile", id: "BackupSetId", status: "BackupStatus",
		of: func(s *mockcloud.Server) mockcloud.List { return s.FullBackups(planID) },
	},
	{
		name: mockcloud.DescribeIncrementBackupList, dbs: true, required: []string{"BackupPlanId", planID},
		list: "IncrementBackupFile", id: "BackupSetId", status: "BackupStatus",
		of: func(s *mockcloud.Server) mockcloud.List { return s.IncrementalBackups(planID) },
	},
	{
		name: mockcloud.DescribeRestoreRangeInfo, dbs: true, unpaged: true, list: "DBSRecoverRange",
		required: []string{"BackupPlanId", planID, "BeginTimestampForRestore", "0", "EndTimestampForRestore", "9000000000000"},
		id:       "BeginTimestampForRestore",
		of:       func(s *mockcloud.Server) mockcloud.List { return s.PlanRestoreRanges(planID) },
	},
	{
		name: mockcloud.ShowInstanceBackups, path: "/instances/" + instanceID + "/backups", list: "backups", id: "id", status: "status",
		of: func(s *mockcloud.Server) mockcloud.List { return s.Backups(instanceID) },
	},
	{
		name: mockcloud.ShowGaussMySqlBackupList, path: "/backups", list: "backups", id: "id", status: "status",
		of: func(s *mockcloud.Server) mockcloud.List { return s.Backups(instanceID) },
	},
	{
		name: mockcloud.ListGaussMySqlInstances, path: "/instances", list: "instances", id: "id", status: "status",
		of: func(s *mockcloud.Server) mockcloud.List { return s.Instances(projectID) },
	},
	{
		name: mockcloud.ShowBackupRestoreTime, path: "/instances/" + instanceID + "/restore-time", list: "restore_times", id: "start_time",
		unpaged: true, of: func(s *mockcloud.Server) mockcloud.List { return s.InstanceRestoreRanges(instanceID) },
	},
}

// listNamed returns the list of an operation.
func listNamed(t *testing.T, operation string) listed {
	t.Helper()
	n := slices.IndexFunc(lists, func(l listed) bool { return l.name == operation })
	if n < 0 {
		t.Fatalf("internal/mockcloud/client_test.go: %s is neither in lists nor in objects", operation)
	}
	return lists[n]
}

// objects are the operations that return one object. They have tests of their own.
var objects = []string{mockcloud.DescribeBackupPlanBilling, mockcloud.ShowGaussMySqlBackupPolicy}

// The tests of all lists are those of each operation.
func TestListsAreComplete(t *testing.T) {
	t.Parallel()
	for _, o := range mockcloud.Operations() {
		if slices.Contains([]string{"DBS", "TaurusDB"}, o.Service) && !slices.Contains(objects, o.Name) {
			listNamed(t, o.Name)
		}
	}
}

// forEach runs a test for each list, with n items.
func forEach(t *testing.T, n int, test func(t *testing.T, c *client, l listed)) {
	t.Helper()
	for _, l := range lists {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t, n), l)
		})
	}
}

// get sends a request for the list, with further parameters.
func (l listed) get(c *client, parameters ...string) reply {
	return c.send(l.request(c, parameters...))
}

func (l listed) request(c *client, parameters ...string) *http.Request {
	c.t.Helper()
	parameters = slices.Concat(l.required, parameters)
	if l.dbs {
		return c.dbsRequest(l.name, parameters...)
	}
	return c.huaweiRequest("/v3/"+projectID+l.path, parameters...)
}

// page sends a request for one page, by its number from 0.
func (l listed) page(c *client, number, size int) reply {
	if l.dbs {
		return l.get(c, "PageNum", fmt.Sprint(number), "PageSize", fmt.Sprint(size))
	}
	return l.get(c, "offset", fmt.Sprint(number*size), "limit", fmt.Sprint(size))
}

// all returns the IDs of all pages.
func (l listed) all(c *client, size int) []string {
	if l.unpaged {
		return l.ids(l.get(c))
	}
	var ids []string
	for number := 0; ; number++ {
		page := l.ids(l.page(c, number, size))
		if len(page) == 0 {
			return ids
		}
		ids = append(ids, page...)
	}
}

// ids returns the IDs of the items of an answer.
func (l listed) ids(r reply) []string {
	items, _ := l.items(r)
	var ids []string
	for _, item := range items {
		ids = append(ids, fmt.Sprint(item[l.id]))
	}
	return ids
}

// items returns the items of an answer, and false if there is no list.
func (l listed) items(r reply) (items []map[string]any, found bool) {
	fields := r.fields()
	if inner, dbs := fields["Items"].(map[string]any); dbs {
		fields = inner
	}
	all, found := fields[l.list].([]any)
	for _, item := range all {
		items = append(items, item.(map[string]any))
	}
	return items, found
}

// total returns the total of an answer.
func (l listed) total(r reply) any {
	fields := r.fields()
	return cmp.Or(fields["TotalElements"], fields["total_count"])
}

// reply is an answer as it came.
type reply struct {
	t      testing.TB
	status int
	header http.Header
	raw    string
	err    error // of the connection, or of a body cut short
}

// fields reads a JSON answer; numbers stay as they were written.
func (r reply) fields() map[string]any {
	r.t.Helper()
	decoder := json.NewDecoder(strings.NewReader(r.raw))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		r.t.Fatalf("the answer %d %q is no JSON object: %v", r.status, r.raw, err)
	}
	return fields
}

// code returns the error code of an answer, in any envelope.
func (r reply) code() string {
	r.t.Helper()
	fields := r.fields()
	for _, name := range []string{"Code", "ErrCode", "error_code", "errCode"} {
		if code, found := fields[name]; found {
			return fmt.Sprint(code)
		}
	}
	if inner, found := fields["error"].(map[string]any); found {
		return fmt.Sprint(inner["code"])
	}
	return ""
}

// expect checks status and code of an answer, and that each error names the
// request that it belongs to.
func (r reply) expect(status int, code string) {
	r.t.Helper()
	if r.err != nil {
		r.t.Errorf("no answer: %v", r.err)
		return
	}
	if r.status != status || r.code() != code {
		r.t.Errorf("got %d %s, want %d %s: %s", r.status, r.code(), status, code, r.raw)
	}
	id := r.header.Get("X-Request-Id")
	if body, found := r.fields()["RequestId"]; id == "" || found && body != id {
		r.t.Errorf("the body's request ID is %v, the header's %q", body, id)
	}
}

func (c *client) send(r *http.Request) reply {
	c.t.Helper()
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return reply{t: c.t, err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{t: c.t, status: response.StatusCode, header: response.Header, raw: string(body), err: err}
}

// dbsRequest makes a signed request: "PageNum", "1", ...
func (c *client) dbsRequest(action string, parameters ...string) *http.Request {
	c.t.Helper()
	r := request(c.t, http.MethodPost, c.base+"/?"+encoded(parameters), "")
	r.Header.Set("x-acs-action", action)
	signACS3(r, "", c.alibaba, fmt.Sprintf("nonce-%d", c.nonce.Add(1)), now)
	return r
}

func (c *client) dbs(action string, parameters ...string) reply {
	c.t.Helper()
	return c.send(c.dbsRequest(action, parameters...))
}

// huaweiRequest makes a signed request.
func (c *client) huaweiRequest(path string, parameters ...string) *http.Request {
	c.t.Helper()
	r := request(c.t, http.MethodGet, c.base+path+"?"+encoded(parameters), "")
	signSDK(r, "", c.huawei, now, "Host")
	return r
}

func (c *client) get(path string, parameters ...string) reply {
	c.t.Helper()
	return c.send(c.huaweiRequest(path, parameters...))
}

// last returns the record of the last request.
func (c *client) last() mockcloud.Request {
	c.t.Helper()
	requests := c.server.Requests()
	if len(requests) == 0 {
		c.t.Fatal("no request was recorded")
	}
	return requests[len(requests)-1]
}

func encoded(parameters []string) string {
	query := url.Values{}
	for n := 0; n < len(parameters); n += 2 {
		query.Set(parameters[n], parameters[n+1])
	}
	return query.Encode()
}

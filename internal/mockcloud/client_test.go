package mockcloud_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

const (
	region     = "cn-hangzhou"
	planID     = "dbs1test"
	projectID  = "619d3e78f61b4be68bc5aa0b59edcf7b"
	instanceID = "61a4ea66210545909d74a05c27a7179ein07"
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

// start makes a server with n items in each of three lists, whose clock stands
// still, and a client of it.
func start(t testing.TB, n int) *client {
	t.Helper()
	server := mockcloud.New(mockcloud.Options{Clock: func() time.Time { return now }})
	server.SetAccount(alibaba)
	server.SetAccount(huawei)
	server.AddProject(mockcloud.Project{ID: projectID, Name: "cn-north-4"})
	server.Plans(region).Set(mockcloud.Plans(n, now)...)
	server.FullBackups(planID).Set(mockcloud.FullBackups(planID, n, now)...)
	server.AddInstance(projectID, instanceID, mockcloud.Backups(instanceID, n, now)...)
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

// reply is an answer as it came.
type reply struct {
	status int
	header http.Header
	raw    string
	err    error // of the connection, or of a body cut short
}

// fields reads a JSON answer; numbers keep their text.
func (r reply) fields(t testing.TB) map[string]any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(r.raw))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		t.Fatalf("the answer %d %q is no JSON object: %v", r.status, r.raw, err)
	}
	return fields
}

// list returns the items of an answer, and false where there is no list.
func (r reply) list(t testing.TB) ([]map[string]any, bool) {
	t.Helper()
	fields := r.fields(t)
	if inner, dbs := fields["Items"].(map[string]any); dbs {
		fields = inner
	}
	for _, name := range []string{"BackupPlanDetail", "FullBackupFile", "backups", "projects"} {
		all, found := fields[name].([]any)
		if !found {
			continue
		}
		items := make([]map[string]any, 0, len(all))
		for _, item := range all {
			items = append(items, item.(map[string]any))
		}
		return items, true
	}
	return nil, false
}

// ids returns the ids of the items of an answer.
func (r reply) ids(t testing.TB) []string {
	t.Helper()
	items, _ := r.list(t)
	ids := make([]string, 0, len(items))
	for _, item := range items {
		for _, name := range []string{"BackupPlanId", "BackupSetId", "id"} {
			if id, found := item[name]; found {
				ids = append(ids, fmt.Sprint(id))
				break
			}
		}
	}
	return ids
}

// code returns the error code of an answer, in whatever envelope.
func (r reply) code(t testing.TB) string {
	t.Helper()
	fields := r.fields(t)
	for _, name := range []string{"Code", "ErrCode", "error_code"} {
		if code, found := fields[name]; found {
			return fmt.Sprint(code)
		}
	}
	if inner, found := fields["error"].(map[string]any); found {
		return fmt.Sprint(inner["code"])
	}
	return ""
}

func (c *client) send(r *http.Request) reply {
	c.t.Helper()
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return reply{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{status: response.StatusCode, header: response.Header, raw: string(body), err: err}
}

// dbsRequest makes a signed request: "PageNum", "1", ...
func (c *client) dbsRequest(action string, parameters ...string) *http.Request {
	c.t.Helper()
	query := url.Values{}
	for n := 0; n < len(parameters); n += 2 {
		query.Set(parameters[n], parameters[n+1])
	}
	r := request(c.t, http.MethodPost, c.base+"/?"+query.Encode(), "")
	r.Header.Set("x-acs-action", action)
	signACS3(r, "", c.alibaba, fmt.Sprintf("nonce-%d", c.nonce.Add(1)), now)
	return r
}

func (c *client) dbs(action string, parameters ...string) reply {
	c.t.Helper()
	return c.send(c.dbsRequest(action, parameters...))
}

func (c *client) plans(parameters ...string) reply {
	c.t.Helper()
	return c.dbs(mockcloud.DescribeBackupPlanList, parameters...)
}

func (c *client) fullBackups(parameters ...string) reply {
	c.t.Helper()
	return c.dbs(mockcloud.DescribeFullBackupList, append([]string{"BackupPlanId", planID}, parameters...)...)
}

// huaweiRequest makes a signed request for a path with its query.
func (c *client) huaweiRequest(path string) *http.Request {
	c.t.Helper()
	r := request(c.t, http.MethodGet, c.base+path, "")
	signSDK(r, c.huawei, now, "Host")
	return r
}

func (c *client) backups(parameters ...string) reply {
	c.t.Helper()
	query := url.Values{}
	for n := 0; n < len(parameters); n += 2 {
		query.Set(parameters[n], parameters[n+1])
	}
	return c.send(c.huaweiRequest("/v3/" + projectID + "/instances/" + instanceID + "/backups?" + query.Encode()))
}

func (c *client) projects(query string) reply {
	c.t.Helper()
	return c.send(c.huaweiRequest("/v3/projects" + query))
}

// all reads one page of each of the three lists.
func (c *client) all() map[string]reply {
	c.t.Helper()
	return map[string]reply{
		mockcloud.DescribeBackupPlanList: c.plans(),
		mockcloud.DescribeFullBackupList: c.fullBackups(),
		mockcloud.ShowInstanceBackups:    c.backups(),
	}
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

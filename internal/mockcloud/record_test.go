package mockcloud_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// TestRecord pins what is known of a request once it was answered, that the
// log is told the same, and that the server serves as a handler, too.
func TestRecord(t *testing.T) {
	t.Parallel()
	var logged []mockcloud.Request
	server := mockcloud.New(mockcloud.Options{
		Region: "cn-beijing",
		Clock:  func() time.Time { return now },
		Log:    func(r mockcloud.Request) { logged = append(logged, r) },
	})
	server.Seed(mockcloud.Fixture{
		Accounts: []mockcloud.Account{alibaba, huawei},
		Plans:    map[string][]mockcloud.Item{"cn-beijing": mockcloud.Plans(12, now), "cn-qingdao": nil},
		Projects: []mockcloud.Project{{ID: projectID, Name: "cn-north-4"}},
		Instances: []mockcloud.Instance{
			{ID: instanceID, ProjectID: projectID, Backups: mockcloud.Backups(instanceID, 7, now)},
		},
	})
	listener := httptest.NewServer(server)
	defer listener.Close()
	c := &client{t: t, server: server, base: listener.URL, alibaba: alibaba, huawei: huawei}

	// An empty region is the endpoint's own.
	expect(t, c.plans("PageNum", "1", "PageSize", "5"), 200, "")
	expect(t, c.plans("Region", "cn-qingdao"), 200, "")
	expect(t, c.backups("offset", "5", "limit", "2"), 200, "")
	c.huawei.SecretKey = "other"
	expect(t, c.projects("?name=cn-north-4"), 401, "401")

	host := listener.Listener.Addr().String()
	dbs := mockcloud.Request{
		Time: now, InFlight: 1, Method: "POST", Host: host, Path: "/", Cloud: mockcloud.AlibabaCloud,
		Operation: mockcloud.DescribeBackupPlanList, Algorithm: "ACS3-HMAC-SHA256", AccessKey: alibaba.AccessKey,
		Verified: true, Status: 200,
	}
	first, second := dbs, dbs
	first.Number, first.Key, first.Page, first.Size, first.Items, first.Total = 1, "cn-beijing", 1, 5, 5, 12
	second.Number, second.Key, second.Region, second.Size = 2, "cn-qingdao", "cn-qingdao", 30
	third := mockcloud.Request{
		Number: 3, Time: now, InFlight: 1, Method: "GET", Host: host,
		Path:  "/v3/" + projectID + "/instances/" + instanceID + "/backups",
		Cloud: mockcloud.HuaweiCloud, Operation: mockcloud.ShowInstanceBackups, Key: instanceID, Offset: 5, Size: 2,
		Algorithm: "SDK-HMAC-SHA256", AccessKey: huawei.AccessKey, Verified: true, Status: 200, Items: 2, Total: 7,
	}
	fourth := third
	fourth.Number, fourth.Path, fourth.Operation, fourth.Key = 4, "/v3/projects", mockcloud.KeystoneListProjects, "cn-north-4"
	fourth.Offset, fourth.Size, fourth.Items, fourth.Total = 0, 0, 0, -1
	fourth.Verified, fourth.Status, fourth.Code = false, 401, "APIGW.0301"
	want := []mockcloud.Request{first, second, third, fourth}
	ignored := cmpopts.IgnoreFields(mockcloud.Request{}, "Query", "Form", "Header", "RequestID")
	requests := server.Requests()
	if diff := cmp.Diff(want, requests, ignored); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(requests, logged); diff != "" {
		t.Errorf("the log differs: %s", diff)
	}
	if got := requests[0].Query.Get("PageSize"); got != "5" {
		t.Errorf("the query is %v", requests[0].Query)
	}
	if requests[0].Header.Get("Authorization") == "" || requests[0].RequestID == requests[1].RequestID {
		t.Errorf("headers %v, request ids %s and %s", requests[0].Header, requests[0].RequestID, requests[1].RequestID)
	}
	server.ResetRequests()
	if got := server.Requests(); len(got) != 0 {
		t.Errorf("after the reset there are %d", len(got))
	}
}

// TestManyAtOnce sends requests at once while lists, accounts, faults and the
// record are looked at and changed, and counts those in flight.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	c := start(t, 120)
	const senders, each = 8, 10
	// All senders meet in the hook once, so that they are in flight together.
	var meeting sync.WaitGroup
	meeting.Add(senders)
	c.server.OnRequest(func(number int, _ mockcloud.Request) {
		if number <= senders {
			meeting.Done()
			meeting.Wait()
		}
	})
	var sent sync.WaitGroup
	for n := range senders {
		sent.Go(func() {
			for k := range each {
				r := c.dbsRequest(mockcloud.DescribeBackupPlanList)
				if k%2 == 1 {
					r = c.huaweiRequest("/v3/" + projectID + "/instances/" + instanceID + "/backups")
				}
				if got := c.send(r); got.status != http.StatusOK {
					t.Errorf("got %d %v", got.status, got.err)
				}
				list := c.server.Plans(region)
				list.Insert(n, list.Items()[0].With("BackupPlanId", "extra"))
				list.Remove("extra")
				c.server.SetAccount(alibaba)
				c.server.SetFaults(mockcloud.Faults{Shuffle: true})
				c.server.Requests()
			}
		})
	}
	sent.Wait()
	most := 0
	for _, r := range c.server.Requests() {
		most = max(most, r.InFlight)
	}
	if got := len(c.server.Requests()); got != senders*each || most != senders {
		t.Errorf("%d requests, at most %d in flight", got, most)
	}
}

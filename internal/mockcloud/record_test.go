package mockcloud_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// The record of a request, and the line of the log.
func TestRecord(t *testing.T) {
	t.Parallel()
	var logged []mockcloud.Request
	server := mockcloud.New(mockcloud.Options{
		Clock: func() time.Time { return now },
		Log:   func(r mockcloud.Request) { logged = append(logged, r) },
	})
	fill(server, 12, now)
	listener := httptest.NewServer(server)
	c := &client{t: t, server: server, base: listener.URL, alibaba: alibaba, huawei: huawei}

	lists[0].get(c, "PageNum", "1", "PageSize", "5").expect(200, "")
	lists[4].get(c, "offset", "5", "limit", "2").expect(200, "")
	c.huawei.SecretKey = "other"
	c.get("/v3/projects", "name", "cn-north-4").expect(401, "401")
	c.dbs("CreateBackupPlan", "BackupPlanName", "a b").expect(404, "InvalidApi.NotFound")
	c.get("/v3/"+projectID+"/jobs", "id", "1").expect(404, "APIGW.0101")
	server.SetFaults(mockcloud.Faults{DropEvery: 1})
	lists[0].get(c)
	listener.Close() // The log of a request without an answer may be late.

	host := listener.Listener.Addr().String()
	first := mockcloud.Request{
		Number: 1, Time: now, InFlight: 1, Method: "POST", Host: host, Path: "/", Cloud: mockcloud.AlibabaCloud, Service: "DBS",
		Action: mockcloud.DescribeBackupPlanList, Operation: mockcloud.DescribeBackupPlanList, Key: "cn-hangzhou", Page: 1, Size: 5,
		Algorithm: "ACS3-HMAC-SHA256", AccessKey: alibaba.AccessKey, AccountID: "1857123412341234", Verified: true,
		Status: 200, Items: 5, Total: 12,
	}
	second := mockcloud.Request{
		Number: 2, Time: now, InFlight: 1, Method: "GET", Host: host, Path: "/v3/" + projectID + "/instances/" + instanceID + "/backups",
		Cloud: mockcloud.HuaweiCloud, Service: "TaurusDB", Action: mockcloud.ShowInstanceBackups, Operation: mockcloud.ShowInstanceBackups,
		Project: projectID, Key: instanceID, Offset: 5, Size: 2,
		Algorithm: "SDK-HMAC-SHA256", AccessKey: huawei.AccessKey, AccountID: "d78cbac186b744899480f25bd022f468", Verified: true,
		Status: 200, Items: 2, Total: 12,
	}
	requests := server.Requests()
	ignored := cmpopts.IgnoreFields(mockcloud.Request{}, "Query", "Form", "Header", "RequestID")
	if diff := cmp.Diff([]mockcloud.Request{first, second}, requests[:2], ignored); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(requests, logged); diff != "" {
		t.Errorf("the log differs: %s", diff)
	}
	if requests[0].Query.Get("PageSize") != "5" || requests[0].Header.Get("Authorization") == "" || requests[0].RequestID == requests[1].RequestID {
		t.Errorf("got %+v", requests[0])
	}
	var lines []string
	for _, r := range requests {
		lines = append(lines, strings.TrimPrefix(r.String(), "2026-11-21T16:00:00Z "))
	}
	if diff := cmp.Diff([]string{
		"#1 POST / DescribeBackupPlanList PageNum=1 PageSize=5: 200, 5 of 12 items",
		"#2 GET /v3/" + projectID + "/instances/" + instanceID + "/backups ShowInstanceBackups limit=2 offset=5: 200, 2 of 12 items",
		"#3 GET /v3/projects KeystoneListProjects name=cn-north-4: 401 APIGW.0301",
		`#4 POST / CreateBackupPlan BackupPlanName="a b": 404 InvalidApi.NotFound`,
		"#5 GET /v3/" + projectID + "/jobs id=1: 404 APIGW.0101",
		"#6 POST / DescribeBackupPlanList: no answer (drop-every)",
	}, lines); diff != "" {
		t.Error(diff)
	}
}

// The log has no secrets of requests that are signed by parameters.
func TestLogWithoutSecrets(t *testing.T) {
	t.Parallel()
	c := start(t, 0)
	account := mockcloud.Account{AccessKey: "STS.key", SecretKey: "s", SecurityToken: "secret-token"}
	c.server.SetAccount(account)
	r := request(t, http.MethodGet, c.base+"/?Action=DescribeBackupPlanList&PageSize=30", "")
	signRPC(r, nil, account, "nonce", now)
	c.send(r).expect(200, "")
	if line := c.last().String(); !strings.HasSuffix(line, "GET / DescribeBackupPlanList PageSize=30: 200, 1 of 1 items") {
		t.Error(line)
	}
	// JSON that curl's -d says is a form.
	r = request(t, http.MethodPost, c.base+"/v3/auth/tokens", `{"auth":{"identity":{"password":"secret"}}}`)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.send(r)
	if line := c.last().String(); !strings.HasSuffix(line, "POST /v3/auth/tokens KeystoneCreateToken: 400 IAM.0011") {
		t.Error(line)
	}
}

// The record keeps the latest requests, and counts all.
func TestRecordIsBounded(t *testing.T) {
	t.Parallel()
	server := mockcloud.New(mockcloud.Options{})
	send := func(n int) []mockcloud.Request {
		for range n {
			server.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
		}
		return server.Requests()
	}
	if requests := send(12_345); len(requests) != 5000 || requests[0].Number != 7346 || requests[4999].Number != 12_345 {
		t.Errorf("%d requests from %d on", len(requests), requests[0].Number)
	}
	server.ResetRequests()
	if requests := send(1); len(requests) != 1 || requests[0].Number != 1 {
		t.Errorf("after the reset: %d", len(requests))
	}
}

// Requests arrive at once while lists, accounts, faults and the record change.
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
				if got := lists[(n+k)%len(lists)].get(c); got.status != http.StatusOK {
					t.Errorf("got %d %v", got.status, got.err)
				}
				list := c.server.Backups(instanceID)
				list.Insert(n, list.Items()[0].With("id", "extra"))
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

// HTTPS with a certificate that clients can trust, at an address that clients
// can use.
func TestStart(t *testing.T) {
	t.Parallel()
	server := mockcloud.New(mockcloud.Options{TLS: true, PathPrefix: "gate/way"})
	base, err := server.Start(":0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	if !strings.HasPrefix(base, "https://127.0.0.1:") || !strings.HasSuffix(base, "/gate/way") || base != server.URL() {
		t.Errorf("the URL is %s", base)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(server.CertificateAuthority())
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	for _, path := range []string{base + "/healthz", strings.Replace(strings.TrimSuffix(base, "/gate/way"), "127.0.0.1", "localhost", 1) + "/healthz"} {
		response, err := trusting.Get(path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusOK || string(body) != "ok\n" || len(server.Requests()) != 0 {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
	if response, err := http.Get(base + "/healthz"); err == nil {
		response.Body.Close()
		t.Error("a client that doesn't know the certificate trusts it")
	}
	if _, err := server.Start(""); err == nil {
		t.Error("it listens twice")
	}
}

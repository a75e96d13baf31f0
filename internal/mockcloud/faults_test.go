package mockcloud_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// struck sets faults, sends one request for each list, and hands on each
// answer.
func struck(t *testing.T, f mockcloud.Faults, check func(t *testing.T, c *client, operation string, got reply)) {
	t.Helper()
	c := start(t, 40)
	c.server.SetFaults(f)
	for operation, got := range c.all() {
		check(t, c, operation, got)
	}
}

func isDBS(operation string) bool { return operation != mockcloud.ShowInstanceBackups }

// TestWholeAnswerFaults has every fault that takes the place of an answer.
func TestWholeAnswerFaults(t *testing.T) {
	t.Parallel()
	type check = func(t *testing.T, operation string, got reply)
	code := func(status int, dbs, taurusdb string) check {
		return func(t *testing.T, operation string, got reply) {
			t.Helper()
			want := taurusdb
			if isDBS(operation) {
				want = dbs
			}
			expect(t, got, status, want)
		}
	}
	body := func(status int, part string) check {
		return func(t *testing.T, operation string, got reply) {
			t.Helper()
			if got.err != nil || got.status != status || !strings.Contains(got.raw, part) || (part == "" && got.raw != "") {
				t.Errorf("%s: got %d %q %v", operation, got.status, got.raw, got.err)
			}
		}
	}
	tests := map[string]struct {
		faults mockcloud.Faults
		check  check
	}{
		"throttle-every": {mockcloud.Faults{ThrottleEvery: 1}, func(t *testing.T, operation string, got reply) {
			if isDBS(operation) {
				expect(t, got, 400, "Throttling.User")
			} else {
				expect(t, got, 429, "APIGW.0308")
			}
			if got.header.Get("Retry-After") != "" {
				t.Error("a Retry-After that nobody asked for")
			}
		}},
		"throttle-every as 429": {
			mockcloud.Faults{ThrottleEvery: 1, ThrottleStatus: 429, RetryAfter: 1500 * time.Millisecond, RetryAfterHint: 1500 * time.Millisecond},
			func(t *testing.T, operation string, got reply) {
				code(429, "Throttling.User", "APIGW.0308")(t, operation, got)
				if got.header.Get("Retry-After") != "2" {
					t.Errorf("Retry-After is %q", got.header.Get("Retry-After"))
				}
				if hint := got.header.Get("X-Acs-Retry-After"); isDBS(operation) != (hint == "1500") {
					t.Errorf("%s: X-Acs-Retry-After is %q", operation, hint)
				}
			},
		},
		"error-every":             {mockcloud.Faults{ErrorEvery: 1}, code(503, "ServiceUnavailable", "APIGW.0613")},
		"error-every as 500":      {mockcloud.Faults{ErrorEvery: 1, ErrorStatus: 500}, code(500, "InternalError", "APIGW.0601")},
		"error-every as 502":      {mockcloud.Faults{ErrorEvery: 1, ErrorStatus: 502}, code(502, "InternalError", "APIGW.0610")},
		"error-every as HTML":     {mockcloud.Faults{ErrorEvery: 1, ErrorStatus: 504, ErrorHTML: true}, body(504, "<html>")},
		"in-band-every":           {mockcloud.Faults{InBandEvery: 1}, code(200, "InternalError", "DBS.200005")},
		"in-band-every with code": {mockcloud.Faults{InBandEvery: 1, InBandCode: "Odd"}, code(200, "Odd", "Odd")},
		"empty-every":             {mockcloud.Faults{EmptyEvery: 1}, body(200, "")},
		"no-content-every":        {mockcloud.Faults{NoContentEvery: 1}, body(204, "")},
		"null-every":              {mockcloud.Faults{NullEvery: 1}, body(200, "null")},
		"html-every":              {mockcloud.Faults{HTMLEvery: 1}, body(200, "<html>")},
		"xml-every":               {mockcloud.Faults{XMLEvery: 1}, body(200, "<?xml")},
		"redirect-every": {mockcloud.Faults{RedirectEvery: 1, RedirectTo: "http://elsewhere.invalid/x"}, func(t *testing.T, _ string, got reply) {
			if got.status != 302 || got.header.Get("Location") != "http://elsewhere.invalid/x" {
				t.Errorf("got %d to %q", got.status, got.header.Get("Location"))
			}
		}},
		"drop-every": {mockcloud.Faults{DropEvery: 1}, func(t *testing.T, _ string, got reply) {
			if got.err == nil {
				t.Error("the connection held")
			}
		}},
		"cut-every": {mockcloud.Faults{CutEvery: 1}, func(t *testing.T, _ string, got reply) {
			if !errors.Is(got.err, io.ErrUnexpectedEOF) || got.status != 200 || got.raw == "" {
				t.Errorf("got %d %v after %d bytes", got.status, got.err, len(got.raw))
			}
		}},
		"truncate-every": {mockcloud.Faults{TruncateEvery: 1}, func(t *testing.T, _ string, got reply) {
			if got.err != nil || got.status != 200 || got.raw == "" || json.Valid([]byte(got.raw)) {
				t.Errorf("got %d %v", got.status, got.err)
			}
		}},
		"wrong-answer-every": {mockcloud.Faults{WrongAnswerEvery: 1}, func(t *testing.T, operation string, got reply) {
			fields := got.fields(t)
			items, _ := fields["Items"].(map[string]any)
			own := map[string]string{
				mockcloud.DescribeBackupPlanList: "BackupPlanDetail", mockcloud.DescribeFullBackupList: "FullBackupFile",
			}[operation]
			if _, found := items[own]; got.status != 200 || found || fields["backups"] != nil {
				t.Errorf("%s: %d %s", operation, got.status, got.raw)
			}
		}},
		"null-list-every": {mockcloud.Faults{NullListEvery: 1}, func(t *testing.T, operation string, got reply) {
			if _, found := got.list(t); found || !strings.Contains(got.raw, ":null") {
				t.Errorf("%s: %s", operation, got.raw)
			}
		}},
		"no-list-every": {mockcloud.Faults{NoListEvery: 1}, func(t *testing.T, operation string, got reply) {
			if _, found := got.list(t); found || strings.Contains(got.raw, "null") {
				t.Errorf("%s: %s", operation, got.raw)
			}
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flagName, _, _ := strings.Cut(name, " ")
			struck(t, test.faults, func(t *testing.T, c *client, operation string, got reply) {
				test.check(t, operation, got)
				for _, r := range c.server.Requests() {
					if r.Fault != flagName {
						t.Errorf("the record says %q", r.Fault)
					}
				}
			})
		})
	}
}

// TestEvery proves which requests are struck: the n-th of those that Only and
// First leave, counted from SetFaults on.
func TestEvery(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	statuses := func(n int, send func() reply) []int {
		got := make([]int, 0, n)
		for range n {
			got = append(got, send().status)
		}
		return got
	}
	plans := func() reply { return c.plans() }
	backups := func() reply { return c.backups() }
	c.server.SetFaults(mockcloud.Faults{ErrorEvery: 3})
	if diff := cmp.Diff([]int{200, 200, 503, 200, 200, 503, 200}, statuses(7, plans)); diff != "" {
		t.Error(diff)
	}
	c.server.SetFaults(mockcloud.Faults{ErrorEvery: 1, First: 2})
	if diff := cmp.Diff([]int{503, 503, 200, 200}, statuses(4, plans)); diff != "" {
		t.Error(diff)
	}
	c.server.SetFaults(mockcloud.Faults{ErrorEvery: 2, Only: []string{mockcloud.ShowInstanceBackups}})
	if diff := cmp.Diff([]int{200, 200, 200}, statuses(3, plans)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{200, 503, 200}, statuses(3, backups)); diff != "" {
		t.Error(diff)
	}
	c.server.Reset()
	if diff := cmp.Diff([]int{200, 200}, statuses(2, backups)); diff != "" || c.server.Faults().ErrorEvery != 0 {
		t.Errorf("after Reset: %s", diff)
	}
}

// TestFaultAfterVerification proves that a request that a fault struck has
// spent its nonce all the same.
func TestFaultAfterVerification(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.SetFaults(mockcloud.Faults{ErrorEvery: 1, First: 1})
	r := c.dbsRequest(mockcloud.DescribeBackupPlanList)
	again := r.Clone(context.Background())
	again.Body = http.NoBody
	expect(t, c.send(r), 503, "ServiceUnavailable")
	expect(t, c.send(again), 400, "SignatureNonceUsed")
}

func TestThrottleRate(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.SetFaults(mockcloud.Faults{ThrottleRate: 0.0001})
	expect(t, c.plans(), 200, "")
	expect(t, c.plans(), 400, "Throttling.User")
	expect(t, c.backups(), 429, "APIGW.0308")
}

// TestHang proves that a request that hangs ends when the client leaves, and
// when the server closes.
func TestHang(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.SetFaults(mockcloud.Faults{HangEvery: 1})
	ctx, leave := context.WithCancel(context.Background())
	c.server.OnRequest(func(number int, _ mockcloud.Request) {
		if number == 1 {
			leave()
		}
	})
	if got := c.send(c.dbsRequest(mockcloud.DescribeBackupPlanList).WithContext(ctx)); !errors.Is(got.err, context.Canceled) {
		t.Errorf("got %d %v", got.status, got.err)
	}
	arrived := make(chan struct{})
	c.server.OnRequest(func(int, mockcloud.Request) { close(arrived) })
	ended := make(chan reply)
	r := c.dbsRequest(mockcloud.DescribeBackupPlanList)
	go func() { ended <- c.send(r) }()
	<-arrived
	if err := c.server.Close(); err != nil {
		t.Error(err)
	}
	if got := <-ended; got.err == nil {
		t.Errorf("got %d", got.status)
	}
	if got := c.last(); got.Status != 0 {
		t.Errorf("the record says %d %q", got.Status, got.Fault)
	}
}

// TestLatency proves that the latency ends with the client, and is waited for.
func TestLatency(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.SetFaults(mockcloud.Faults{Latency: time.Hour})
	ctx, leave := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer leave()
	if got := c.send(c.dbsRequest(mockcloud.DescribeBackupPlanList).WithContext(ctx)); !errors.Is(got.err, context.DeadlineExceeded) {
		t.Errorf("got %d %v", got.status, got.err)
	}
	c.server.SetFaults(mockcloud.Faults{Latency: time.Millisecond})
	expect(t, c.plans(), 200, "")
}

// TestEchoedSecrets proves that the error quotes what a test would search for.
func TestEchoedSecrets(t *testing.T) {
	t.Parallel()
	for _, html := range []bool{false, true} {
		c := start(t, 1)
		c.alibaba.SecurityToken, c.huawei.SecurityToken = "alibaba-sts", "huawei-sts"
		c.server.SetAccount(c.alibaba)
		c.server.SetAccount(c.huawei)
		c.server.SetFaults(mockcloud.Faults{EchoSecretsEvery: 1, ErrorHTML: html})
		dbs, taurusdb := c.dbsRequest(mockcloud.DescribeBackupPlanList), c.huaweiRequest("/v3/projects")
		for _, test := range []struct {
			request *http.Request
			status  int
			secrets []string
		}{
			{dbs, 400, []string{c.alibaba.AccessKey, c.alibaba.SecretKey, "alibaba-sts", dbs.Header.Get("Authorization")}},
			{taurusdb, 401, []string{c.huawei.AccessKey, c.huawei.SecretKey, "huawei-sts", taurusdb.Header.Get("Authorization")}},
		} {
			got := c.send(test.request)
			if got.status != test.status {
				t.Errorf("got %d", got.status)
			}
			for _, secret := range test.secrets {
				if !strings.Contains(got.raw, secret) {
					t.Errorf("%q is not in %s", secret, got.raw)
				}
			}
		}
	}
}

// TestChanges proves what each change does to the list that a request reads.
func TestChanges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults mockcloud.Faults
		want   []string // of the second request; the first finds a, b, c
	}{
		"add":             {mockcloud.Faults{AddEvery: 2}, []string{"+", "a", "b", "c"}},
		"add in middle":   {mockcloud.Faults{AddEvery: 2, ChangeAt: mockcloud.AtMiddle}, []string{"a", "b", "+", "c"}},
		"add at end":      {mockcloud.Faults{AddEvery: 2, ChangeAt: mockcloud.AtEnd}, []string{"a", "b", "c", "+"}},
		"remove":          {mockcloud.Faults{RemoveEvery: 2, ChangeAt: mockcloud.AtStart}, []string{"b", "c"}},
		"remove at end":   {mockcloud.Faults{RemoveEvery: 2, ChangeAt: mockcloud.AtEnd}, []string{"a", "b"}},
		"replace":         {mockcloud.Faults{ReplaceEvery: 2, ChangeAt: mockcloud.AtMiddle}, []string{"a", "+", "c"}},
		"rotate":          {mockcloud.Faults{RotateEvery: 2}, []string{"+", "a", "b"}},
		"with an error":   {mockcloud.Faults{RemoveEvery: 1, ErrorEvery: 1, First: 1}, []string{"b", "c"}},
		"add and replace": {mockcloud.Faults{AddEvery: 2, ReplaceEvery: 2}, []string{"+", "a", "b", "c"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, 0)
			lists := map[string]mockcloud.List{
				mockcloud.DescribeBackupPlanList: c.server.Plans(region),
				mockcloud.DescribeFullBackupList: c.server.FullBackups(planID),
				mockcloud.ShowInstanceBackups:    c.server.Backups(instanceID),
			}
			for operation, list := range lists {
				member := map[string]string{
					mockcloud.DescribeBackupPlanList: "BackupPlanId", mockcloud.DescribeFullBackupList: "BackupSetId",
					mockcloud.ShowInstanceBackups: "id",
				}[operation]
				list.Set()
				for _, id := range []string{"a", "b", "c"} {
					list.Add(mockcloud.NewItem(map[string]any{member: id}))
				}
				test.faults.Only = []string{operation}
				c.server.SetFaults(test.faults)
				c.all()
				var got []string
				for _, id := range c.all()[operation].ids(t) {
					got = append(got, regexp.MustCompile(`^added\d+$`).ReplaceAllString(id, "+"))
				}
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("%s: %s", operation, diff)
				}
			}
		})
	}
}

// TestNeverSettling proves that each request finds another list of the same
// length, whose items are all new to it.
func TestNeverSettling(t *testing.T) {
	t.Parallel()
	c := start(t, 5)
	c.server.SetFaults(mockcloud.Faults{RotateEvery: 1})
	seen := map[string]bool{}
	for range 20 {
		ids := c.plans("BackupMethod", "logical").ids(t)
		if seen[ids[0]] || len(c.server.Plans(region).IDs()) != 5 {
			t.Fatalf("%v came again", ids[0])
		}
		seen[ids[0]] = true
	}
}

// walk reads pages of 30 until one is empty, and returns the ids of each.
func walk(t *testing.T, c *client, operation string) [][]string {
	t.Helper()
	var pages [][]string
	for number, offset := 0, 0; number < 20; number++ {
		var got reply
		if isDBS(operation) {
			got = c.dbs(operation, "BackupPlanId", map[bool]string{true: planID}[operation == mockcloud.DescribeFullBackupList],
				"PageNum", fmt.Sprint(number), "PageSize", "30")
		} else {
			got = c.backups("offset", fmt.Sprint(offset), "limit", "30")
		}
		ids := got.ids(t)
		if len(ids) == 0 {
			break
		}
		offset += len(ids)
		pages = append(pages, ids)
	}
	return pages
}

func TestCappedPages(t *testing.T) {
	t.Parallel()
	c := start(t, 40)
	c.server.SetFaults(mockcloud.Faults{CapPage: 7})
	for operation := range c.all() {
		pages := walk(t, c, operation)
		all := slices.Concat(pages...)
		if len(pages) != 6 || len(pages[0]) != 7 || len(all) != 40 {
			t.Errorf("%s: %d pages, %d items", operation, len(pages), len(all))
		}
	}
}

func TestNumberedFromOne(t *testing.T) {
	t.Parallel()
	c := start(t, 40)
	c.server.SetFaults(mockcloud.Faults{FromOne: true})
	for _, operation := range []string{mockcloud.DescribeBackupPlanList, mockcloud.DescribeFullBackupList} {
		pages := walk(t, c, operation)
		if len(pages) != 3 || !slices.Equal(pages[0], pages[1]) || slices.Equal(pages[1], pages[2]) || len(pages[2]) != 10 {
			t.Errorf("%s: %d pages", operation, len(pages))
		}
	}
}

func TestRepeatedPage(t *testing.T) {
	t.Parallel()
	c := start(t, 70)
	for operation := range c.all() {
		c.server.SetFaults(mockcloud.Faults{RepeatEvery: 2})
		pages := walk(t, c, operation)
		if len(pages) < 2 || !slices.Equal(pages[0], pages[1]) {
			t.Errorf("%s: the second page is not the first", operation)
		}
	}
}

func TestShuffledPages(t *testing.T) {
	t.Parallel()
	c := start(t, 30)
	for operation, plain := range c.all() {
		var orders [2][][]string
		for n := range orders {
			c.server.SetFaults(mockcloud.Faults{Shuffle: true, Seed: 7})
			orders[n] = [][]string{c.all()[operation].ids(t), c.all()[operation].ids(t)}
		}
		if operation == mockcloud.DescribeBackupPlanList && cmp.Diff(orders[0][0], orders[0][1]) == "" {
			t.Error("two requests found the same order")
		}
		got, want := slices.Sorted(slices.Values(orders[0][0])), slices.Sorted(slices.Values(plain.ids(t)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: other items: %s", operation, diff)
		}
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	c := start(t, 40)
	for name, test := range map[string]struct {
		faults        mockcloud.Faults
		dbs, taurusdb any
	}{
		"usual":  {mockcloud.Faults{}, json.Number("40"), "40"},
		"none":   {mockcloud.Faults{Total: mockcloud.TotalNone}, nil, nil},
		"null":   {mockcloud.Faults{Total: mockcloud.TotalNull}, nil, nil},
		"text":   {mockcloud.Faults{Total: mockcloud.TotalText}, "40", "40"},
		"number": {mockcloud.Faults{Total: mockcloud.TotalNumber}, json.Number("40"), json.Number("40")},
		"more":   {mockcloud.Faults{TotalAdd: 3}, json.Number("43"), "43"},
		"fewer":  {mockcloud.Faults{TotalAdd: -40}, json.Number("0"), "0"},
	} {
		c.server.SetFaults(test.faults)
		for operation, got := range c.all() {
			fields := got.fields(t)
			member, want := "TotalElements", test.dbs
			if !isDBS(operation) {
				member, want = "total_count", test.taurusdb
			}
			value, told := fields[member]
			if value != want || told != (name != "none") || len(got.ids(t)) < 30 {
				t.Errorf("%s of %s: %#v, %v", name, operation, value, told)
			}
		}
	}
}

// TestOddTypes proves that odd types change how a value is told and never what
// it says.
func TestOddTypes(t *testing.T) {
	t.Parallel()
	c := start(t, 3)
	for name, test := range map[string]struct {
		faults mockcloud.Faults
		forbid func(any) bool
	}{
		"numbers as text":  {mockcloud.Faults{NumbersAsText: true}, func(v any) bool { _, number := v.(json.Number); return number }},
		"booleans as text": {mockcloud.Faults{BooleansAsText: true}, func(v any) bool { _, boolean := v.(bool); return boolean }},
		"text as numbers": {mockcloud.Faults{TextAsNumbers: true}, func(v any) bool {
			text, isText := v.(string)
			return isText && regexp.MustCompile(`^[1-9]\d*(\.\d+)?$`).MatchString(text)
		}},
	} {
		c.server.SetFaults(mockcloud.Faults{})
		plain := c.all()
		c.server.SetFaults(test.faults)
		for operation, got := range c.all() {
			before, _ := plain[operation].list(t)
			after, _ := got.list(t)
			for n := range before {
				for member, value := range before[n] {
					if fmt.Sprint(value) != fmt.Sprint(after[n][member]) {
						t.Errorf("%s: %s was %v and is %v", name, member, value, after[n][member])
					}
					if test.forbid(after[n][member]) {
						t.Errorf("%s: %s is %#v", name, member, after[n][member])
					}
				}
			}
		}
	}
}

func TestStrangeContent(t *testing.T) {
	t.Parallel()
	c := start(t, 3)
	plain := c.all()
	c.server.SetFaults(mockcloud.Faults{HugeNumbers: true, UnknownFields: true, UnknownEnums: true, Deep: 500, HugeBody: 2})
	for operation, got := range c.all() {
		if !strings.Contains(got.raw, "9007199254740993") || !strings.Contains(got.raw, strings.Repeat("[", 500)) || len(got.raw) < 2<<20 {
			t.Errorf("%s: no huge number, nesting or body", operation)
		}
		if diff := cmp.Diff(plain[operation].ids(t), got.ids(t)); diff != "" {
			t.Errorf("%s: other items: %s", operation, diff)
		}
		items, _ := got.list(t)
		status := items[0][map[string]string{
			mockcloud.DescribeBackupPlanList: "BackupPlanStatus", mockcloud.DescribeFullBackupList: "BackupStatus",
			mockcloud.ShowInstanceBackups: "status",
		}[operation]]
		if status != "quarantined" || items[0]["FutureText"] == nil {
			t.Errorf("%s: status %v, members %v", operation, status, items[0])
		}
	}
	c.server.SetFaults(mockcloud.Faults{InvalidUTF8: true})
	for operation, got := range c.all() {
		if utf8.ValidString(got.raw) {
			t.Errorf("%s: all of it is UTF-8", operation)
		}
		if diff := cmp.Diff(plain[operation].ids(t), got.ids(t)); diff != "" {
			t.Errorf("%s: other items: %s", operation, diff)
		}
	}
}

// TestSampleWithErrCode is the success that the documentation shows.
func TestSampleWithErrCode(t *testing.T) {
	t.Parallel()
	struck(t, mockcloud.Faults{SuccessErrCode: true}, func(t *testing.T, _ *client, operation string, got reply) {
		fields := got.fields(t)
		if isDBS(operation) && (fields["ErrCode"] != "InvalidParameterValid" || fields["Success"] != true) {
			t.Errorf("%s: %s", operation, got.raw)
		}
		if got.status != 200 || len(got.ids(t)) < 30 {
			t.Errorf("%s: %d", operation, got.status)
		}
	})
}

func TestRespond(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.Respond(mockcloud.DescribeBackupPlanList, func(r mockcloud.Request) (int, string) {
		return http.StatusTeapot, `{"page": ` + fmt.Sprint(r.Page) + `}`
	})
	if got := c.plans(); got.status != http.StatusTeapot || got.raw != `{"page": 0}` {
		t.Errorf("got %d %s", got.status, got.raw)
	}
	c.server.Respond(mockcloud.DescribeBackupPlanList, nil)
	expect(t, c.plans(), 200, "")
}

// TestFaultFlags proves that each fault has a flag of its name, which sets it.
func TestFaultFlags(t *testing.T) {
	t.Parallel()
	var faults mockcloud.Faults
	set := flag.NewFlagSet("test", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	faults.Flags(set)
	value := reflect.ValueOf(&faults).Elem()
	samples := map[string]string{"Only": "ShowInstanceBackups", "ChangeAt": "end", "Total": "none"}
	for n := range value.NumField() {
		field := value.Type().Field(n)
		text := strings.NewReplacer("HTML", "Html", "XML", "Xml", "UTF8", "Utf8").Replace(field.Name)
		name := strings.ToLower(strings.Join(regexp.MustCompile(`[A-Z][a-z0-9]+`).FindAllString(text, -1), "-"))
		sample, given := samples[field.Name]
		switch field.Type.String() {
		case "bool":
			sample = "true"
		case "time.Duration":
			sample = "3s"
		default:
			if !given {
				sample = "404"
			}
		}
		if err := set.Set(name, sample); err != nil {
			t.Errorf("%s: -%s: %v", field.Name, name, err)
		} else if value.Field(n).IsZero() {
			t.Errorf("%s: -%s sets something else", field.Name, name)
		}
	}
	for _, wrong := range [][2]string{{"only", "Nothing"}, {"change-at", "top"}, {"total", "some"}} {
		if err := set.Set(wrong[0], wrong[1]); err == nil {
			t.Errorf("-%s %s was taken", wrong[0], wrong[1])
		}
	}
	if err := (mockcloud.Faults{ErrorStatus: 200}).Check(); err == nil {
		t.Error("the status 200 of an error was taken")
	}
}

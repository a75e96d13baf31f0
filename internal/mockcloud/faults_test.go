package mockcloud_test

import (
	gocmp "cmp"
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

// Each fault that takes the place of an answer, for each list.
func TestFaultAnswers(t *testing.T) {
	t.Parallel()
	code := func(status int, dbs, taurusdb string) func(listed, reply) {
		return func(l listed, r reply) {
			r.t.Helper()
			if l.dbs {
				r.expect(status, dbs)
			} else {
				r.expect(status, taurusdb)
			}
		}
	}
	for name, test := range map[string]struct {
		faults mockcloud.Faults
		check  func(listed, reply)
	}{
		"throttle-every": {mockcloud.Faults{ThrottleEvery: 1}, func(l listed, r reply) {
			if l.dbs {
				r.expect(400, "Throttling.User")
			} else {
				r.expect(429, "APIGW.0308")
			}
			if r.header.Get("Retry-After") != "" {
				r.t.Error("a Retry-After without -retry-after")
			}
		}},
		"throttle-every 429": {
			mockcloud.Faults{ThrottleEvery: 1, ThrottleStatus: 429, RetryAfter: 1500 * time.Millisecond, RetryAfterHint: 1500 * time.Millisecond},
			func(l listed, r reply) {
				code(429, "Throttling.User", "APIGW.0308")(l, r)
				if hint := r.header.Get("X-Acs-Retry-After"); r.header.Get("Retry-After") != "2" || l.dbs != (hint == "1500") {
					r.t.Errorf("%s: %v", l.name, r.header)
				}
			},
		},
		"error-every":     {mockcloud.Faults{ErrorEvery: 1}, code(503, "ServiceUnavailable", "APIGW.0613")},
		"error-every 500": {mockcloud.Faults{ErrorEvery: 1, ErrorStatus: 500}, code(500, "InternalError", "APIGW.0601")},
		"error-every 502": {mockcloud.Faults{ErrorEvery: 1, ErrorStatus: 502}, code(502, "InternalError", "APIGW.0610")},
		"error-every as HTML": {mockcloud.Faults{ErrorEvery: 1, ErrorStatus: 504, ErrorHTML: true}, func(_ listed, r reply) {
			if r.status != 504 || !strings.HasPrefix(r.raw, "<html>") {
				r.t.Errorf("got %d %s", r.status, r.raw)
			}
		}},
		"expired-every": {mockcloud.Faults{ExpiredEvery: 1}, func(l listed, r reply) {
			if l.dbs {
				r.expect(400, "InvalidSecurityToken.Expired")
			} else {
				r.expect(401, "APIGW.0301")
			}
		}},
		"in-band-every":      {mockcloud.Faults{InBandEvery: 1}, code(200, "InternalError", "DBS.200005")},
		"in-band-every code": {mockcloud.Faults{InBandEvery: 1, InBandCode: "Odd"}, code(200, "Odd", "Odd")},
		"in-band-every beside an empty list": {
			mockcloud.Faults{InBandEvery: 1, InBandForm: mockcloud.InBandWithCode, InBandCode: "Odd"},
			func(l listed, r reply) {
				r.expect(200, "Odd")
				if items, found := l.items(r); !found || len(items) != 0 || r.fields()["Success"] != nil {
					r.t.Errorf("%s: %s", l.name, r.raw)
				}
			},
		},
		"in-band-every with a status": {
			mockcloud.Faults{InBandEvery: 1, InBandForm: mockcloud.InBandWithStatus},
			func(l listed, r reply) {
				r.expect(200, "")
				fields := r.fields()
				if items, found := l.items(r); !found || len(items) != 0 || fields["Success"] != nil ||
					fields[map[bool]string{true: "HttpStatusCode", false: "status_code"}[l.dbs]] != json.Number("500") {
					r.t.Errorf("%s: %s", l.name, r.raw)
				}
			},
		},
		"redirect-every": {mockcloud.Faults{RedirectEvery: 1, RedirectTo: "http://elsewhere.invalid/x"}, func(_ listed, r reply) {
			if r.status != 302 || r.header.Get("Location") != "http://elsewhere.invalid/x" {
				r.t.Errorf("got %d to %q", r.status, r.header.Get("Location"))
			}
		}},
		"drop-every": {mockcloud.Faults{DropEvery: 1}, func(_ listed, r reply) {
			if r.err == nil {
				r.t.Error("the connection held")
			}
		}},
		"cut-every": {mockcloud.Faults{CutEvery: 1}, func(_ listed, r reply) {
			if !errors.Is(r.err, io.ErrUnexpectedEOF) || r.status != 200 || r.raw == "" {
				r.t.Errorf("got %d %v after %d bytes", r.status, r.err, len(r.raw))
			}
		}},
		"truncate-every": {mockcloud.Faults{TruncateEvery: 1}, func(_ listed, r reply) {
			if r.err != nil || r.status != 200 || r.raw == "" || json.Valid([]byte(r.raw)) {
				r.t.Errorf("got %d %v", r.status, r.err)
			}
		}},
		"null-list-every": {mockcloud.Faults{NullListEvery: 1}, func(l listed, r reply) {
			if _, found := l.items(r); found || !strings.Contains(r.raw, `"`+l.list+`":null`) {
				r.t.Errorf("%s: %s", l.name, r.raw)
			}
		}},
		"no-list-every": {mockcloud.Faults{NoListEvery: 1}, func(l listed, r reply) {
			if _, found := l.items(r); found || strings.Contains(r.raw, l.list) {
				r.t.Errorf("%s: %s", l.name, r.raw)
			}
		}},
		"foreign-every": {mockcloud.Faults{ForeignEvery: 1}, func(l listed, r reply) {
			if strings.Contains(l.list, "ange") || l.list == "restore_times" {
				return // Ranges name no plan or instance.
			}
			if !strings.Contains(r.raw, "foreign000001") && !strings.Contains(r.raw, `"instance_id":"ffff`) {
				r.t.Errorf("%s: %s", l.name, r.raw)
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flagName, _, _ := strings.Cut(name, " ")
			c := start(t, 3)
			for _, l := range lists {
				c.server.SetFaults(test.faults)
				test.check(l, l.get(c))
				if got := c.last().Fault; got != flagName {
					t.Errorf("%s: the record has %q", l.name, got)
				}
			}
		})
	}
}

// A fault applies to the n-th requests of those that Only, OnlyKey and First
// leave, counted from SetFaults on. The first of several faults applies.
func TestWhichRequests(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.FullBackups("other").Set()
	plans := func() int { return lists[0].get(c).status }
	full := func() int { return lists[1].get(c).status }
	other := func() int { return lists[1].get(c, "BackupPlanId", "other").status }
	backups := func() int { return lists[4].get(c).status }
	check := func(send func() int, want ...int) {
		t.Helper()
		var got []int
		for range want {
			got = append(got, send())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	c.server.SetFaults(mockcloud.Faults{ErrorEvery: 3})
	check(plans, 200, 200, 503, 200, 200, 503, 200)
	c.server.SetFaults(mockcloud.Faults{ErrorEvery: 1, First: 2})
	check(plans, 503, 503, 200, 200)
	c.server.SetFaults(mockcloud.Faults{ErrorEvery: 2, Only: []string{mockcloud.ShowInstanceBackups}})
	check(plans, 200, 200, 200)
	check(backups, 200, 503, 200)
	c.server.SetFaults(mockcloud.Faults{OnlyKey: "other", ThrottleEvery: 1, ThrottleStatus: 429}, mockcloud.Faults{ErrorEvery: 2})
	check(other, 429, 429)
	check(full, 200, 503)
	c.server.SetFaults(mockcloud.Faults{OnlyKey: projectID, ErrorEvery: 1})
	check(plans, 200)
	check(backups, 503)
	c.server.SetFaults(mockcloud.Faults{OnlyKey: region, ErrorEvery: 1})
	check(plans, 503)
	c.server.SetFaults(mockcloud.Faults{ThrottleRate: 0.0001})
	check(plans, 200, 400)
	check(backups, 429)
	c.server.SetFaults()
	check(backups, 200, 200)
}

// A request that hangs ends when the client leaves, and when the server closes.
func TestHang(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.SetFaults(mockcloud.Faults{HangEvery: 1})
	ctx, leave := context.WithCancel(t.Context())
	c.server.OnRequest(func(number int, _ mockcloud.Request) {
		if number == 1 {
			leave()
		}
	})
	if got := c.send(lists[0].request(c).WithContext(ctx)); !errors.Is(got.err, context.Canceled) {
		t.Errorf("got %d %v", got.status, got.err)
	}
	arrived := make(chan struct{})
	c.server.OnRequest(func(int, mockcloud.Request) { close(arrived) })
	ended := make(chan reply)
	r := lists[0].request(c)
	go func() { ended <- c.send(r) }()
	<-arrived
	if err := c.server.Close(); err != nil {
		t.Error(err)
	}
	if got := <-ended; got.err == nil {
		t.Errorf("got %d", got.status)
	}
	if got := c.last(); got.Status != 0 {
		t.Errorf("the record has %d %q", got.Status, got.Fault)
	}
}

// Latency ends with the client, and delays the answer.
func TestLatency(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.SetFaults(mockcloud.Faults{Latency: time.Hour})
	ctx, leave := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer leave()
	if got := c.send(lists[0].request(c).WithContext(ctx)); !errors.Is(got.err, context.DeadlineExceeded) {
		t.Errorf("got %d %v", got.status, got.err)
	}
	c.server.SetFaults(mockcloud.Faults{Latency: time.Millisecond})
	lists[0].get(c).expect(200, "")
}

// The error quotes what a test would search for.
func TestEchoedSecrets(t *testing.T) {
	t.Parallel()
	for _, html := range []bool{false, true} {
		c := start(t, 1)
		c.alibaba.SecurityToken, c.huawei.SecurityToken = "alibaba-sts", "huawei-sts"
		c.server.SetAccount(c.alibaba)
		c.server.SetAccount(c.huawei)
		c.server.SetFaults(mockcloud.Faults{EchoSecretsEvery: 1, ErrorHTML: html})
		for l, account := range map[int]mockcloud.Account{0: c.alibaba, 4: c.huawei} {
			r := lists[l].request(c)
			got := c.send(r)
			if got.status != map[int]int{0: 400, 4: 401}[l] {
				t.Errorf("got %d", got.status)
			}
			for _, secret := range []string{account.AccessKey, account.SecretKey, account.SecurityToken, r.Header.Get("Authorization")} {
				if !strings.Contains(got.raw, secret) {
					t.Errorf("%q is not in %s", secret, got.raw)
				}
			}
		}
	}
}

// What each change does to the list that a request reads.
func TestChanges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults mockcloud.Faults
		want   string // of the second request; the first finds 1, 2, 3
	}{
		"add":             {mockcloud.Faults{AddEvery: 2}, "+ 1 2 3"},
		"add in middle":   {mockcloud.Faults{AddEvery: 2, ChangeAt: "middle"}, "1 2 + 3"},
		"add at end":      {mockcloud.Faults{AddEvery: 2, ChangeAt: "end"}, "1 2 3 +"},
		"remove":          {mockcloud.Faults{RemoveEvery: 2, ChangeAt: "start"}, "2 3"},
		"remove at end":   {mockcloud.Faults{RemoveEvery: 2, ChangeAt: "end"}, "1 2"},
		"replace":         {mockcloud.Faults{ReplaceEvery: 2, ChangeAt: "middle"}, "1 + 3"},
		"rotate":          {mockcloud.Faults{RotateEvery: 2}, "+ 1 2"},
		"with an error":   {mockcloud.Faults{RemoveEvery: 1, ErrorEvery: 1, First: 1}, "2 3"},
		"add and replace": {mockcloud.Faults{AddEvery: 2, ReplaceEvery: 2}, "+ 1 2 3"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, 0)
			for _, l := range lists {
				if l.unpaged {
					continue // Ranges have no IDs.
				}
				l.of(c.server).Set()
				for _, id := range []string{"1", "2", "3"} {
					l.of(c.server).Add(mockcloud.NewItem(map[string]any{l.id: id}))
				}
				if l.name == mockcloud.ListGaussMySqlInstances {
					l.of(c.server).Replace("1", mockcloud.NewItem(map[string]any{"id": "1"}))
				}
				test.faults.Only = []string{l.name}
				c.server.SetFaults(test.faults)
				l.get(c)
				got := regexp.MustCompile(`added\d+`).ReplaceAllString(strings.Join(l.ids(l.get(c)), " "), "+")
				if got != test.want {
					t.Errorf("%s: %s, want %s", l.name, got, test.want)
				}
				if l.name == mockcloud.ListGaussMySqlInstances || l.name == mockcloud.DescribeBackupPlanList {
					fill(c.server, 0, now) // The backups need their plan and instance.
				}
			}
			for _, l := range lists {
				l.of(c.server).Set()
				c.server.SetFaults(mockcloud.Faults{RemoveEvery: 1, ReplaceEvery: 1, RotateEvery: 1})
				if got := l.get(c); l.dbs && l.name != mockcloud.DescribeBackupPlanList && got.status != 200 {
					t.Errorf("%s: an empty list: %d %s", l.name, got.status, got.raw)
				}
				fill(c.server, 0, now)
			}
		})
	}
}

// A change of a list that the server doesn't have is visible in the record.
func TestChangeWithoutList(t *testing.T) {
	t.Parallel()
	const other = "22222222222222222222222222222222in07"
	c := start(t, 1)
	c.server.AddInstance(projectID, other)
	c.server.SetFaults(mockcloud.Faults{AddEvery: 1})
	c.get("/v3/"+projectID+"/instances/"+other+"/restore-time").expect(200, "")
	if got, want := c.last().Fault, "add-every"+mockcloud.NoList; got != want {
		t.Errorf("the record has %q, want %q", got, want)
	}
}

// With RotateEvery 1, each request finds another list of the same length.
func TestNeverSettling(t *testing.T) {
	t.Parallel()
	c := start(t, 5)
	c.server.SetFaults(mockcloud.Faults{RotateEvery: 1})
	seen := map[string]bool{}
	for range 20 {
		ids := lists[0].ids(lists[0].get(c, "BackupMethod", "logical"))
		if seen[ids[0]] || len(c.server.Plans(region).IDs()) != 5 {
			t.Fatalf("%v came again", ids[0])
		}
		seen[ids[0]] = true
	}
}

// What clients see of 250 items, read in pages of 100, if pages are odd.
func TestPageFaults(t *testing.T) {
	t.Parallel()
	forEach(t, 250, func(t *testing.T, c *client, l listed) {
		if l.unpaged {
			return
		}
		read := func(f mockcloud.Faults) (pages [4][]string) {
			c.server.SetFaults(f)
			for n := range pages {
				pages[n] = l.ids(l.page(c, n, 100))
			}
			return pages
		}
		plain := read(mockcloud.Faults{})
		if got := read(mockcloud.Faults{CapPage: 30}); len(got[0]) != 30 || (l.dbs && !slices.Equal(got[1], plain[0][30:60])) {
			t.Errorf("capped: %d items", len(got[0]))
		}
		if got := read(mockcloud.Faults{FromOne: true}); l.dbs && (!slices.Equal(got[0], got[1]) || !slices.Equal(got[2], plain[1])) {
			t.Error("from one: another page")
		}
		if got := read(mockcloud.Faults{RepeatEvery: 2}); !slices.Equal(got[1], plain[0]) || !slices.Equal(got[2], plain[2]) {
			t.Error("repeated: another page")
		}
		if got := read(mockcloud.Faults{ShortFirstPage: 1}); !slices.Equal(got[0], plain[0][:1]) || !slices.Equal(got[1], plain[1]) {
			t.Error("a short first page: another page")
		}
		if got := read(mockcloud.Faults{Endless: true}); !slices.Equal(got[3], plain[0]) || fmt.Sprint(l.total(l.get(c))) != "1000000" {
			t.Error("endless: another page")
		}
		shuffled := [][4][]string{read(mockcloud.Faults{Shuffle: true, Seed: 7}), read(mockcloud.Faults{Shuffle: true, Seed: 7})}
		if !reflect.DeepEqual(shuffled[0], shuffled[1]) || slices.Equal(shuffled[0][0], plain[0]) ||
			!slices.Equal(slices.Sorted(slices.Values(shuffled[0][0])), slices.Sorted(slices.Values(plain[0]))) {
			t.Error("shuffled: other items, or the same order")
		}
		copies := read(mockcloud.Faults{Copies: mockcloud.CopiesAlternate, CopyLag: 2})
		if !slices.Equal(copies[0], plain[0]) || !slices.Equal(copies[1], append(slices.Clone(plain[1][2:]), plain[2][:2]...)) ||
			copies[3] != nil || fmt.Sprint(l.total(l.get(c))) != "250" {
			t.Error("two copies: other items")
		}
		if got := read(mockcloud.Faults{Copies: "random"}); slices.Equal(got[0], plain[0]) == slices.Equal(got[0], append(slices.Clone(plain[0][1:]), plain[1][0])) {
			t.Error("random copies: other items")
		}
		c.server.SetFaults(mockcloud.Faults{ExtraItems: 1000})
		if items, _ := l.items(l.page(c, 0, 30)); len(items) != 1030 {
			t.Errorf("extra items: %d", len(items))
		}
	})
}

func TestTotals(t *testing.T) {
	t.Parallel()
	forEach(t, 40, func(t *testing.T, c *client, l listed) {
		if l.unpaged {
			return
		}
		for _, test := range []struct {
			faults mockcloud.Faults
			want   string // "" is the API's own form
		}{
			{mockcloud.Faults{}, ""},
			{mockcloud.Faults{Total: mockcloud.TotalNone}, "<nil>"},
			{mockcloud.Faults{Total: mockcloud.TotalNull}, "<nil>"},
			{mockcloud.Faults{Total: mockcloud.TotalString}, `"40"`},
			{mockcloud.Faults{Total: mockcloud.TotalNumber}, "40"},
			{mockcloud.Faults{Total: mockcloud.TotalPage}, "30"},
			{mockcloud.Faults{TotalAdd: 3}, "43"},
			{mockcloud.Faults{TotalAdd: -40}, "0"},
			{mockcloud.Faults{TotalCap: 35}, "35"},
		} {
			c.server.SetFaults(test.faults)
			got := l.page(c, 0, 30)
			total := fmt.Sprint(l.total(got))
			if s, isString := l.total(got).(string); isString && test.want == `"40"` {
				total = `"` + s + `"`
			}
			if total != gocmp.Or(test.want, "40") || len(l.ids(got)) != 30 {
				t.Errorf("%+v: %s, %d items", test.faults, total, len(l.ids(got)))
			}
			if hasTotal := strings.Contains(got.raw, "otal_count") || strings.Contains(got.raw, "TotalElements"); hasTotal == (test.faults.Total == mockcloud.TotalNone) {
				t.Errorf("%+v: %s", test.faults, got.raw[max(0, len(got.raw)-60):])
			}
		}
	})
}

// Another type changes how a value is written and not what it is.
func TestOtherTypes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults mockcloud.Faults
		forbid func(any) bool
	}{
		"numbers":  {mockcloud.Faults{NumbersAsStrings: true}, func(v any) bool { _, number := v.(json.Number); return number }},
		"booleans": {mockcloud.Faults{BooleansAsStrings: true}, func(v any) bool { _, boolean := v.(bool); return boolean }},
		"strings": {mockcloud.Faults{StringsAsNumbers: true}, func(v any) bool {
			s, isString := v.(string)
			return isString && regexp.MustCompile(`^[1-9]\d*(\.\d+)?$`).MatchString(s)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := start(t, 3)
			var compare func(path string, before, after any)
			compare = func(path string, before, after any) {
				switch b := before.(type) {
				case map[string]any:
					for member := range b {
						compare(path+"."+member, b[member], after.(map[string]any)[member])
					}
				case []any:
					for n := range b {
						compare(path, b[n], after.([]any)[n])
					}
				default:
					isID := slices.ContainsFunc(lists, func(l listed) bool { return strings.HasSuffix(path, "."+l.id) })
					if fmt.Sprint(before) != fmt.Sprint(after) && !strings.HasSuffix(path, ".RequestId") || test.forbid(after) && !isID {
						t.Errorf("%s was %v and is %#v", path, before, after)
					}
				}
			}
			for _, l := range lists {
				c.server.SetFaults()
				before := l.get(c).fields()
				c.server.SetFaults(test.faults)
				compare(l.name, before, l.get(c).fields())
			}
		})
	}
}

func TestOddValues(t *testing.T) {
	t.Parallel()
	forEach(t, 3, func(t *testing.T, c *client, l listed) {
		plain := l.ids(l.get(c))
		c.server.SetFaults(mockcloud.Faults{HugeNumbers: true, UnknownFields: true, UnknownEnums: true, ControlCharacters: true})
		got := l.get(c)
		items, _ := l.items(got)
		if items[0]["FutureString"] == nil || got.fields()["FutureString"] == nil || l.status != "" && items[0][l.status] != "quarantined" {
			t.Errorf("got %s", got.raw)
		}
		if !l.unpaged && !strings.Contains(got.raw, "9007199254740993") {
			t.Errorf("no huge number in %s", got.raw)
		}
		if name := regexp.MustCompile(`"(BackupPlanName|name)":"[^"]*\\u001b\[31m`); !l.unpaged && l.list != "FullBackupFile" && l.list != "IncrementBackupFile" && !name.MatchString(got.raw) {
			t.Errorf("no escape sequence in %s", got.raw)
		}
		if diff := cmp.Diff(plain, l.ids(got)); diff != "" {
			t.Errorf("other items: %s", diff)
		}
		c.server.SetFaults(mockcloud.Faults{BrokenStrings: true})
		got = l.get(c)
		if l.list != "restore_times" && (utf8.ValidString(got.raw) || !strings.Contains(got.raw, `\ud83d"`)) {
			t.Errorf("no broken string in %s", got.raw)
		}
		if diff := cmp.Diff(plain, l.ids(got)); diff != "" {
			t.Errorf("other items: %s", diff)
		}
	})
}

// A single object is changed by faults as items are.
func TestPolicyFaults(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	path := "/v3/" + projectID + "/instances/" + instanceID + "/backups/policy"
	c.server.SetFaults(mockcloud.Faults{NumbersAsStrings: true, UnknownFields: true})
	if got := c.get(path); !strings.Contains(got.raw, `"keep_days":"7"`) || !strings.Contains(got.raw, "FutureObject") {
		t.Errorf("got %s", got.raw)
	}
}

// The successful answer that the documentation shows.
func TestSuccessWithErrCode(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.SetFaults(mockcloud.Faults{SuccessErrCode: true})
	got := lists[1].get(c)
	if fields := got.fields(); fields["ErrCode"] != "InvalidParameterValid" || fields["Success"] != true || len(lists[1].ids(got)) != 1 {
		t.Errorf("got %s", got.raw)
	}
}

func TestRespond(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.Respond(mockcloud.DescribeBackupPlanList, func(r mockcloud.Request) (int, string) {
		return http.StatusTeapot, `{"key": "` + r.Key + `"}`
	})
	if got := lists[0].get(c); got.status != http.StatusTeapot || got.raw != `{"key": "cn-hangzhou"}` {
		t.Errorf("got %d %s", got.status, got.raw)
	}
	c.server.Respond(mockcloud.DescribeBackupPlanList, nil)
	lists[0].get(c).expect(200, "")
}

// Each fault has a flag of its name, which sets it, and values that aren't
// documented are errors.
func TestFaultFlags(t *testing.T) {
	t.Parallel()
	var faults mockcloud.Faults
	flags := flag.NewFlagSet("test", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	faults.Flags(flags)
	value := reflect.ValueOf(&faults).Elem()
	samples := map[string]string{"only": "ShowInstanceBackups,DescribeBackupPlanList", "throttle-status": "429", "error-status": "418"}
	for n := range value.NumField() {
		field := value.Type().Field(n)
		words := strings.NewReplacer("HTML", "Html").Replace(field.Name)
		name := strings.ToLower(strings.Join(regexp.MustCompile(`[A-Z][a-z0-9]+`).FindAllString(words, -1), "-"))
		if tag := field.Tag; tag.Get("flag") != name || !strings.HasSuffix(tag.Get("help"), strings.TrimSpace(tag.Get("help"))) || tag.Get("help") == "" {
			t.Errorf("%s: %s", field.Name, tag)
		}
		if choices := strings.Fields(field.Tag.Get("oneof")); len(choices) > 0 && samples[name] == "" {
			samples[name] = choices[len(choices)-1]
		}
		sample := samples[name]
		if sample == "" {
			sample = map[reflect.Kind]string{
				reflect.Int: "7", reflect.Uint64: "7", reflect.Float64: "7.5", reflect.Bool: "true", reflect.String: "x", reflect.Int64: "7s",
			}[field.Type.Kind()]
		}
		if err := flags.Set(name, sample); err != nil || value.Field(n).IsZero() {
			t.Errorf("-%s %s: %v, %v", name, sample, err, value.Field(n))
		}
	}
	if err := faults.Check(); err != nil {
		t.Error(err)
	}
	for name, wrong := range map[string]mockcloud.Faults{
		"-only":            {Only: []string{"Nothing"}},
		"-change-at":       {ChangeAt: "below"},
		"-total":           {Total: "words"},
		"-throttle-status": {ThrottleStatus: 503},
		"-error-status":    {ErrorStatus: 200},
		"-add-every":       {AddEvery: -1},
		"-latency":         {Latency: -1},
		"-throttle-rate":   {ThrottleRate: -1},
		"-copies":          {Copies: "three"},
	} {
		if err := wrong.Check(); err == nil || !strings.HasPrefix(err.Error(), name+": ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

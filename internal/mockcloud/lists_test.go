package mockcloud_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// All pages together are the list, for any number of items and any page size.
func TestPages(t *testing.T) {
	t.Parallel()
	forEach(t, 250, func(t *testing.T, c *client, l listed) {
		want := l.ids(l.get(c))
		if !l.unpaged {
			want = l.of(c.server).IDs()
			for _, size := range []int{30, 50, 100} {
				if diff := cmp.Diff(want, l.all(c, size)); diff != "" {
					t.Errorf("pages of %d: %s", size, diff)
				}
			}
			if got := fmt.Sprint(l.total(l.page(c, 1, 30))); got != "250" || c.last().Items != 30 || c.last().Total != 250 {
				t.Errorf("the total is %v, the record has %d of %d", got, c.last().Items, c.last().Total)
			}
			if l.name == mockcloud.ShowInstanceBackups != (l.total(l.get(c)) == "250") {
				t.Errorf("the total is a %T", l.total(l.get(c)))
			}
		}
		if len(want) != 250 {
			t.Errorf("%d items", len(want))
		}
		l.of(c.server).Set()
		if items, found := l.items(l.get(c)); !found || len(items) != 0 {
			t.Errorf("an empty list is %v, %v", items, found)
		}
	})
}

// An item comes as it was set, to the last digit.
func TestWordForWord(t *testing.T) {
	t.Parallel()
	forEach(t, 0, func(t *testing.T, c *client, l listed) {
		const odd = `"size":1.50,"nested":{"b":[null, true,"\u00e9"],"a":9007199254740993},"x":""`
		l.of(c.server).Set(mockcloud.JSON(`{"` + l.id + `":"a",` + odd + `}`))
		if got := l.get(c, "limit", "30"); l.name != mockcloud.ShowGaussMySqlBackupList && !l.unpaged && !strings.Contains(got.raw, odd) {
			t.Errorf("got %s", got.raw)
		}
	})
}

// Lists can be changed one item at a time.
func TestListChanges(t *testing.T) {
	t.Parallel()
	list := mockcloud.New(mockcloud.Options{}).Backups(instanceID)
	item := func(id string) mockcloud.Item { return mockcloud.NewItem(map[string]any{"id": id}) }
	list.Set(item("b"))
	list.Add(item("d"))
	list.Insert(-1, item("a"))
	list.Insert(2, item("c"))
	list.Replace("d", item("e"))
	list.Remove("a", "unknown")
	if diff := cmp.Diff([]string{"b", "c", "e"}, list.IDs()); diff != "" {
		t.Error(diff)
	}
}

func plan(members string) mockcloud.Item   { return mockcloud.JSON(`{"BackupPlanId":` + members + `}`) }
func backup(members string) mockcloud.Item { return mockcloud.JSON(`{"id":` + members + `}`) }

// Filters select what the API pages say, both ends of times included.
func TestFilters(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	c.server.Plans(region).Set(
		plan(`"`+planID+`","BackupPlanName":"x","BackupPlanStatus":"running","BackupMethod":"logical","ResourceGroupId":"rg-1"`),
		plan(`"b","BackupPlanName":"xy","BackupPlanStatus":"stop","BackupMethod":"physical","ResourceGroupId":"rg-2"`))
	c.server.Plans("cn-beijing").Set(plan(`"c"`))
	for _, list := range []mockcloud.List{c.server.FullBackups(planID), c.server.IncrementalBackups(planID)} {
		list.Set(mockcloud.JSON(`{"BackupSetId":"a","StartTime":1583741439000,"BackupStatus":"finish","StorageMethod":"IA"}`),
			mockcloud.JSON(`{"BackupSetId":"b","StartTime":1583741440000,"BackupStatus":"stop","StorageMethod":"IA"}`))
	}
	c.server.PlanRestoreRanges(planID).Set(
		mockcloud.JSON(`{"BeginTimestampForRestore":100,"EndTimestampForRestore":200}`),
		mockcloud.JSON(`{"BeginTimestampForRestore":300,"EndTimestampForRestore":400}`))
	second := "11111111111111111111111111111111in07"
	c.server.Instances(projectID).Set(
		backup(`"`+instanceID+`","name":"orders","vpc_id":"v1","subnet_id":"s1","private_ips":["10.0.0.1"],"tags":[{"key":"team","value":"a"},{"key":"tier","value":"1"}]`),
		backup(`"`+second+`","name":"billing","vpc_id":"v2","subnet_id":"s2","private_ips":["10.0.0.12"],"tags":[{"key":"team","value":"b"}]`))
	c.server.Backups(instanceID).Set(
		backup(`"n","name":"new","status":"COMPLETED","created":"2026-11-21 10:00:00","updated":"2026-11-21 10:04:30","time_zone":"UTC+08:00","type":"manual","backup_type":"b"`),
		backup(`"o","name":"old","status":"COMPLETED","created":"2026-11-20 10:00:00","time_zone":"UTC+08:00","type":"auto","backup_type":"a"`))
	c.server.Backups(second).Set(backup(`"m","name":"mid","created":"2026-11-20 22:00:00","time_zone":"UTC+08:00","type":"auto"`))
	c.server.InstanceRestoreRanges(instanceID).Set(
		mockcloud.JSON(`{"start_time":1795132800000,"end_time":1795132900000}`), // 2026-11-20T00:00:00Z
		mockcloud.JSON(`{"start_time":1795219200000,"end_time":1795219300000}`))
	plans, full, incremental, ranges, backups, project, instances, times := lists[0], lists[1], lists[2], lists[3], lists[4], lists[5], lists[6], lists[7]
	for _, test := range []struct {
		list       listed
		parameters string
		want       string
	}{
		{plans, "", planID + " b"},
		{plans, "BackupPlanId=b,unknown", "b"},
		{plans, "BackupPlanName=x", planID},
		{plans, "BackupPlanStatus=stop", "b"},
		{plans, "BackupMethod=physical", "b"},
		{plans, "ResourceGroupId=rg-1", planID},
		{plans, "Region=cn-beijing", "c"},
		{plans, "RegionId=cn-beijing", "c"},
		{plans, "Region=cn-hangzhou,RegionId=cn-beijing", planID + " b"},
		{plans, "Region=cn-shanghai", ""},
		{full, "BackupSetId=b", "b"},
		{full, "BackupSetStatus=finish", "a"},
		{full, "RegionId=cn-hangzhou", "a b"},
		{full, "StartTimestamp=1583741440000", "b"},
		{full, "StartTimestamp=1583741439000,EndTimestamp=1583741439000", "a"},
		{full, "StartTimestamp=1583741440", "b"},
		{full, "StartTimestamp=4102444800000", ""},
		{incremental, "EndTimestamp=1583741439999", "a"},
		{ranges, "BeginTimestampForRestore=200,EndTimestampForRestore=299", "100"},
		{ranges, "BeginTimestampForRestore=201,EndTimestampForRestore=300", "300"},
		{ranges, "BeginTimestampForRestore=201,EndTimestampForRestore=299", ""},
		{ranges, "RecentlyRestore=True", "300"},
		{backups, "", "n o"},
		{backups, "filter_field=name,filter_content=old", "o"},
		{backups, "filter_field=name,filter_content=ol", ""},
		{backups, "order_field=beginTime,order_rule=asc", "o n"},
		{backups, "order_field=name", "n o"},
		{backups, "order_field=name,order_rule=desc", "o n"},
		{backups, "order_field=type", "o n"},
		{project, "", "n m o"},
		{project, "instance_id=" + instanceID, "n o"},
		{project, "backup_id=m", "m"},
		{project, "backup_type=manual", "n"},
		{project, "name=mid", "m"},
		{project, "instance_name=billing", "m"},
		{project, "begin_time=2026-11-20T22:00:00+0800", "n m"},
		{project, "begin_time=2026-11-20T14:00:01+0000", "n"},
		{project, "end_time=2026-11-20T14:00:00+0000", "m o"},
		{instances, "", instanceID + " " + second},
		{instances, "id=" + second, second},
		{instances, "id=*111", second},
		{instances, "name=order", ""},
		{instances, "name=*order", instanceID},
		{instances, "vpc_id=v2", second},
		{instances, "subnet_id=s1", instanceID},
		{instances, "private_ip=10.0.0.1", instanceID},
		{instances, "proxy_ip=10.0.0.1", ""},
		{instances, "tags=team=a", instanceID},
		{instances, "tags=team=a;tier=1", instanceID},
		{instances, "tags=team=b;tier=1", ""},
		{instances, "type=Cluster,datastore_type=gaussdb-mysql", instanceID + " " + second},
		{times, "", "1795132800000 1795219200000"},
		{times, "date=2026-11-20", "1795132800000"},
		{times, "date=2026-11-20,start_time=0,end_time=1", "1795132800000"},
		{times, "start_time=1795132900000,end_time=1795219199999", "1795132800000"},
		{times, "start_time=1795132900001,end_time=1795219199999", ""},
	} {
		got := test.list.ids(test.list.get(c, parameters(test.parameters)...))
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s %s: %v, want %s", test.list.name, test.parameters, got, test.want)
		}
	}
	if got := full.get(c, "ShowStorageType", "False"); strings.Contains(got.raw, "StorageMethod") || len(full.ids(got)) != 2 {
		t.Errorf("got %s", got.raw)
	}
	if got := full.get(c, "ShowStorageType", "True"); !strings.Contains(got.raw, `"StorageMethod":"IA"`) {
		t.Errorf("got %s", got.raw)
	}
}

// parameters reads "name=value,name=value"; ";" is a comma in a value.
func parameters(s string) []string {
	var all []string
	for pair := range strings.SplitSeq(s, ",") {
		if name, value, found := strings.Cut(pair, "="); found {
			all = append(all, name, strings.ReplaceAll(value, ";", ","))
		} else if pair != "" {
			all[len(all)-1] += "," + pair
		}
	}
	return all
}

// Values that aren't documented get the cloud's error.
func TestParameterErrors(t *testing.T) {
	t.Parallel()
	c := start(t, 3)
	c.server.AddProject(mockcloud.Project{ID: "p2", Name: "cn-east-3"})
	for _, test := range []struct {
		list       listed
		parameters string
		code       string
	}{
		{lists[0], "PageSize=0", "InvalidParameterValid"},
		{lists[0], "PageSize=101", "InvalidParameterValid"},
		{lists[0], "PageSize=many", "InvalidParameterValid"},
		{lists[0], "PageNum=-1", "InvalidParameterValid"},
		{lists[0], "PageNum=2147483648", "InvalidParameterValid"},
		{lists[0], "BackupPlanStatus=RUNNING", "InvalidParameterValid"},
		{lists[0], "BackupMethod=magic", "InvalidParameterValid"},
		{lists[0], "Region=cn-nowhere", "InvalidParameterValid"},
		{lists[1], "BackupPlanId=", "MissingBackupPlanId"},
		{lists[1], "BackupPlanId=unknown", "Param.NotFound"},
		{lists[1], "RegionId=cn-beijing", "Param.NotFound"},
		{lists[1], "PageSize=10", "InvalidParameterValid"},
		{lists[1], "ShowStorageType=yes", "InvalidParameterValid"},
		{lists[1], "StartTimestamp=yesterday", "InvalidParameterValid"},
		{lists[3], "BeginTimestampForRestore=", "MissingBeginTimestampForRestore"},
		{lists[3], "EndTimestampForRestore=", "MissingEndTimestampForRestore"},
		{lists[3], "BeginTimestampForRestore=2,EndTimestampForRestore=1", "InvalidParameterValid"},
		{lists[4], "limit=0", "DBS.280439"},
		{lists[4], "limit=101", "DBS.280439"},
		{lists[4], "offset=-1", "DBS.280001"},
		{lists[4], "order_field=size", "DBS.280001"},
		{lists[4], "order_rule=up", "DBS.280001"},
		{lists[4], "filter_field=status", "DBS.280001"},
		{lists[5], "backup_type=other", "DBS.280001"},
		{lists[5], "begin_time=2026-11-20T22:00:00Z", "DBS.280216"},
		{lists[5], "begin_time=2026-11-20T22:00:00+0800,end_time=2026-11-20T21:00:00+0800", "DBS.280216"},
		{lists[5], "instance_id=short", "DBS.280404"},
		{lists[6], "type=Single", "DBS.280001"},
		{lists[6], "name=*", "DBS.280001"},
		{lists[6], "tags=team", "DBS.280001"},
		{lists[7], "date=today", "DBS.280001"},
		{lists[7], "start_time=5", "DBS.280001"},
		{lists[7], "start_time=5,end_time=4", "DBS.280001"},
	} {
		test.list.get(c, parameters(test.parameters)...).expect(400, test.code)
	}
	unknown := strings.Replace(instanceID, "0", "7", 1)
	for path, want := range map[string]string{
		"/v3/" + projectID + "/instances/instance-123/backups":           "400 DBS.280404",
		"/v3/" + projectID + "/instances/" + unknown + "/backups":        "404 DBS.280005",
		"/v3/" + projectID + "/instances/" + unknown + "/restore-time":   "404 DBS.280005",
		"/v3/" + projectID + "/instances/" + unknown + "/backups/policy": "404 DBS.280005",
		"/v3/p2/instances/" + instanceID + "/backups":                    "404 DBS.280005",
		"/v3/unknown/instances/" + instanceID + "/backups":               "403 APIGW.0310",
		"/v3/unknown/instances":                                          "403 APIGW.0310",
		"/v3/nothing":                                                    "404 APIGW.0101",
		"/v3//projects":                                                  "404 APIGW.0101",
		"/v3/projects/":                                                  "404 APIGW.0101",
	} {
		got := c.get(path)
		if status := fmt.Sprintf("%d %s", got.status, got.code()); status != want {
			t.Errorf("%s: %s, want %s", path, status, want)
		}
	}
	c.dbs(mockcloud.DescribeBackupPlanBilling, "BackupPlanId", "unknown").expect(400, "InvalidJobId")
	if got := c.dbs(mockcloud.DescribeBackupPlanBilling, "BackupPlanId", planID); got.fields()["Item"].(map[string]any)["BuyChargeType"] != "PREPAY" {
		t.Errorf("got %s", got.raw)
	}
}

// A request without a region is for the server's own, else for the only one
// that has plans, else for cn-hangzhou.
func TestRegions(t *testing.T) {
	t.Parallel()
	for own, want := range map[string]string{"": "cn-beijing", "cn-shanghai": ""} {
		c := startWith(t, 1, mockcloud.Options{Region: own, Clock: func() time.Time { return now }})
		if want != "" {
			if got := lists[0].ids(lists[0].get(c)); len(got) != 1 || got[0] != planID {
				t.Errorf("got %v", got)
			}
		}
		c.server.Plans("cn-beijing").Set(plan(`"b"`))
		c.server.Plans("cn-shanghai").Set(plan(`"s"`))
		if got := lists[0].ids(lists[0].get(c)); own != "" && got[0] != "s" || own == "" && got[0] != planID {
			t.Errorf("region %q: %v", own, got)
		}
	}
	server := mockcloud.New(mockcloud.Options{Clock: func() time.Time { return now }})
	server.SetAccount(alibaba)
	server.Plans("cn-beijing").Set(plan(`"b"`))
	base, err := server.Start("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	if got := lists[0].ids(lists[0].get(&client{t: t, server: server, base: base, alibaba: alibaba})); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}

// Both operations list the same backups, each in its own form.
func TestBackupInBothLists(t *testing.T) {
	t.Parallel()
	c := start(t, 12)
	c.server.Instances(projectID).Replace(instanceID, mockcloud.Instances(1, now)[0].With("name", "orders"))
	instance, _ := lists[4].items(lists[4].get(c))
	project, _ := lists[5].items(lists[5].get(c))
	if len(instance) != 12 || len(project) != 12 {
		t.Fatalf("%d and %d", len(instance), len(project))
	}
	for n, b := range instance {
		p := project[n]
		created, err := time.ParseInLocation(time.DateTime, b["created"].(string), time.FixedZone("", 8*60*60))
		begin, errs := time.Parse("2006-01-02T15:04:05-0700", p["begin_time"].(string))
		if err != nil || errs != nil || !begin.Equal(created) || !strings.HasSuffix(p["begin_time"].(string), "+0800") {
			t.Errorf("created %v, begin_time %v", b["created"], p["begin_time"])
		}
		if b["id"] != p["id"] || b["name"] != p["name"] || b["status"] != p["status"] || b["instance_id"] != p["instance_id"] {
			t.Errorf("%v is not %v", b, p)
		}
		if (b["status"] == "BUILDING") != (p["end_time"] == "") {
			t.Errorf("%v ended %q", b["status"], p["end_time"])
		}
	}
	if got, want := project[1]["size"], json.Number("72.72"); got != want || instance[1]["size"] != "74465.0" {
		t.Errorf("%v MB are %v KB", got, instance[1]["size"])
	}
	// Members of its own go before what the others imply; nulls stay.
	c.server.Backups(instanceID).Set(backup(`"a","begin_time":null,"size":null,"created":"2026-11-20 10:00:00","instance_id":null`), backup(`"b"`))
	var got []string
	for _, item := range c.server.ProjectBackups(projectID) {
		got = append(got, item.String())
	}
	want := []string{
		`{"instance_id":null,"instance_name":"orders","begin_time":null,"id":"a","size":null}`,
		`{"instance_id":"` + instanceID + `","instance_name":"orders","id":"b"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A policy is the one that was set, else one with all fields.
func TestPolicy(t *testing.T) {
	t.Parallel()
	c := start(t, 1)
	path := "/v3/" + projectID + "/instances/" + instanceID + "/backups/policy"
	c.server.Policy(instanceID).Set(mockcloud.JSON(`{"keep_days":14}`))
	if got := c.get(path).raw; got != `{"backup_policy":{"keep_days":14}}` {
		t.Error(got)
	}
	c.server.Policy(instanceID).Set()
	if got := c.get(path).raw; got != `{"backup_policy":{"keep_days":7,"start_time":"19:00-20:00","period":"1,2,3,4,5,6,7","retention_num_backup_level1":1}}` {
		t.Error(got)
	}
}

// An item keeps its members, in order and as they were written.
func TestItem(t *testing.T) {
	t.Parallel()
	name := rapid.StringMatching(`[A-Za-z]{1,6}`)
	value := rapid.SampledFrom([]string{`1`, `1.50`, `-0`, `9007199254740993`, `"a\"b"`, `"é\u00e9"`, `true`, `null`, `[]`, `{"a":[1,{"b":"}"}]}`})
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(name, 0, 6, rapid.ID[string]).Draw(t, "names")
		var parts []string
		values := map[string]string{}
		for _, n := range names {
			values[n] = value.Draw(t, "value")
			parts = append(parts, ` "`+n+`" : `+values[n])
		}
		item := mockcloud.JSON("{" + strings.Join(parts, ",") + " }")
		// expect compares the item with members in their order.
		expect := func(item mockcloud.Item, names []string, changed string) {
			var want []string
			for _, n := range names {
				value := values[n]
				if n == changed {
					value = `"new"`
				}
				want = append(want, `"`+n+`":`+value)
			}
			if got := item.String(); got != "{"+strings.Join(want, ",")+"}" {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
		expect(item, names, "")
		if added := item.With("added at the end", 7).String(); !strings.HasSuffix(added, `"added at the end":7}`) {
			t.Fatalf("With made %s", added)
		}
		for _, n := range names {
			if raw, found := item.Raw(n); !found || string(raw) != values[n] {
				t.Fatalf("%s is %s, want %s", n, raw, values[n])
			}
			expect(item.With(n, "new"), names, n)
			expect(item.Without(n), slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == n }), "")
		}
	})
	for source, want := range map[string]string{`{"a":"x\ny"}`: "x\ny", `{"a":1e2}`: "1e2", `{"a":null}`: "", `{}`: "", `{"a":false}`: "false"} {
		if got := mockcloud.JSON(source).Get("a"); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
	for _, source := range []string{``, `[]`, `{"a":}`, `{"a":1`, `{} {}`, `null`, `{"a" 1}`} {
		var item mockcloud.Item
		if err := jsonv2.Unmarshal([]byte(source), &item); err == nil {
			t.Errorf("%q became %s", source, item)
		}
	}
}

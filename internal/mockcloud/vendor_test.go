package mockcloud_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/basic"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/config"
	hwregion "github.com/huaweicloud/huaweicloud-sdk-go-v3/core/region"
	gaussdb "github.com/huaweicloud/huaweicloud-sdk-go-v3/services/gaussdb/v3"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/services/gaussdb/v3/model"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// The tests here read every page with the vendors' own clients, signed by them.

const vendorItems = 230

// vendorServer has a clock that runs: the vendors' clients sign with theirs.
func vendorServer(t *testing.T, prefix string, accounts ...mockcloud.Account) *mockcloud.Server {
	t.Helper()
	server := mockcloud.New(mockcloud.Options{PathPrefix: prefix})
	fill(server, vendorItems, time.Now())
	for _, account := range accounts {
		server.SetAccount(account)
	}
	if _, err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	return server
}

// verified checks that all requests had a right signature of one kind.
func verified(t *testing.T, server *mockcloud.Server, algorithm string) {
	t.Helper()
	requests := server.Requests()
	if len(requests) == 0 {
		t.Error("no request arrived")
	}
	for _, r := range requests {
		if !r.Verified || r.Algorithm != algorithm {
			t.Errorf("signed with %q: %s", r.Algorithm, r)
		}
	}
}

func TestHuaweiClient(t *testing.T) {
	t.Setenv("HOME", t.TempDir()) // The client writes a file there.
	key := mockcloud.Account{AccessKey: "HWVENDOR", SecretKey: "vendor-secret"}
	temporary := key
	temporary.AccessKey, temporary.SecurityToken = "HWVENDORTEMPORARY", "vendor-token"
	for name, account := range map[string]mockcloud.Account{"key": key, "security token": temporary} {
		t.Run(name, func(t *testing.T) {
			server := vendorServer(t, "", account)
			credentials := basic.NewCredentialsBuilder().WithAk(account.AccessKey).WithSk(account.SecretKey).
				WithSecurityToken(account.SecurityToken).WithIamEndpointOverride(server.URL())
			if name == "key" {
				credentials.WithProjectId(projectID)
			} // With the token, the client looks the project up.
			built, err := credentials.SafeBuild()
			if err != nil {
				t.Fatal(err)
			}
			http, err := gaussdb.GaussDBClientBuilder().WithCredential(built).
				WithRegion(hwregion.NewRegion("cn-north-4", server.URL())).
				WithHttpConfig(config.DefaultHttpConfig().WithUserAgent("test")).SafeBuild()
			if err != nil {
				t.Fatal(err)
			}
			client := gaussdb.NewGaussDBClient(http)
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}

			var backups, project, instances []string
			for offset := 0; offset < vendorItems; offset += 100 {
				from, limit, from32, limit32 := ptr(strconv.Itoa(offset)), ptr("100"), ptr(int32(offset)), ptr(int32(100))
				one, err := client.ShowInstanceBackups(&model.ShowInstanceBackupsRequest{
					InstanceId: instanceID, Offset: from, Limit: limit,
					XLanguage: ptr(model.GetShowInstanceBackupsRequestXLanguageEnum().EN_US),
				})
				must(err)
				all, err := client.ShowGaussMySqlBackupList(&model.ShowGaussMySqlBackupListRequest{
					Offset: from, Limit: limit, BeginTime: ptr("2020-01-01T00:00:00+0800"),
				})
				must(err)
				machines, err := client.ListGaussMySqlInstances( //nolint:staticcheck // Newer releases call another operation.
					&model.ListGaussMySqlInstancesRequest{Offset: from32, Limit: limit32})
				must(err)
				if *one.TotalCount != strconv.Itoa(vendorItems) || *all.TotalCount != vendorItems || *machines.TotalCount != vendorItems {
					t.Errorf("the totals are %s, %d and %d", *one.TotalCount, *all.TotalCount, *machines.TotalCount)
				}
				for _, b := range *one.Backups {
					backups = append(backups, *b.Id)
				}
				for _, b := range *all.Backups {
					if b.Datastore.Version != "8.0" || (*b.Size == 0) == (*b.Status == "COMPLETED") || b.BackupLevel.Value() != "1" {
						t.Errorf("%s", b)
					}
					project = append(project, *b.Id)
				}
				for _, i := range *machines.Instances {
					if *i.Port != "3306" || *i.BackupStrategy.KeepDays != "7" || (*i.Tags)[0].Key != "team" || *i.ChargeInfo.PeriodNum != 1 {
						t.Errorf("%s", i)
					}
					instances = append(instances, i.Id)
				}
			}
			want := server.Backups(instanceID).IDs()
			if !slices.Equal(backups, want) || !slices.Equal(project, want) || !slices.Equal(instances, server.Instances(projectID).IDs()) {
				t.Errorf("the client read %d, %d and %d items", len(backups), len(project), len(instances))
			}

			named, err := client.ShowInstanceBackups(&model.ShowInstanceBackupsRequest{
				InstanceId: instanceID, FilterField: ptr("name"), FilterContent: ptr("backup-000007"),
				OrderField: ptr("beginTime"), OrderRule: ptr("desc"),
			})
			must(err)
			if len(*named.Backups) != 1 || *(*named.Backups)[0].Name != "backup-000007" {
				t.Errorf("the filter selected %s", named)
			}
			policy, err := client.ShowGaussMySqlBackupPolicy(&model.ShowGaussMySqlBackupPolicyRequest{InstanceId: instanceID})
			must(err)
			if p := policy.BackupPolicy; p.KeepDays != 7 || *p.Period != "1,2,3,4,5,6,7" || *p.RetentionNumBackupLevel1 != 1 {
				t.Errorf("the policy is %s", policy)
			}
			times, err := client.ShowBackupRestoreTime(&model.ShowBackupRestoreTimeRequest{InstanceId: instanceID})
			must(err)
			if len(*times.RestoreTimes) != vendorItems || *(*times.RestoreTimes)[0].StartTime >= *(*times.RestoreTimes)[0].EndTime {
				t.Errorf("%d restore times", len(*times.RestoreTimes))
			}
			verified(t, server, "SDK-HMAC-SHA256")

			_, err = client.ShowInstanceBackups(&model.ShowInstanceBackupsRequest{InstanceId: strings.Repeat("7", 32) + "in07"})
			if err == nil || !strings.Contains(err.Error(), "DBS.280005") {
				t.Errorf("an unknown instance: %v", err)
			}
		})
	}
}

func TestAlibabaClient(t *testing.T) {
	t.Parallel()
	key := mockcloud.Account{AccessKey: "LTAIvendor", SecretKey: "vendor-secret"}
	temporary := key
	temporary.AccessKey, temporary.SecurityToken = "STS.vendor", "vendor-token"
	for _, test := range []struct {
		name      string
		algorithm string // the client's word for it
		style     string
		method    string
		prefix    string
		form      bool
		want      string
	}{
		{"ACS3 by RPC", "ACS3-HMAC-SHA256", "RPC", "POST", "", false, "ACS3-HMAC-SHA256"},
		{"ACS3 by RPC with a form", "ACS3-HMAC-SHA256", "RPC", "POST", "", true, "ACS3-HMAC-SHA256"},
		{"ACS3 by ROA below a prefix", "ACS3-HMAC-SHA256", "ROA", "GET", "/gateway/dbs", false, "ACS3-HMAC-SHA256"},
		{"HMAC-SHA1", "v2", "RPC", "GET", "", false, "HMAC-SHA1"},
		{"HMAC-SHA1 with a form", "v2", "RPC", "POST", "", true, "HMAC-SHA1"},
	} {
		for _, account := range []mockcloud.Account{key, temporary} {
			t.Run(fmt.Sprintf("%s, token %v", test.name, account.SecurityToken != ""), func(t *testing.T) {
				t.Parallel()
				server := vendorServer(t, test.prefix, account)
				endpoint, _, _ := strings.Cut(strings.TrimPrefix(server.URL(), "http://"), "/")
				settings := &openapi.Config{
					AccessKeyId: &account.AccessKey, AccessKeySecret: &account.SecretKey,
					Endpoint: &endpoint, Protocol: ptr("http"), SignatureAlgorithm: &test.algorithm,
				}
				if account.SecurityToken != "" {
					settings.SecurityToken = &account.SecurityToken
				}
				client, err := openapi.NewClient(settings)
				if err != nil {
					t.Fatal(err)
				}
				call := func(action string, parameters map[string]*string) (map[string]any, error) {
					r := &openapi.OpenApiRequest{}
					if test.form {
						body := map[string]any{}
						for name, value := range parameters {
							body[name] = *value
						}
						r.Body = body
					} else {
						r.Query = parameters
					}
					result, err := client.CallApi(&openapi.Params{
						Action: &action, Version: ptr("2019-03-06"), Protocol: ptr("http"), Pathname: ptr(test.prefix + "/"),
						Method: &test.method, AuthType: ptr("AK"), Style: &test.style, ReqBodyType: ptr("formData"), BodyType: ptr("json"),
					}, r, &dara.RuntimeOptions{})
					if err != nil {
						return nil, err
					}
					return result["body"].(map[string]any), nil
				}
				for action, list := range map[string]mockcloud.List{
					mockcloud.DescribeBackupPlanList:      server.Plans(region),
					mockcloud.DescribeFullBackupList:      server.FullBackups(planID),
					mockcloud.DescribeIncrementBackupList: server.IncrementalBackups(planID),
				} {
					var got []string
					for number := 0; number*100 < vendorItems; number++ {
						body, err := call(action, map[string]*string{
							"BackupPlanId": ptr(map[bool]string{true: planID}[action != mockcloud.DescribeBackupPlanList]),
							"ClientToken":  ptr("a b+c*~/é"), "PageNum": ptr(strconv.Itoa(number)), "PageSize": ptr("100"),
						})
						if err != nil {
							t.Fatal(err)
						}
						if fmt.Sprint(body["TotalElements"]) != strconv.Itoa(vendorItems) {
							t.Errorf("the total is %v", body["TotalElements"])
						}
						for _, items := range body["Items"].(map[string]any) {
							for _, item := range items.([]any) {
								id := item.(map[string]any)["BackupSetId"]
								if id == nil {
									id = item.(map[string]any)["BackupPlanId"]
								}
								got = append(got, id.(string))
							}
						}
					}
					if want := list.IDs(); !slices.Equal(got, want) {
						t.Errorf("%s: the client read %d items, want %d", action, len(got), len(want))
					}
				}
				verified(t, server, test.want)
				if _, err := call(mockcloud.DescribeFullBackupList, nil); err == nil || !strings.Contains(err.Error(), "MissingBackupPlanId") {
					t.Errorf("without a plan: %v", err)
				}
				if _, err := call(mockcloud.DescribeFullBackupList, map[string]*string{"BackupPlanId": ptr("unknown")}); err == nil || !strings.Contains(err.Error(), "Param.NotFound") {
					t.Errorf("an unknown plan: %v", err) // The client reads nothing but Code and Message.
				}

				account.SecretKey = "another"
				server.SetAccount(account)
				if _, err := call(mockcloud.DescribeBackupPlanList, nil); err == nil || !strings.Contains(err.Error(), "SignatureDoesNotMatch") {
					t.Errorf("a wrong secret: %v", err)
				}
			})
		}
	}
}

func ptr[T any](value T) *T { return &value }

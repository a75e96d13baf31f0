package mockcloud

import (
	"strings"
	"time"
)

// What Demo knows. The keys open nothing but a mock.
const (
	DemoAlibabaAccessKey = "LTAIdemoAccessKey"
	DemoAlibabaSecretKey = "demo-alibaba-secret-key"
	DemoHuaweiAccessKey  = "HWDEMOACCESSKEY"
	DemoHuaweiSecretKey  = "demo-huawei-secret-key" //nolint:gosec // Made up.
	DemoAuthToken        = "demo-huawei-auth-token" //nolint:gosec // Made up.

	DemoAlibabaRegion = "cn-hangzhou"
	DemoHuaweiRegion  = "cn-north-4"
	DemoProjectID     = "619d3e78f61b4be68bc5aa0b59edcf7b"

	// DemoPlanID is a plan with backups in every state.
	DemoPlanID = "dbs1ordersmysql"
	// DemoInstanceID is an instance whose newest good backup is 7 hours old;
	// DemoStaleInstanceID is one whose newest is 50 hours old.
	DemoInstanceID      = "61a4ea66210545909d74a05c27a7179ein07"
	DemoStaleInstanceID = "8f3b1c2d4e5f60718293a4b5c6d7e8f9in07"
)

// DemoEnvironment is what to set, each "NAME=value", so that a provider without
// a configuration reads from this server with the demo's keys.
func (s *Server) DemoEnvironment() []string {
	url := s.URL()
	return []string{
		"ALICLOUD_ACCESS_KEY=" + DemoAlibabaAccessKey,
		"ALICLOUD_SECRET_KEY=" + DemoAlibabaSecretKey,
		"ALICLOUD_REGION=" + DemoAlibabaRegion,
		"ALIBABA_CLOUD_ENDPOINT_DBS=" + url,
		"HW_ACCESS_KEY=" + DemoHuaweiAccessKey,
		"HW_SECRET_KEY=" + DemoHuaweiSecretKey,
		"HW_REGION_NAME=" + DemoHuaweiRegion,
		"HW_AUTH_URL=" + url + "/v3",
		TaurusDBEndpoint(DemoHuaweiRegion) + "=" + url,
	}
}

// TaurusDBEndpoint is the variable that replaces the TaurusDB endpoint of a
// region, as the vendor's library names it.
func TaurusDBEndpoint(region string) string {
	return "HUAWEICLOUD_SDK_REGION_GAUSSDB_" + strings.ToUpper(strings.ReplaceAll(region, "-", "_"))
}

// Demo is a small company on an ordinary day: most backups are well, some are
// not. Every field is set. But for now, it is always the same.
func Demo(now time.Time) Fixture {
	plans := []plan{
		{
			id: DemoPlanID, name: "orders-mysql", status: "running", method: "logical", engine: mysql,
			host: "10.20.0.11", age: 400 * day, newest: 5 * hour, retention: 365,
		},
		{
			id: "dbs1billingpg", name: "billing-postgresql", status: "running", method: "physical", engine: postgreSQL,
			host: "10.20.0.12", age: 320 * day, newest: 9 * hour, retention: 730,
		},
		{
			id: "dbs1sessionsmongo", name: "sessions-mongodb", status: "running", method: "logical", engine: mongoDB,
			host: "10.20.0.13", age: 90 * day, newest: 74 * hour, retention: 30,
		},
		{
			id: "dbs1crmoracle", name: "crm-oracle", status: "stop", method: "physical", engine: oracle,
			host: "10.20.0.14", age: 210 * day, newest: 6 * day, retention: 365,
			message: "can not connect to oracle instance ORCL with user dbs_reader",
		},
		{
			id: "dbs1archivesql", name: "archive-sqlserver", status: "pause", method: "logical", engine: sqlServer,
			host: "10.20.0.15", age: 500 * day, newest: 40 * day, retention: 1825,
		},
		{
			id: "dbs1stagingmysql", name: "staging-mysql", status: "check_pass", method: "logical", engine: mysql,
			host: "10.20.0.16", age: 2 * day, newest: 2 * day, retention: 7,
		},
		{
			id: "dbs1reportspg", name: "reports-postgresql", status: "init", method: "duplication", engine: postgreSQL,
			host: "10.20.0.17", age: 3 * hour, newest: 3 * hour, retention: 30,
			message: "precheck failed: the account lacks the privilege to lock tables",
		},
		{
			id: "dbs1newmysql", name: "new-mysql", status: "wait", method: "logical", engine: mysql,
			host: "10.20.0.18", age: 20 * time.Minute, newest: 20 * time.Minute, retention: 7,
		},
	}
	fullBackups := map[string][]fullBackup{
		DemoPlanID: {
			{id: "1ibh2f5uorders0", status: "schedule", age: 0},
			{id: "1ibh2f5uorders1", status: "running", age: 20 * time.Minute},
			{id: "1ibh2f5uorders2", status: "finish", age: 5 * hour, size: 51_539_607_552},
			{id: "1ibh2f5uorders3", status: "stop", age: 29 * hour, message: "the connection was lost while reading the table order"},
			{id: "1ibh2f5uorders4", status: "finish", age: 53 * hour, size: 51_002_736_640},
			{id: "1ibh2f5uorders5", status: "finish", age: 77 * hour, size: 50_465_865_728},
		},
		"dbs1billingpg": {
			{id: "1ibh2f5ubill0", status: "finish", age: 9 * hour, size: 12_884_901_888},
			{id: "1ibh2f5ubill1", status: "finish", age: 33 * hour, size: 12_750_684_160},
			{id: "1ibh2f5ubill2", status: "pause", age: 57 * hour},
		},
		"dbs1sessionsmongo": {
			{id: "1ibh2f5usess0", status: "stop", age: 2 * hour, message: "the storage quota is used up"},
			{id: "1ibh2f5usess1", status: "stop", age: 26 * hour, message: "the storage quota is used up"},
			{id: "1ibh2f5usess2", status: "finish", age: 74 * hour, size: 3_221_225_472},
		},
		"dbs1crmoracle": {
			{id: "1ibh2f5ucrm0", status: "stop", age: 5 * day, message: "can not connect to oracle instance ORCL with user dbs_reader"},
			{id: "1ibh2f5ucrm1", status: "finish", age: 6 * day, size: 214_748_364_800},
		},
		"dbs1archivesql":   {{id: "1ibh2f5uarch0", status: "finish", age: 40 * day, size: 858_993_459_200}},
		"dbs1stagingmysql": nil,
		"dbs1reportspg":    nil,
		"dbs1newmysql":     nil,
	}
	backups := map[string][]backup{
		DemoInstanceID: {
			{id: "a1f0c2d4e6b84f0c9d2e1a3b5c7d9e01br07", name: "orders-auto-5", status: "BUILDING", age: 10 * time.Minute},
			{id: "a1f0c2d4e6b84f0c9d2e1a3b5c7d9e02br07", name: "orders-auto-4", status: "COMPLETED", age: 7 * hour, kilobytes: 7_446_400},
			{id: "a1f0c2d4e6b84f0c9d2e1a3b5c7d9e03br07", name: "orders-auto-3", status: "FAILED", age: 31 * hour},
			{id: "a1f0c2d4e6b84f0c9d2e1a3b5c7d9e04br07", name: "orders-auto-2", status: "COMPLETED", age: 55 * hour, kilobytes: 7_301_120},
			{
				id: "a1f0c2d4e6b84f0c9d2e1a3b5c7d9e05br07", name: "before-migration", status: "COMPLETED", age: 10 * day,
				kilobytes: 6_910_976, description: "Manual backup before the migration",
			},
		},
		DemoStaleInstanceID: {
			{id: "b2e1d3c5f7a94e1d8c3f2b4a6d8e0f01br07", name: "billing-auto-2", status: "FAILED", age: 26 * hour},
			{id: "b2e1d3c5f7a94e1d8c3f2b4a6d8e0f02br07", name: "billing-auto-1", status: "COMPLETED", age: 50 * hour, kilobytes: 1_228_800},
			{id: "b2e1d3c5f7a94e1d8c3f2b4a6d8e0f03br07", name: "billing-auto-0", status: "DELETING", age: 9 * day},
		},
	}

	f := Fixture{
		Accounts: []Account{
			{Cloud: AlibabaCloud, AccessKey: DemoAlibabaAccessKey, SecretKey: DemoAlibabaSecretKey},
			{
				Cloud: HuaweiCloud, AccessKey: DemoHuaweiAccessKey, SecretKey: DemoHuaweiSecretKey,
				AuthToken: DemoAuthToken,
			},
		},
		Plans:       map[string][]Item{},
		FullBackups: map[string][]Item{},
		Projects:    []Project{{ID: DemoProjectID, Name: DemoHuaweiRegion}},
	}
	for _, p := range plans {
		f.Plans[DemoAlibabaRegion] = append(f.Plans[DemoAlibabaRegion], p.item(now))
	}
	for planID, all := range fullBackups {
		items := make([]Item, 0, len(all))
		for _, b := range all {
			items = append(items, b.item(now))
		}
		f.FullBackups[planID] = items
	}
	for _, instance := range []struct{ id, name string }{{DemoInstanceID, "orders"}, {DemoStaleInstanceID, "billing"}} {
		items := make([]Item, 0, len(backups[instance.id]))
		for _, b := range backups[instance.id] {
			b.instanceID, b.instanceName = instance.id, instance.name
			items = append(items, b.item(now))
		}
		f.Instances = append(f.Instances, Instance{ID: instance.id, ProjectID: DemoProjectID, Backups: items})
	}
	return f
}

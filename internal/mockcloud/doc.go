// Package mockcloud is a mock of Alibaba Cloud (DBS, STS) and Huawei Cloud
// (TaurusDB, IAM) on one port: an http.Handler and, in cmd/mockcloud, a program.
// Operations lists what it answers.
//
// It verifies every signature by the published algorithms, with code of its
// own: ACS3-HMAC-SHA256, the older RPC signature HMAC-SHA1, SDK-HMAC-SHA256,
// and X-Auth-Token; security tokens, clock skew, and nonces that may be used
// once. It filters, sorts and paginates as the API pages say, answers with their
// errors, keeps a record of every request, and injects the failures that Faults
// names.
//
//	server := mockcloud.New(mockcloud.Options{})
//	server.Seed(mockcloud.Demo(time.Now()))
//	url, err := server.Start("")
//
// To add an operation, add an entry to Operations with its handler; for a list of
// new items, also a kind, an item with all fields to templates.json, and a
// generator.
//
// # Fixture files
//
// A fixture file is a JSON object. Every part is optional:
//
//	{
//	  "accounts": [
//	    {"cloud": "alibabacloud", "id": "...", "access_key": "...", "secret_key": "...",
//	     "security_token": "...", "expires": "-1m", "inactive": false,
//	     "denied": {"DescribeFullBackupList": "Forbidden.RAM"}},
//	    {"auth_token": "..."}, {"user": "...", "password": "..."}
//	  ],
//	  "roles":        [{"cloud": "huaweicloud", "name": "...", "account_id": "...", "account_name": "..."}],
//	  "plans":        {"cn-hangzhou": [{"BackupPlanId": "dbs1abc", "BackupPlanCreateTime": "-90d"}]},
//	  "full_backups": {"dbs1abc": [{"BackupSetId": "1ibh2f", "BackupStatus": "finish", "FinishTime": "-26h"}]},
//	  "incremental_backups": {"dbs1abc": [...]},
//	  "restore_ranges":      {"dbs1abc": [...]},
//	  "projects":     [{"id": "...", "name": "cn-north-4"}],
//	  "instances":    [{"id": "...in07", "project_id": "...", "name": "...", "policy": {...}, "restore_ranges": [...],
//	    "backups": [{"id": "...br07", "status": "COMPLETED", "created": "-1d2h", "time_zone": "UTC+08:00"}]}]
//	}
//
// Plans are listed by region, what belongs to a plan by its ID. An account without
// a cloud is known to both, an instance without a project in all. An item is what
// the API returns, member by member: what it leaves out is absent from the answer,
// and any type is accepted. Only its ID is required.
//
// In members that hold a point in time, a value like "-26h", "+30m" or
// "-1d12h" (a sign, days, then hours, minutes and seconds) is relative to the
// start of the server.
package mockcloud

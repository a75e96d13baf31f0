// Package mockcloud is both clouds on one port: Alibaba Cloud DBS 2019-03-06
// (DescribeBackupPlanList, DescribeFullBackupList) and Huawei Cloud TaurusDB
// (the full backups of an instance) with IAM's project look-up. It is an
// http.Handler and, in cmd/mockcloud, a program.
//
// It verifies every signature by the published algorithms, with code of its
// own: ACS3-HMAC-SHA256, the older RPC signature HMAC-SHA1, SDK-HMAC-SHA256,
// and X-Auth-Token; security tokens, clock skew, and nonces that may be used
// once. It filters, sorts and pages as the API pages say, answers with their
// errors, keeps a record of every request, and goes wrong in the ways that
// Faults names.
//
//	server := mockcloud.New(mockcloud.Options{})
//	server.Seed(mockcloud.Demo(time.Now()))
//	url, err := server.Start("")
//
// # Fixture files
//
// A fixture file is a JSON object; every part may be left out:
//
//	{
//	  "accounts": [
//	    {"cloud": "alibabacloud", "access_key": "...", "secret_key": "...",
//	     "security_token": "...", "expires": "2026-11-21T16:00:00Z", "inactive": false,
//	     "denied": {"DescribeFullBackupList": "Forbidden.RAM"}},
//	    {"cloud": "huaweicloud", "access_key": "...", "secret_key": "...", "auth_token": "..."}
//	  ],
//	  "plans":        {"cn-hangzhou": [{"BackupPlanId": "dbs1abc", "BackupPlanCreateTime": "-90d"}]},
//	  "full_backups": {"dbs1abc": [{"BackupSetId": "1ibh2f", "BackupStatus": "finish", "FinishTime": "-26h"}]},
//	  "projects":     [{"id": "...", "name": "cn-north-4"}],
//	  "instances":    [{"id": "...in07", "project_id": "...", "backups": [
//	    {"id": "...br07", "status": "COMPLETED", "created": "-1d2h", "time_zone": "UTC+08:00"}]}]
//	}
//
// Plans stand under their region, full backups under their plan's id. An
// account without a cloud is known to both, an instance without a project in
// all. An item is what the API answers, member by member, word for word: what
// an item leaves out is absent from the answer, and any type is taken. Only its
// id must be there.
//
// In the members that hold a point in time, a value like "-26h", "+30m" or
// "-1d12h" (a sign, days, then hours, minutes and seconds) is that long before
// or after the start of the server. It becomes epoch milliseconds for DBS and
// "2006-01-02 15:04:05" in the item's time_zone for TaurusDB. These members
// are BackupPlanCreateTime, BeginTimestampForRestore, EndTimestampForRestore,
// InstanceExpiredTimestamp, BackupSetExpiredTime, CreateTime, StartTime,
// EndTime, FinishTime, created and updated.
package mockcloud

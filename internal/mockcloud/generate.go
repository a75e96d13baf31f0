package mockcloud

import (
	"fmt"
	"hash/fnv"
	"time"
)

const (
	hour = time.Hour
	day  = 24 * time.Hour
)

// Plans makes n backup plans with all 52 fields and ids of their own, newest
// first, an hour apart. Every tenth is stopped, every tenth paused.
func Plans(n int, now time.Time) []Item {
	engines := []engine{mysql, postgreSQL, sqlServer, mongoDB}
	items := make([]Item, 0, n)
	for i := range n {
		p := plan{
			id:     fmt.Sprintf("dbs1gen%06d", i),
			name:   fmt.Sprintf("plan-%06d", i),
			status: "running",
			method: []string{"logical", "physical", "duplication"}[i%3],
			engine: engines[i%len(engines)],
			host:   fmt.Sprintf("10.%d.%d.%d", i>>16&255, i>>8&255, i&255),
			age:    time.Duration(i+1) * hour,
		}
		switch i % 10 {
		case 3:
			p.status, p.message = "stop", "can not connect to the database instance"
		case 7:
			p.status = "pause"
		}
		items = append(items, p.item(now))
	}
	return items
}

// FullBackups makes n full backups of a plan with all 25 fields and ids of
// their own, newest first, a day apart. The newest is running, every tenth
// failed, the others finished.
func FullBackups(planID string, n int, now time.Time) []Item {
	items := make([]Item, 0, n)
	for i := range n {
		b := fullBackup{
			id:     fmt.Sprintf("%s-%06d", planID, i),
			status: "finish",
			age:    time.Duration(i)*day + hour,
			size:   48_318_382_080 + int64(i)*1_048_576,
		}
		switch {
		case i == 0:
			b.status = "running"
		case i%10 == 3:
			b.status, b.message = "stop", "can not connect to the database instance"
		}
		items = append(items, b.item(now))
	}
	return items
}

// Backups makes n backups of a TaurusDB instance with all 15 fields and
// backup_mode, and ids of their own, newest first, a day apart. The newest is
// being built, every tenth failed, the others are completed.
func Backups(instanceID string, n int, now time.Time) []Item {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(instanceID)) // It never fails.
	items := make([]Item, 0, n)
	for i := range n {
		b := backup{
			id:         fmt.Sprintf("%016x%016xbr07", sum.Sum64(), i),
			instanceID: instanceID,
			name:       fmt.Sprintf("backup-%06d", i),
			status:     "COMPLETED",
			age:        time.Duration(i)*day + hour,
			kilobytes:  74464 + i,
		}
		switch {
		case i == 0:
			b.status = "BUILDING"
		case i%10 == 3:
			b.status = "FAILED"
		}
		items = append(items, b.item(now))
	}
	return items
}

// engine is what depends on the kind of database.
type engine struct {
	database, port, instanceType, sid string
}

var (
	mysql      = engine{"MySQL", "3306", "rds", ""}
	postgreSQL = engine{"PostgreSQL", "5432", "rds", ""}
	sqlServer  = engine{"MSSQL", "1433", "ecs", ""}
	mongoDB    = engine{"MongoDB", "3717", "dds", ""}
	oracle     = engine{"Oracle", "1521", "agent", "ORCL"}
)

// plan is what sets one backup plan apart from another.
type plan struct {
	id, name, status, method, message, host, region string
	engine                                          engine
	age                                             time.Duration
	newest                                          time.Duration // age of what can be restored
	retention                                       int           // days
}

func (p plan) item(now time.Time) Item {
	if p.region == "" {
		p.region = "cn-hangzhou"
	}
	if p.retention == 0 {
		p.retention = 365
	}
	if p.newest == 0 {
		p.newest = 10 * time.Minute
	}
	restorable := min(p.age, time.Duration(p.retention)*day)
	b := itemBuilder{text: make([]byte, 0, 2048), members: make([]span, 0, 52)}
	b.add("BackupPlanId", p.id)
	b.add("BackupPlanName", p.name)
	b.add("BackupPlanStatus", p.status)
	b.add("BackupPlanRegion", p.region)
	b.add("BackupPlanCreateTime", milliseconds(now, -p.age))
	b.add("BackupMethod", p.method)
	b.add("BackupPeriod", "Monday,Wednesday,Friday")
	b.add("BackupStartTime", "14:22")
	b.add("BackupRetentionPeriod", p.retention)
	b.add("BackupStorageType", "system")
	b.add("BackupObjects", `[{"DBName":"orders","SchemaName":"public","TableIncludes":[{"TableName":"order"}]}]`)
	b.add("BackupGatewayId", 827362187368736)
	b.add("BackupGatewayIdentifier", "GATEWAY-01")
	b.add("BackupSetDownloadDir", "/var/backups/download")
	b.add("BackupSetDownloadFullDataFormat", "SQL")
	b.add("BackupSetDownloadIncrementDataFormat", "Native")
	b.add("BackupSetDownloadGatewayId", 123123)
	b.add("BackupSetDownloadTargetType", "agent")
	b.add("BeginTimestampForRestore", milliseconds(now, -restorable))
	b.add("EndTimestampForRestore", milliseconds(now, -min(p.newest, restorable)))
	b.add("CrossAliyunId", "2104127778112233")
	b.add("CrossRoleName", "dbs-cross-account")
	b.add("DatabaseType", p.engine.database)
	b.add("DuplicationInfrequentAccessPeriod", 180)
	b.add("DuplicationArchivePeriod", 365)
	b.add("EnableBackupLog", p.method != "duplication")
	b.add("EnableMysqlPhysicalBackupBinLog", p.engine == mysql && p.method == "physical")
	b.add("ErrMessage", p.message)
	b.add("IncrementBackupRetentionPeriod", "365")
	b.add("IncrementDuplicationInfrequentAccessPeriod", "180")
	b.add("IncrementDuplicationArchivePeriod", "365")
	b.add("LogBackupRetentionPeriod", "365")
	b.add("LogDuplicationInfrequentAccessPeriod", "180")
	b.add("LogDuplicationArchivePeriod", "365")
	b.add("InstanceChargeType", "PREPAY")
	b.add("InstanceClass", "micro")
	b.add("InstanceExpiredTimestamp", milliseconds(now, 180*day))
	b.add("OSSBucketName", "dbs-backup-18571234489-"+p.region)
	b.add("OSSBucketRegion", p.region)
	b.add("OpenBackupSetAutoDownload", false)
	b.add("ResourceGroupId", "rg-aekzecovzti4321")
	b.add("SourceEndpointDatabaseName", "orders")
	b.add("SourceEndpointEnableSsl", "true")
	b.add("SourceEndpointHost", p.host)
	b.add("SourceEndpointInstanceID", "rm-bp1"+p.id)
	b.add("SourceEndpointInstanceType", p.engine.instanceType)
	b.add("SourceEndpointIpPort", p.host+":"+p.engine.port)
	b.add("SourceEndpointOracleSID", p.engine.sid)
	b.add("SourceEndpointPort", p.engine.port)
	b.add("SourceEndpointRegion", p.region)
	b.add("SourceEndpointUserName", "dbs_reader")
	b.add("StorageEncryptMethod", "encrypted")
	return b.item()
}

// fullBackup is what sets one full backup apart from another.
type fullBackup struct {
	id, status, message string
	age                 time.Duration // since it started
	size                int64         // bytes
}

func (f fullBackup) item(now time.Time) Item {
	// A task that is not over has 0 for the times that are still to come.
	started, ended, finished, progress := milliseconds(now, -f.age), int64(0), int64(0), 40
	switch f.status {
	case "schedule":
		started, progress = 0, 0
	case "finish", "stop":
		ended = milliseconds(now, -f.age+25*time.Minute)
		finished = milliseconds(now, -f.age+26*time.Minute)
	}
	if f.status == "finish" {
		progress = 100
	} else {
		f.size = 0
	}
	b := itemBuilder{text: make([]byte, 0, 1024), members: make([]span, 0, 25)}
	b.add("BackupSetId", f.id)
	b.add("BackupStatus", f.status)
	b.add("BackupSize", f.size)
	b.add("BackupObjects", `[{"DBName":"orders"}]`)
	b.add("BackupSetExpiredTime", milliseconds(now, 365*day-f.age))
	b.add("CreateTime", milliseconds(now, -f.age-2*time.Minute))
	b.add("StartTime", started)
	b.add("EndTime", ended)
	b.add("FinishTime", finished)
	b.add("ErrMessage", f.message)
	b.add("SourceEndpointIpPort", "rm-bp1orders.mysql.rds.aliyuncs.com:3306")
	b.add("StorageMethod", "Standard")
	b.add("LogicalFullBackupProgress", progress)
	b.add("LogicalStructureBackupProgress", progress)
	b.add("BackupGatewayIdentifier", "GATEWAY-01")
	b.add("CrossAliyunId", "2104127778112233")
	b.add("CrossRoleName", "dbs-cross-account")
	b.add("SourceEndpointEnableSsl", "true")
	b.add("SourceEndpointHost", "rm-bp1orders.mysql.rds.aliyuncs.com")
	b.add("SourceEndpointInstanceId", "rm-bp1orders")
	b.add("SourceEndpointInstanceType", "rds")
	b.add("SourceEndpointPort", "3306")
	b.add("SourceEndpointRegion", "cn-hangzhou")
	b.add("SourceEndpointUserName", "dbs_reader")
	b.add("StorageEncryptMethod", "encrypted")
	return b.item()
}

// backup is what sets one TaurusDB backup apart from another.
type backup struct {
	id, instanceID, instanceName, name, status, description string
	age                                                     time.Duration // since it was begun
	kilobytes                                               int
}

func (t backup) item(now time.Time) Item {
	if t.instanceName == "" {
		t.instanceName = "orders"
	}
	if t.description == "" {
		t.description = "Daily automated backup"
	}
	updated := t.age - 4*time.Minute
	if t.status != "COMPLETED" {
		t.kilobytes = 0
	}
	b := itemBuilder{text: make([]byte, 0, 512), members: make([]span, 0, 16)}
	b.add("id", t.id)
	b.add("description", t.description)
	b.add("instance_id", t.instanceID)
	b.add("instance_name", t.instanceName)
	b.add("name", t.name)
	b.add("size", fmt.Sprintf("%d.0", t.kilobytes))
	b.add("size_unit", "KB")
	b.add("status", t.status)
	b.add("created", inZone(now.Add(-t.age), "UTC+08:00"))
	b.add("updated", inZone(now.Add(-updated), "UTC+08:00"))
	b.add("backup_type", "Snapshot")
	b.add("backup_level", "1")
	b.add("backup_method", "Snapshot")
	b.add("backup_mode", "completed")
	b.add("use_detail", "Point-in-time recovery of the orders database")
	b.add("time_zone", "UTC+08:00")
	return b.item()
}

// milliseconds is a point in time near now in DBS's form. The second is whole,
// as the real ones are.
func milliseconds(now time.Time, offset time.Duration) int64 {
	return now.Add(offset).Truncate(time.Second).UnixMilli()
}

// inZone is a point in time in TaurusDB's form, in a zone like "UTC+08:00".
// A zone in another form counts as UTC.
func inZone(t time.Time, zone string) string {
	if parsed, err := time.Parse("UTC-07:00", zone); err == nil {
		t = t.In(parsed.Location())
	} else {
		t = t.UTC()
	}
	return t.Format(time.DateTime)
}

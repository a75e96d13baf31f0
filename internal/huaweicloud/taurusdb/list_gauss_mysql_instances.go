package taurusdb

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/cloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/listing"
)

// InstanceStatuses are the documented values of an instance's status.
var InstanceStatuses = []string{
	"BUILD", "ACTIVE", "FAILED", "FROZEN", "MODIFYING", "REBOOTING", "RESTORING", "SWITCHOVER", "MIGRATING",
	"BACKING UP", "MODIFYING DATABASE PORT", "STORAGE FULL",
}

// ListGaussMySQLInstancesRequest selects instances of a project. Empty fields are not
// sent.
type ListGaussMySQLInstancesRequest struct {
	Name      string
	VPCID     string
	SubnetID  string
	Tags      map[string]string // all must match
	Region    string
	ProjectID string // "": the region's project
	Limit     int
}

// ListGaussMySQLInstances lists the instances that the request selects.
func (c *Client) ListGaussMySQLInstances(ctx context.Context, r ListGaussMySQLInstancesRequest) (listing.List[Instance], error) {
	tags := make([]string, 0, len(r.Tags))
	for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
		tags = append(tags, key+"="+r.Tags[key])
	}
	return list[instances](ctx, c, cloud.Operation{
		Name:       "ListGaussMySqlInstances",
		Permission: "gaussdbformysql:instance:list (gaussdb:instance:list in a role or policy)",
		Subject:    "the TaurusDB instances of the project in " + r.Region,
		Region:     r.Region, ProjectID: r.ProjectID,
		Path: []string{"instances"},
		Query: cloud.NonEmpty(map[string]string{
			"name":      r.Name,
			"vpc_id":    r.VPCID,
			"subnet_id": r.SubnetID,
			"tags":      strings.Join(tags, ","),
		}),
		Advice: projectAdvice,
	}, r.Limit, func(instance *Instance) string { return instance.ID.Value }, nil)
}

type instances struct {
	counted
	Instances apijson.Items[Instance] `json:"instances"`
}

// Page returns the instances.
func (r *instances) Page() listing.Page[Instance] {
	return listing.Page[Instance]{Items: r.Instances.List, Present: r.Instances.Present, Total: r.TotalCount}
}

// Instance is a TaurusDB instance, MysqlInstanceListInfo in the API.
//
// https://support.huaweicloud.com/intl/en-us/api-taurusdb/ListGaussMySqlInstances.html
type Instance struct {
	ID                  apijson.String                `json:"id"`
	Name                apijson.String                `json:"name"`
	Status              apijson.String                `json:"status"`
	PrivateIPs          apijson.Items[apijson.String] `json:"private_ips"`
	ProxyIPs            apijson.Items[apijson.String] `json:"proxy_ips"`
	ReadonlyPrivateIPs  apijson.Items[apijson.String] `json:"readonly_private_ips"`
	PublicIPs           apijson.Items[apijson.String] `json:"public_ips"`
	Port                apijson.String                `json:"port"`
	Type                apijson.String                `json:"type"`
	Region              apijson.String                `json:"region"`
	Datastore           *InstanceDatastore            `json:"datastore"`
	Created             apijson.OffsetTime            `json:"created"`
	Updated             apijson.OffsetTime            `json:"updated"`
	DBUserName          apijson.String                `json:"db_user_name"`
	VPCID               apijson.String                `json:"vpc_id"`
	SubnetID            apijson.String                `json:"subnet_id"`
	SecurityGroupID     apijson.String                `json:"security_group_id"`
	FlavorRef           apijson.String                `json:"flavor_ref"`
	FlavorInfo          *FlavorInfo                   `json:"flavor_info"`
	Volume              *Volume                       `json:"volume"`
	BackupStrategy      *BackupStrategy               `json:"backup_strategy"`
	EnterpriseProjectID apijson.String                `json:"enterprise_project_id"`
	TimeZone            apijson.String                `json:"time_zone"`
	ChargeInfo          *ChargeInfo                   `json:"charge_info"`
	DedicatedResourceID apijson.String                `json:"dedicated_resource_id"`
	Tags                apijson.Items[Tag]            `json:"tags"`
}

// InstanceDatastore is the database of an instance.
type InstanceDatastore struct {
	Type          apijson.String `json:"type"`
	Version       apijson.String `json:"version"`
	KernelVersion apijson.String `json:"kernel_version"`
}

// FlavorInfo is the size of an instance's nodes.
type FlavorInfo struct {
	VCPUs apijson.String `json:"vcpus"`
	RAM   apijson.String `json:"ram"` // GB
}

// Volume is the storage of an instance.
type Volume struct {
	Type apijson.String `json:"type"`
	Size apijson.String `json:"size"` // GB
}

// BackupStrategy is the automated backup of an instance.
type BackupStrategy struct {
	StartTime apijson.String `json:"start_time"`
	KeepDays  apijson.String `json:"keep_days"`
}

// ChargeInfo is the billing of an instance.
type ChargeInfo struct {
	ChargeMode  apijson.String `json:"charge_mode"`
	PeriodType  apijson.String `json:"period_type"`
	PeriodNum   apijson.Int64  `json:"period_num"`
	IsAutoRenew apijson.String `json:"is_auto_renew"`
	IsAutoPay   apijson.String `json:"is_auto_pay"`
}

// Tag is a tag of an instance.
type Tag struct {
	Key   apijson.String `json:"key"`
	Value apijson.String `json:"value"`
}

// TagMap are the tags by key; nil if the response has none.
func (i *Instance) TagMap() map[string]apijson.String {
	if !i.Tags.Present {
		return nil
	}
	tags := make(map[string]apijson.String, len(i.Tags.List))
	for _, tag := range i.Tags.List {
		tags[tag.Key.Value] = tag.Value
	}
	return tags
}

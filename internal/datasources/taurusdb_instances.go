package datasources

import (
	"cmp"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/datasources/attribute"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud/taurusdb"
)

func newTaurusDBInstances() datasource.DataSource {
	type instance = taurusdb.Instance
	return &list[instance]{
		base: base{
			name:        "taurusdb_instances",
			description: "Lists the Huawei Cloud TaurusDB instances of a project, sorted by name.",
			subject:     "TaurusDB instances",
			cloud:       huaweiCloud,
			arguments: map[string]schema.Attribute{
				"name":      stringArgument("Name of the instances; with a leading asterisk, a part of the name. Applied by the API."),
				"vpc_id":    stringArgument("ID of the VPC of the instances. Applied by the API."),
				"subnet_id": stringArgument("ID of the subnet of the instances. Applied by the API."),
				"tags": schema.MapAttribute{
					Optional:            true,
					ElementType:         types.StringType,
					MarkdownDescription: "Tags of the instances. All must match. Keys and values must not contain commas, and keys no equals sign. Applied by the API.",
					Validators: []validator.Map{
						mapvalidator.SizeAtLeast(1),
						mapvalidator.NoNullValues(),
						mapvalidator.KeysAre(stringvalidator.RegexMatches(regexp.MustCompile(`^[^,=]+$`), "must not be empty, nor contain commas or equals signs")),
						mapvalidator.ValueStringsAre(stringvalidator.RegexMatches(regexp.MustCompile(`^[^,]*$`), "must not contain commas")),
					},
				},
				"status":     statusArgument("instances", taurusdb.InstanceStatuses),
				"name_regex": nameRegexArgument(),
				"page_size":  anyPageSize(),
			},
		},
		attribute: "instances",
		fields:    instanceFields,
		traits:    func(i *instance) traits { return traits{id: &i.ID, name: &i.Name, status: &i.Status} },
		statuses:  taurusdb.InstanceStatuses,
		order:     func(a, b *instance) int { return cmp.Compare(a.Name.Value, b.Name.Value) },
		paginated: true,
		query: func(args *arguments) query[instance] {
			request := taurusdb.ListGaussMySQLInstancesRequest{
				Name:      args.string("name"),
				VPCID:     args.string("vpc_id"),
				SubnetID:  args.string("subnet_id"),
				Tags:      args.stringMap("tags"),
				ProjectID: args.string("project_id"),
				Region:    args.region,
				Limit:     args.pageSize(),
			}
			return query[instance]{
				fetch:  prepare(args.clouds.TaurusDB.ListGaussMySQLInstances, request),
				status: args.string("status"),
				name:   args.nameRegex(),
			}
		},
	}
}

func instanceFields(i *taurusdb.Instance) []attribute.Field {
	return []attribute.Field{
		attribute.Of("id", &i.ID, "Instance ID."),
		attribute.Of("name", &i.Name, "Instance name."),
		attribute.Of("status", &i.Status, "Status of the instance, `ACTIVE` for example. The documented values are the keys of `counts_by_status`."),
		attribute.Of("private_ips", &i.PrivateIPs, "Private IP addresses for writing."),
		attribute.Of("proxy_ips", &i.ProxyIPs, "IP addresses of the database proxy."),
		attribute.Of("readonly_private_ips", &i.ReadonlyPrivateIPs, "Private IP addresses for reading."),
		attribute.Of("public_ips", &i.PublicIPs, "Public IP addresses."),
		attribute.Of("port", &i.Port, "Port of the database, as a string."),
		attribute.Of("type", &i.Type, "Instance type: `Cluster`."),
		attribute.Of("region", &i.Region, "Region of the instance."),
		attribute.Object("datastore", i.Datastore, "Database of the instance. Null if the API does not return it.", func(i *taurusdb.InstanceDatastore) []attribute.Field {
			return []attribute.Field{
				attribute.Of("type", &i.Type, "Database engine, `gaussdb-mysql` or `GaussDB(for MySQL)` for example."),
				attribute.Of("version", &i.Version, "Version of the database engine."),
				attribute.Of("kernel_version", &i.KernelVersion, "Version of the database kernel."),
			}
		}),
		attribute.Of("created", &i.Created, "Time at which the instance was created."),
		attribute.Of("updated", &i.Updated, "Time at which the instance was updated."),
		attribute.Of("db_user_name", &i.DBUserName, "Name of the administrator account."),
		attribute.Of("vpc_id", &i.VPCID, "ID of the VPC."),
		attribute.Of("subnet_id", &i.SubnetID, "ID of the subnet."),
		attribute.Of("security_group_id", &i.SecurityGroupID, "ID of the security group."),
		attribute.Of("flavor_ref", &i.FlavorRef, "Specification code of the nodes."),
		attribute.Object("flavor_info", i.FlavorInfo, "Size of the nodes. Null if the API does not return it.", func(i *taurusdb.FlavorInfo) []attribute.Field {
			return []attribute.Field{
				attribute.Of("vcpus", &i.VCPUs, "Number of vCPUs, as a string."),
				attribute.Of("ram", &i.RAM, "Memory in GB, as a string."),
			}
		}),
		attribute.Object("volume", i.Volume, "Storage of the instance. Null if the API does not return it.", func(i *taurusdb.Volume) []attribute.Field {
			return []attribute.Field{
				attribute.Of("type", &i.Type, "Storage type."),
				attribute.Of("size", &i.Size, "Used storage in GB, as a string."),
			}
		}),
		attribute.Object("backup_strategy", i.BackupStrategy, "Automated backup of the instance. Null if the API does not return it.", func(i *taurusdb.BackupStrategy) []attribute.Field {
			return []attribute.Field{
				attribute.Of("start_time", &i.StartTime, "Backup window in UTC, in the form `hh:mm-HH:MM`."),
				attribute.Of("keep_days", &i.KeepDays, "Number of days for which backups are kept, as a string."),
			}
		}),
		attribute.Of("enterprise_project_id", &i.EnterpriseProjectID, "ID of the enterprise project."),
		attribute.Of("time_zone", &i.TimeZone, "Time zone of the instance, `UTC+08:00` for example."),
		attribute.Object("charge_info", i.ChargeInfo, "Billing of the instance. Null if the API does not return it.", func(i *taurusdb.ChargeInfo) []attribute.Field {
			return []attribute.Field{
				attribute.Of("charge_mode", &i.ChargeMode, "Billing mode: `prePaid` (yearly or monthly) or `postPaid` (pay-per-use)."),
				attribute.Of("period_type", &i.PeriodType, "Unit of the subscription period: `month` or `year`. Null for `postPaid`."),
				attribute.Of("period_num", &i.PeriodNum, "Length of the subscription period in `period_type`. Null for `postPaid`."),
				attribute.Of("is_auto_renew", &i.IsAutoRenew, "Whether the subscription is renewed automatically: the string `true` or `false`. Null for `postPaid`."),
				attribute.Of("is_auto_pay", &i.IsAutoPay, "Whether the subscription is paid automatically: the string `true` or `false`. Null for `postPaid`."),
			}
		}),
		attribute.Of("dedicated_resource_id", &i.DedicatedResourceID, "ID of the dedicated resource pool. Null outside of one."),
		attribute.Computed("tags", i.TagMap(), "Tags of the instance. Null if the API does not return them."),
	}
}

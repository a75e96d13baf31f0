# Which database instances have no backup plan, or only one that doesn't run?

terraform {
  required_version = ">= 1.5" # check blocks

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

# Credentials and the region come from the environment.
provider "cloudbackup" {}

variable "database_instances" {
  description = "Names of the database instances that need backups, by instance id."
  type        = map(string)
  nullable    = false
  default     = {}
}

# The instances can come from any provider instead, for example all of ApsaraDB RDS:
#
#   data "alicloud_db_instances" "all" {}
#
#   locals {
#     database_instances = { for i in data.alicloud_db_instances.all.instances : i.id => i.name }
#   }
locals {
  database_instances = var.database_instances
}

data "cloudbackup_dbs_backup_plans" "all" {}

locals {
  # A plan of a database outside the cloud has no instance.
  planned = toset(compact(data.cloudbackup_dbs_backup_plans.all.plans[*].source_endpoint_instance_id))
  running = toset(compact([
    for plan in data.cloudbackup_dbs_backup_plans.all.plans : plan.source_endpoint_instance_id
    if plan.backup_plan_status == "running"
  ]))

  without_plan    = { for id, name in local.database_instances : id => name if !contains(local.planned, id) }
  without_running = { for id, name in local.database_instances : id => name if contains(local.planned, id) && !contains(local.running, id) }
}

check "every_instance_has_a_plan" {
  assert {
    condition     = length(local.without_plan) == 0
    error_message = "Database instances without a backup plan: ${join(", ", values(local.without_plan))}."
  }
  assert {
    condition     = length(local.without_running) == 0
    error_message = "Database instances whose backup plans don't run: ${join(", ", values(local.without_running))}."
  }
}

output "instances_without_plan" {
  value = local.without_plan
}

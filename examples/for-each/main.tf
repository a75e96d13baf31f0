# Many plans and instances, in several regions and accounts. A region is chosen by
# each read, so one provider block serves all regions of an account; another account
# has another provider block.

terraform {
  required_version = ">= 1.3"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

# The account of the environment's credentials.
provider "cloudbackup" {}

# A second account, by its profile in the file of the Alibaba Cloud CLI.
provider "cloudbackup" {
  alias = "archive"

  alibabacloud = {
    profile = "archive"
  }
}

variable "dbs_regions" {
  description = "Regions whose backup plans are listed."
  type        = set(string)
  default     = ["cn-hangzhou", "cn-shanghai"]
  nullable    = false
}

variable "taurusdb_instances" {
  description = "Region of each TaurusDB instance, by instance id."
  type        = map(string)
  default     = {}
  nullable    = false
}

data "cloudbackup_dbs_backup_plans" "region" {
  for_each = var.dbs_regions

  region = each.key
}

data "cloudbackup_dbs_full_backups" "plan" {
  for_each = local.plans

  region         = each.value.region
  backup_plan_id = each.value.id
  summary_only   = true
}

data "cloudbackup_taurusdb_backups" "instance" {
  for_each = var.taurusdb_instances

  region       = each.value
  instance_id  = each.key
  summary_only = true
}

data "cloudbackup_dbs_backup_plans" "archive" {
  provider = cloudbackup.archive

  region       = "cn-shanghai"
  summary_only = true
}

locals {
  # The keys have the region, so that each is there once.
  plans = merge([
    for region, list in data.cloudbackup_dbs_backup_plans.region : {
      for plan in list.plans : "${region}/${plan.backup_plan_id}" => { region = region, id = plan.backup_plan_id }
    }
  ]...)
}

output "newest_good_backups" {
  description = "When the newest good backup of each plan and instance was made; null if it has none."
  value = merge(
    { for key, backups in data.cloudbackup_dbs_full_backups.plan : key => backups.latest_successful_time },
    { for id, backups in data.cloudbackup_taurusdb_backups.instance : "${var.taurusdb_instances[id]}/${id}" => backups.latest_successful_time },
  )
}

output "archive_plans_by_status" {
  value = data.cloudbackup_dbs_backup_plans.archive.counts_by_status
}

terraform {
  required_version = ">= 1.8"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

# Credentials come from the environment.
provider "cloudbackup" {}

module "backups" {
  source = "../backup-checks"

  dbs_regions      = var.dbs_regions
  taurusdb_regions = var.taurusdb_regions
  defaults         = var.defaults
  requirements     = var.requirements
}

# The backups that are drawn: all that started since the beginning of a day, so
# that the page does not change with each run.
locals {
  since = formatdate("YYYY-MM-DD'T'00:00:00Z", timeadd(plantimestamp(), "-${24 * var.history_days}h"))
}

data "cloudbackup_dbs_full_backups" "history" {
  for_each = {
    for item in module.backups.summary : "${item.cloud}/${item.region}/${item.id}" => item
    if item.kind == "dbs_backup_plan" && !item.ignored && var.history_days > 0
  }

  region         = each.value.region
  backup_plan_id = each.value.id
  started_after  = local.since
}

data "cloudbackup_taurusdb_project_backups" "history" {
  for_each = var.history_days > 0 ? var.taurusdb_regions : []

  region     = each.key
  begin_time = local.since
}

module "page" {
  source = "./page"

  summary      = module.backups.summary
  problems     = module.backups.problems
  generated_at = var.generated_at

  backups = merge(
    {
      for key, list in data.cloudbackup_dbs_full_backups.history : key => [
        for backup in list.backups : {
          id     = backup.backup_set_id
          status = backup.backup_status
          start  = try(coalesce(backup.start_time, backup.create_time), null)
          end    = try(coalesce(backup.finish_time, backup.end_time), null)
        }
      ]
    },
    [
      for region, list in data.cloudbackup_taurusdb_project_backups.history : {
        for backup in list.backups : "huaweicloud/${region}/${backup.instance_id}" => {
          id     = backup.id
          status = backup.status
          start  = backup.begin_time
          end    = backup.end_time
        }...
      }
    ]...
  )
}

output "report" {
  description = "A self-contained HTML page: terraform output -raw report > report.html"
  # Not a secret: this keeps the page out of every plan. "output -raw" prints it.
  sensitive = true
  value     = module.page.html
}

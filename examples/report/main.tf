terraform {
  required_version = ">= 1.3"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

# Credentials come from the environment. A cloud that no variable names is not
# read and needs none.
provider "cloudbackup" {}

data "cloudbackup_dbs_backup_plans" "region" {
  for_each = var.dbs_regions

  region = each.value
}

data "cloudbackup_dbs_full_backups" "plan" {
  for_each = local.plans

  region         = each.value.region
  backup_plan_id = each.value.backup_plan_id
}

data "cloudbackup_taurusdb_backups" "instance" {
  for_each = var.taurusdb_instances

  instance_id = each.key
  region      = each.value.region
}

locals {
  # One account's plan ids are unique in a region, so the region is in the key.
  plans = merge([
    for region, list in data.cloudbackup_dbs_backup_plans.region : {
      for plan in list.plans : "${region}/${plan.backup_plan_id}" => {
        region                  = region
        backup_plan_id          = plan.backup_plan_id
        backup_plan_name        = plan.backup_plan_name
        backup_plan_status      = plan.backup_plan_status
        backup_retention_period = plan.backup_retention_period
        database_type           = plan.database_type
        err_message             = plan.err_message
      }
    }
  ]...)

  # All that the page shows, and nothing that changes by itself: no time of
  # reading, no age.
  data = {
    regions = [
      for region, list in data.cloudbackup_dbs_backup_plans.region : {
        region   = region
        complete = list.complete
      }
    ]

    limits_without_row = setsubtract(keys(var.limits), concat(
      [for plan in local.plans : plan.backup_plan_id],
      keys(var.taurusdb_instances),
    ))

    rows = concat(
      [
        for key, list in data.cloudbackup_dbs_full_backups.plan : {
          service            = "dbs"
          region             = local.plans[key].region
          id                 = local.plans[key].backup_plan_id
          name               = local.plans[key].backup_plan_name
          status             = local.plans[key].backup_plan_status
          error              = local.plans[key].err_message
          database           = local.plans[key].database_type
          retention_days     = local.plans[key].backup_retention_period
          min_retention_days = coalesce(try(var.limits[local.plans[key].backup_plan_id].min_retention_days, null), var.min_retention_days)
          max_age            = coalesce(try(var.limits[local.plans[key].backup_plan_id].max_age, null), var.max_age)
          complete           = list.complete
          newest_good        = list.latest_successful_time
          oldest_good        = try(reverse([for backup in list.backups : backup.finish_time if backup.backup_status == "finish" && backup.finish_time != null])[0], null)
          counts             = list.counts_by_status
          backups = [
            for backup in slice(list.backups, 0, min(length(list.backups), var.backups_per_row)) : {
              id     = backup.backup_set_id
              status = backup.backup_status
              start  = try(coalesce(backup.start_time, backup.create_time), null)
              end    = try(coalesce(backup.finish_time, backup.end_time), null)
              error  = backup.err_message
            }
          ]
        }
      ],
      [
        for id, list in data.cloudbackup_taurusdb_backups.instance : {
          service = "taurusdb"
          region  = list.region
          id      = id
          name    = try(coalesce(var.taurusdb_instances[id].name, try(list.latest.instance_name, null)), null)
          # The list of backups tells neither the instance's status nor the
          # retention of its backup policy.
          status             = null
          error              = null
          database           = "TaurusDB"
          retention_days     = null
          min_retention_days = coalesce(try(var.limits[id].min_retention_days, null), var.min_retention_days)
          max_age            = coalesce(try(var.limits[id].max_age, null), var.max_age)
          complete           = list.complete
          newest_good        = list.latest_successful_time
          oldest_good        = try(reverse([for backup in list.backups : backup.created_at if backup.status == "COMPLETED" && backup.created_at != null])[0], null)
          counts             = list.counts_by_status
          backups = [
            for backup in slice(list.backups, 0, min(length(list.backups), var.backups_per_row)) : {
              id     = backup.id
              name   = backup.name
              status = backup.status
              start  = backup.created_at
              end    = backup.updated_at
              error  = null
            }
          ]
        }
      ],
    )
  }
}

data "cloudbackup_dbs_backup_plans" "region" {
  for_each = var.dbs_regions

  region = each.key
}

# Terraform evaluates a for_each once for each of its instances. With 1,000 plans, a
# map of strings takes a third of the time that a map of objects takes.
data "cloudbackup_dbs_full_backups" "plan" {
  for_each = local.plan_ids

  region         = split("/", each.key)[1]
  backup_plan_id = each.value
  summary_only   = true
}

data "cloudbackup_dbs_restore_ranges" "plan" {
  for_each = local.plan_ids_with_rpo

  region         = split("/", each.key)[1]
  backup_plan_id = each.value
}

data "cloudbackup_dbs_incremental_backups" "plan" {
  for_each = local.plan_ids_with_max_log_age

  region         = split("/", each.key)[1]
  backup_plan_id = each.value
  summary_only   = true
}

locals {
  dbs_plans = merge([
    for region, list in data.cloudbackup_dbs_backup_plans.region : {
      for plan in list.plans : "alibabacloud/${region}/${plan.backup_plan_id}" => {
        cloud          = "alibabacloud"
        region         = region
        kind           = "dbs_backup_plan"
        id             = plan.backup_plan_id
        name           = try(coalesce(plan.backup_plan_name), plan.backup_plan_id)
        engine         = plan.database_type
        status         = plan.backup_plan_status
        creating       = false
        running        = plan.backup_plan_status == "running"
        error          = plan.err_message
        retention_days = plan.backup_retention_period
        database       = plan.source_endpoint_instance_id
      }
    }
  ]...)

  plan_ids                  = tomap({ for key, item in local.checked : key => item.id if item.kind == "dbs_backup_plan" })
  plan_ids_with_rpo         = tomap({ for key, id in local.plan_ids : key => id if local.requirements[key].rpo != null })
  plan_ids_with_max_log_age = tomap({ for key, id in local.plan_ids : key => id if local.requirements[key].max_log_age != null })

  # The age of a backup counts from its end, and "newer" means that it started
  # later: a backup that failed before it started has a creation time only.
  dbs_backups = {
    for key, backups in data.cloudbackup_dbs_full_backups.plan : key => {
      complete = alltrue([
        backups.complete,
        try(data.cloudbackup_dbs_restore_ranges.plan[key].complete, true),
        try(data.cloudbackup_dbs_incremental_backups.plan[key].complete, true),
      ])
      latest_successful_id   = try(backups.latest_successful.backup_set_id, null)
      latest_successful_time = backups.latest_successful_time
      latest_failed_id       = try(backups.latest_failed.backup_set_id, null)
      latest_failed_time     = try(coalesce(backups.latest_failed.start_time, backups.latest_failed.create_time), null)
      latest_failed_message  = try(backups.latest_failed.err_message, null)
      failing = backups.latest_failed != null && try(timecmp(
        coalesce(backups.latest_failed.start_time, backups.latest_failed.create_time),
        coalesce(backups.latest_successful.start_time, backups.latest_successful.create_time),
      ) > 0, true)
      latest_restorable_time = try(data.cloudbackup_dbs_restore_ranges.plan[key].latest_time, null)
      latest_log_time        = try(data.cloudbackup_dbs_incremental_backups.plan[key].latest_time, null)
    }
  }
}

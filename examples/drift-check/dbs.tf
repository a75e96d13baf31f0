data "cloudbackup_dbs_backup_plans" "all" {}

# All backups of each plan, but only their counts and the latest of them.
data "cloudbackup_dbs_full_backups" "summary" {
  for_each = local.dbs_plans

  backup_plan_id = each.key
  summary_only   = true
}

data "cloudbackup_dbs_full_backups" "failed" {
  for_each = local.dbs_plans

  backup_plan_id = each.key
  backup_status  = "stop"
}

# What may be null gets a text here, as a message can't be made of a null.
locals {
  dbs_plans = {
    for plan in data.cloudbackup_dbs_backup_plans.all.plans : plan.backup_plan_id => {
      label          = coalesce(plan.backup_plan_name, plan.backup_plan_id)
      status         = coalesce(plan.backup_plan_status, "without a status")
      retention_days = plan.backup_retention_period
      agreed_days    = coalesce(try(var.dbs_plans[plan.backup_plan_id].retention_days, null), var.retention_days)
      max_age        = coalesce(try(var.dbs_plans[plan.backup_plan_id].max_age, null), var.max_age)
    }
    if !try(var.dbs_plans[plan.backup_plan_id].ignored, false)
  }

  dbs_not_running = [for plan in local.dbs_plans : "${plan.label} (${plan.status})" if plan.status != "running"]

  dbs_missing = setsubtract(keys(var.dbs_plans), [
    for plan in data.cloudbackup_dbs_backup_plans.all.plans : plan.backup_plan_id
  ])

  dbs_other_retention = [
    for plan in local.dbs_plans : format("%s (%s instead of %d days)", plan.label, coalesce(plan.retention_days, "unknown"), plan.agreed_days)
    if plan.retention_days != plan.agreed_days
  ]

  dbs_too_old = [
    for id, backups in data.cloudbackup_dbs_full_backups.summary : format("%s (%s)", local.dbs_plans[id].label, (
      backups.latest_successful_time != null ? "finished ${backups.latest_successful_time}, limit ${local.dbs_plans[id].max_age}" :
      backups.latest_successful != null ? "the newest has no finish time" :
      backups.latest == null ? "no backups at all" :
      backups.counts_by_status["running"] > 0 ? "none has succeeded, one is running" : "none has succeeded"
    ))
    if provider::cloudbackup::older_than(backups.latest_successful_time, local.dbs_plans[id].max_age, plantimestamp())
  ]

  # A backup that failed before it started has no start time, and one without any
  # time counts as new.
  dbs_failures = {
    for id, failed in data.cloudbackup_dbs_full_backups.failed : id => [
      for backup in failed.backups : coalesce(backup.err_message, "no message")
      if !provider::cloudbackup::older_than(
        try(coalesce(backup.start_time, backup.create_time), plantimestamp()), var.failure_window, plantimestamp()
      )
    ]
  }
  dbs_failing = [
    for id, messages in local.dbs_failures : "${local.dbs_plans[id].label} (${length(messages)}, the last: ${messages[0]})"
    if length(messages) > 0
  ]
}

check "dbs_plans_running" {
  assert {
    condition     = length(local.dbs_not_running) == 0
    error_message = "DBS plans that don't run: ${join(", ", local.dbs_not_running)}."
  }
  assert {
    condition     = length(local.dbs_missing) == 0
    error_message = "DBS plans that are agreed on and don't exist: ${join(", ", local.dbs_missing)}."
  }
}

check "dbs_backups_young_enough" {
  assert {
    condition     = length(local.dbs_too_old) == 0
    error_message = "DBS plans without a young enough good backup: ${join(", ", local.dbs_too_old)}."
  }
}

check "dbs_retention_as_agreed" {
  assert {
    condition     = length(local.dbs_other_retention) == 0
    error_message = "DBS plans with another retention: ${join(", ", local.dbs_other_retention)}."
  }
}

check "dbs_backups_succeed" {
  assert {
    condition     = length(local.dbs_failing) == 0
    error_message = "DBS plans with failed backups in the last ${var.failure_window}: ${join(", ", local.dbs_failing)}."
  }
}

output "dbs_newest_good_backups" {
  description = "Finish time of the newest good backup of each DBS plan, by plan id; null if it has none."
  value       = { for id, backups in data.cloudbackup_dbs_full_backups.summary : id => backups.latest_successful_time }
}

variable "backup_plan_id" {
  description = "DBS backup plan whose backup is restored."
  type        = string
}

data "cloudbackup_dbs_full_backups" "source" {
  backup_plan_id = var.backup_plan_id
  backup_status  = "finish"
}

data "cloudbackup_dbs_restore_ranges" "source" {
  backup_plan_id = var.backup_plan_id
}

locals {
  # Newest first. A backup that was still running at that time may contain later data.
  dbs_candidates = [
    for backup in data.cloudbackup_dbs_full_backups.source.backups : backup
    if try(timecmp(backup.finish_time, var.restore_time) < 0, false)
  ]
  dbs_backup = try(local.dbs_candidates[0], null)
  # A range of the type "point" is one full backup.
  dbs_restorable = anytrue([
    for range in data.cloudbackup_dbs_restore_ranges.source.ranges :
    timecmp(range.begin_timestamp_for_restore, var.restore_time) <= 0 && timecmp(var.restore_time, range.end_timestamp_for_restore) <= 0
    if range.range_type == "range"
  ])
}

# No provider has a resource that restores a DBS backup. These are the parameters
# of the API operation CreateRestoreTask.
output "dbs_restore" {
  value = {
    BackupPlanId = var.backup_plan_id
    BackupSetId  = var.point_in_time ? null : try(local.dbs_backup.backup_set_id, null)
    RestoreTime  = var.point_in_time ? local.restore_time_ms : null
  }

  precondition {
    condition     = data.cloudbackup_dbs_full_backups.source.complete
    error_message = "The list of backups of ${var.backup_plan_id} could not be verified as complete, so a newer one may be missing. Run the plan again."
  }
  precondition {
    condition     = var.point_in_time || local.dbs_backup != null
    error_message = "${var.backup_plan_id} has no successful backup that finished before ${var.restore_time}."
  }
  precondition {
    condition     = !var.point_in_time || local.dbs_restorable
    error_message = "${var.backup_plan_id} cannot be restored to ${var.restore_time}: no restore range contains it."
  }
}

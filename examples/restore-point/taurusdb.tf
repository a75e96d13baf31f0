variable "source_instance_id" {
  description = "TaurusDB instance whose backup is restored."
  type        = string
}

variable "target_instance_id" {
  description = "TaurusDB instance to restore to. Its data is overwritten."
  type        = string
}

data "cloudbackup_taurusdb_project_backups" "source" {
  instance_id = var.source_instance_id
  status      = "COMPLETED"
}

data "cloudbackup_taurusdb_restore_ranges" "source" {
  instance_id = var.source_instance_id
}

locals {
  # Newest first. A backup that was still running at that time may contain later data.
  taurusdb_candidates = [
    for backup in data.cloudbackup_taurusdb_project_backups.source.backups : backup
    if try(timecmp(backup.end_time, var.restore_time) < 0, false)
  ]
  taurusdb_backup = try(local.taurusdb_candidates[0], null)
  taurusdb_restorable = anytrue([
    for range in data.cloudbackup_taurusdb_restore_ranges.source.ranges :
    timecmp(range.start_time, var.restore_time) <= 0 && timecmp(var.restore_time, range.end_time) <= 0
  ])
}

resource "huaweicloud_taurusdb_restore" "this" {
  source_instance_id = var.source_instance_id
  target_instance_id = var.target_instance_id
  type               = var.point_in_time ? "timestamp" : "backup"
  backup_id          = var.point_in_time ? null : try(local.taurusdb_backup.id, null)
  restore_time       = var.point_in_time ? local.restore_time_ms : null

  lifecycle {
    # A change of any argument replaces the resource, which restores again. This makes
    # it an error, also if the chosen backup was deleted and an older one is left.
    prevent_destroy = true

    precondition {
      condition     = data.cloudbackup_taurusdb_project_backups.source.complete
      error_message = "The list of backups of ${var.source_instance_id} could not be verified as complete, so a newer one may be missing. Run the plan again."
    }
    precondition {
      condition     = var.point_in_time || local.taurusdb_backup != null
      error_message = "${var.source_instance_id} has no successful backup that finished before ${var.restore_time}."
    }
    precondition {
      condition     = !var.point_in_time || local.taurusdb_restorable
      error_message = "${var.source_instance_id} cannot be restored to ${var.restore_time}: no restore range contains it."
    }
  }
}

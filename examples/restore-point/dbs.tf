variable "backup_plan_id" {
  description = "DBS plan whose backup is restored."
  type        = string
}

data "cloudbackup_dbs_full_backups" "before" {
  backup_plan_id = var.backup_plan_id
  started_before = var.before
  backup_status  = "finish"
}

locals {
  # A backup that was still running at that time may have what came after it.
  dbs_candidates = [
    for backup in data.cloudbackup_dbs_full_backups.before.backups : backup
    if var.before == null || try(timecmp(backup.finish_time, var.before) < 0, false)
  ]
  dbs_restore_point = try(local.dbs_candidates[0], null) # newest first
}

# Stands for the resource that restores.
resource "terraform_data" "dbs_restore" {
  input = {
    backup_set_id = try(local.dbs_restore_point.backup_set_id, null)
    finished      = try(local.dbs_restore_point.finish_time, null)
    bytes         = try(local.dbs_restore_point.backup_size, null)
  }

  lifecycle {
    precondition {
      condition     = data.cloudbackup_dbs_full_backups.before.complete
      error_message = "The list of backups of ${var.backup_plan_id} changed while it was read, so a newer one may be missing. Run the plan again."
    }
    precondition {
      condition     = local.dbs_restore_point != null
      error_message = "${var.backup_plan_id} has no good backup${var.before == null ? "" : " that was over before ${var.before}"}."
    }
  }
}

output "dbs_restore_point" {
  value = terraform_data.dbs_restore.output
}

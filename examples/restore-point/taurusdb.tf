variable "instance_id" {
  description = "TaurusDB instance whose backup is restored."
  type        = string
}

data "cloudbackup_taurusdb_backups" "before" {
  instance_id    = var.instance_id
  created_before = var.before
  status         = "COMPLETED"
}

locals {
  # A backup was over when it was last updated.
  taurusdb_candidates = [
    for backup in data.cloudbackup_taurusdb_backups.before.backups : backup
    if var.before == null || try(timecmp(backup.updated_at, var.before) < 0, false)
  ]
  taurusdb_restore_point = try(local.taurusdb_candidates[0], null) # newest first
}

# Stands for the resource that restores.
resource "terraform_data" "taurusdb_restore" {
  input = {
    backup_id = try(local.taurusdb_restore_point.id, null)
    created   = try(local.taurusdb_restore_point.created_at, null)
    bytes     = try(local.taurusdb_restore_point.size_bytes, null)
  }

  lifecycle {
    precondition {
      condition     = data.cloudbackup_taurusdb_backups.before.complete
      error_message = "The list of backups of ${var.instance_id} changed while it was read, so a newer one may be missing. Run the plan again."
    }
    precondition {
      condition     = local.taurusdb_restore_point != null
      error_message = "${var.instance_id} has no good backup${var.before == null ? "" : " that was over before ${var.before}"}."
    }
  }
}

output "taurusdb_restore_point" {
  value = terraform_data.taurusdb_restore.output
}

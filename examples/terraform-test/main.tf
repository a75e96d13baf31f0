# A module of one's own, small enough for an example. How to test it is in tests/.

terraform {
  # Provider functions came with Terraform 1.8 and OpenTofu 1.7.
  required_version = ">= 1.7"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

variable "backup_plan_id" {
  type = string
}

variable "instance_id" {
  type = string
}

data "cloudbackup_dbs_full_backups" "plan" {
  backup_plan_id = var.backup_plan_id
  summary_only   = true
}

data "cloudbackup_taurusdb_backups" "instance" {
  instance_id  = var.instance_id
  summary_only = true
}

check "plan_has_a_young_backup" {
  assert {
    condition     = !provider::cloudbackup::older_than(data.cloudbackup_dbs_full_backups.plan.latest_successful_time, "26h", plantimestamp())
    error_message = "The plan has no good backup of the last 26 hours."
  }
}

check "instance_has_a_young_backup" {
  assert {
    condition     = !provider::cloudbackup::older_than(data.cloudbackup_taurusdb_backups.instance.latest_successful_time, "26h", plantimestamp())
    error_message = "The instance has no good backup of the last 26 hours."
  }
}

output "newest_good_backup" {
  value = data.cloudbackup_dbs_full_backups.plan.latest_successful
}

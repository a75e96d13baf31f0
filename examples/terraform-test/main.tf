# A small module of your own. Its tests are in tests/.

terraform {
  # Provider functions need Terraform 1.8 or OpenTofu 1.7.
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

variable "instance_tags" {
  type = map(string)
}

data "cloudbackup_dbs_full_backups" "plan" {
  backup_plan_id = var.backup_plan_id
  summary_only   = true
}

data "cloudbackup_taurusdb_instances" "tagged" {
  tags = var.instance_tags
}

data "cloudbackup_taurusdb_project_backups" "all" {
  summary_only = true
}

check "plan_has_a_recent_backup" {
  assert {
    condition     = !provider::cloudbackup::older_than(data.cloudbackup_dbs_full_backups.plan.latest_successful_time, "26h", plantimestamp())
    error_message = "The plan has no successful backup of the last 26 hours."
  }
}

check "instances_have_recent_backups" {
  assert {
    condition = alltrue([
      for instance in data.cloudbackup_taurusdb_instances.tagged.instances : !provider::cloudbackup::older_than(
        lookup(data.cloudbackup_taurusdb_project_backups.all.latest_successful_time_by_instance, instance.id, null),
        "26h", plantimestamp()
      )
    ])
    error_message = "An instance has no successful backup of the last 26 hours."
  }
}

output "latest_successful" {
  value = data.cloudbackup_dbs_full_backups.plan.latest_successful
}

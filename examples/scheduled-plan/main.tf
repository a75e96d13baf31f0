# The plan that a pipeline runs on a schedule. What is not as agreed is an error
# here, so that the plan fails; check blocks only warn.

terraform {
  # Provider functions came with Terraform 1.8 and OpenTofu 1.7.
  required_version = ">= 1.7"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }

  # A backend of your own goes here: what the outputs are compared with has to be
  # kept from run to run.
}

# Credentials and regions come from the environment.
provider "cloudbackup" {}

data "cloudbackup_dbs_backup_plans" "all" {
  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "The list of backup plans changed while it was read, again and again. Run the plan again."
    }
  }
}

data "cloudbackup_dbs_full_backups" "plan" {
  for_each = local.plans

  backup_plan_id = each.key
  summary_only   = true

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "The list of backups of ${each.value.name} changed while it was read, again and again. Run the plan again."
    }
    postcondition {
      condition     = !provider::cloudbackup::older_than(self.latest_successful_time, var.max_age, plantimestamp())
      error_message = "${each.value.name} has no good backup younger than ${var.max_age}; the newest finished: ${coalesce(self.latest_successful_time, "never")}."
    }
  }
}

data "cloudbackup_dbs_full_backups" "failed" {
  for_each = local.plans

  backup_plan_id = each.key
  backup_status  = "stop"

  lifecycle {
    # A backup that failed before it started has no start time, and one without any
    # time counts as new.
    postcondition {
      condition = alltrue([
        for backup in self.backups : provider::cloudbackup::older_than(
          try(coalesce(backup.start_time, backup.create_time), plantimestamp()), var.max_age, plantimestamp()
        )
      ])
      error_message = "A backup of ${each.value.name} failed in the last ${var.max_age}: ${try(coalesce(self.backups[0].err_message), "no message")}."
    }
  }
}

data "cloudbackup_taurusdb_backups" "instance" {
  for_each = var.taurusdb_instance_ids

  instance_id  = each.key
  summary_only = true

  lifecycle {
    postcondition {
      condition     = self.complete
      error_message = "The list of backups of ${each.key} changed while it was read, again and again. Run the plan again."
    }
    postcondition {
      condition     = !provider::cloudbackup::older_than(self.latest_successful_time, var.max_age, plantimestamp())
      error_message = "${each.key} has no good backup younger than ${var.max_age}; the newest was created: ${coalesce(self.latest_successful_time, "never")}."
    }
  }
}

data "cloudbackup_taurusdb_backups" "failed" {
  for_each = var.taurusdb_instance_ids

  instance_id = each.key
  status      = "FAILED"

  lifecycle {
    postcondition {
      condition = alltrue([
        for backup in self.backups : provider::cloudbackup::older_than(
          try(coalesce(backup.created_at), plantimestamp()), var.max_age, plantimestamp()
        )
      ])
      error_message = "A backup of ${each.key} failed in the last ${var.max_age}: ${try(coalesce(self.backups[0].name), "no name")}."
    }
  }
}

locals {
  plans = {
    for plan in data.cloudbackup_dbs_backup_plans.all.plans : plan.backup_plan_id => {
      name           = coalesce(plan.backup_plan_name, plan.backup_plan_id)
      status         = plan.backup_plan_status
      retention_days = plan.backup_retention_period
    }
  }
  not_running = [for plan in local.plans : plan.name if plan.status != "running"]
  too_short   = [for plan in local.plans : plan.name if try(plan.retention_days < var.retention_days, true)]
}

# What shows as a change (exit status 2) when somebody adds, renames, stops or
# changes a plan, and stays the same when only a new backup is made. These
# conditions stand here and not at the list of plans, as an error there would
# keep the backups from being looked at.
output "plans" {
  value = local.plans

  precondition {
    condition     = length(local.not_running) == 0
    error_message = "Backup plans that don't run: ${join(", ", local.not_running)}."
  }
  precondition {
    condition     = length(local.too_short) == 0
    error_message = "Backup plans that keep their backups for less than ${var.retention_days} days: ${join(", ", local.too_short)}."
  }
}

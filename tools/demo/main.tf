# What make demo applies: all three data sources, and what a person would want
# to see of them.

terraform {
  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

variable "instance_ids" { type = list(string) }

# Keys, regions and endpoints come from the environment.
provider "cloudbackup" {}

data "cloudbackup_dbs_backup_plans" "all" {}

data "cloudbackup_dbs_full_backups" "of" {
  for_each       = toset(data.cloudbackup_dbs_backup_plans.all.ids)
  backup_plan_id = each.key
}

data "cloudbackup_taurusdb_backups" "of" {
  for_each    = toset(var.instance_ids)
  instance_id = each.key
}

output "plans" {
  description = "Each backup plan, with its newest good backup."
  value = join("\n", concat(
    [format("%-22s %-11s %-10s %9s  %s", "BACKUP PLAN", "STATUS", "DATABASE", "RETENTION", "NEWEST GOOD BACKUP")],
    [for p in data.cloudbackup_dbs_backup_plans.all.plans : format("%-22s %-11s %-10s %4d days  %s",
      p.backup_plan_name, p.backup_plan_status, p.database_type, p.backup_retention_period,
      coalesce(data.cloudbackup_dbs_full_backups.of[p.backup_plan_id].latest_successful_time, "none"),
    )],
  ))
}

output "full_backups" {
  description = "The newest full backup of each plan, whatever became of it."
  value = join("\n", concat(
    [format("%-22s %-9s %-21s %10s", "NEWEST FULL BACKUP OF", "STATUS", "STARTED", "SIZE")],
    [for p in data.cloudbackup_dbs_backup_plans.all.plans : format("%-22s %-9s %-21s %10s",
      p.backup_plan_name,
      try(data.cloudbackup_dbs_full_backups.of[p.backup_plan_id].latest.backup_status, "-"),
      try(coalesce(data.cloudbackup_dbs_full_backups.of[p.backup_plan_id].latest.start_time), "-"),
      try(format("%.1f MiB", data.cloudbackup_dbs_full_backups.of[p.backup_plan_id].latest.backup_size / 1048576), "-"),
    )],
  ))
}

output "taurusdb" {
  description = "The newest backups of each TaurusDB instance."
  value = join("\n", concat(
    [format("%-22s %-10s %-21s %10s", "TAURUSDB INSTANCE", "STATUS", "CREATED", "SIZE")],
    flatten([for b in data.cloudbackup_taurusdb_backups.of : [for x in slice(b.backups, 0, min(3, length(b.backups))) : format("%-22s %-10s %-21s %10s",
      x.instance_name, x.status, coalesce(x.created_at, "-"), try(format("%.1f MiB", x.size_bytes / 1048576), "-"),
    )]]),
  ))
}

output "complete" {
  description = "Whether every list was proven complete."
  value = alltrue(concat(
    [data.cloudbackup_dbs_backup_plans.all.complete],
    [for b in data.cloudbackup_dbs_full_backups.of : b.complete],
    [for b in data.cloudbackup_taurusdb_backups.of : b.complete],
  ))
}

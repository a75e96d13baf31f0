# "make demo" applies this: the state of all backups of two accounts.

terraform {
  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

# Credentials, regions and endpoints come from the environment.
provider "cloudbackup" {}

data "cloudbackup_dbs_backup_plans" "all" {}

data "cloudbackup_dbs_full_backups" "of" {
  for_each       = toset(data.cloudbackup_dbs_backup_plans.all.ids)
  backup_plan_id = each.key
}

data "cloudbackup_taurusdb_instances" "all" {}

data "cloudbackup_taurusdb_project_backups" "all" {}

data "cloudbackup_taurusdb_restore_ranges" "of" {
  for_each    = toset(data.cloudbackup_taurusdb_instances.all.ids)
  instance_id = each.key
}

output "plans" {
  description = "Each DBS backup plan with its latest full backups."
  value = join("\n", concat(
    [format("%-20s %-11s %9s  %-21s %s", "DBS BACKUP PLAN", "STATUS", "RETENTION", "LATEST SUCCESSFUL", "LATEST BACKUP")],
    [for plan in data.cloudbackup_dbs_backup_plans.all.plans : format("%-20s %-11s %4d days  %-21s %s",
      plan.backup_plan_name, plan.backup_plan_status, plan.backup_retention_period,
      coalesce(data.cloudbackup_dbs_full_backups.of[plan.backup_plan_id].latest_successful_time, "none"),
      try(data.cloudbackup_dbs_full_backups.of[plan.backup_plan_id].latest.backup_status, "none"),
    )],
  ))
}

output "instances" {
  description = "Each TaurusDB instance with its latest full backups and its latest restorable time."
  value = join("\n", concat(
    [format("%-20s %-11s %-21s %-14s %s", "TAURUSDB INSTANCE", "STATUS", "LATEST SUCCESSFUL", "LATEST BACKUP", "RESTORABLE UNTIL")],
    [for instance in data.cloudbackup_taurusdb_instances.all.instances : format("%-20s %-11s %-21s %-14s %s",
      instance.name, instance.status,
      lookup(data.cloudbackup_taurusdb_project_backups.all.latest_successful_time_by_instance, instance.id, "none"),
      try(data.cloudbackup_taurusdb_project_backups.all.latest_by_instance[instance.id].status, "none"),
      coalesce(data.cloudbackup_taurusdb_restore_ranges.of[instance.id].latest_time, "none"),
    )],
  ))
}

output "complete" {
  description = "Whether every list was verified as complete."
  value = alltrue(concat(
    [data.cloudbackup_dbs_backup_plans.all.complete, data.cloudbackup_taurusdb_instances.all.complete, data.cloudbackup_taurusdb_project_backups.all.complete],
    [for list in data.cloudbackup_dbs_full_backups.of : list.complete],
    [for list in data.cloudbackup_taurusdb_restore_ranges.of : list.complete],
  )) ? "Every list was verified as complete." : "A list could not be verified as complete."
}

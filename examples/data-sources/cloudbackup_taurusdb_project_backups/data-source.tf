data "cloudbackup_taurusdb_instances" "all" {}

data "cloudbackup_taurusdb_project_backups" "all" {
  summary_only = true
}

# Two reads check every instance of the project, including instances without any
# backup. Functions need Terraform 1.8 or OpenTofu 1.7.
locals {
  instances_without_recent_backup = [
    for instance in data.cloudbackup_taurusdb_instances.all.instances : coalesce(instance.name, instance.id)
    if provider::cloudbackup::older_than(
      lookup(data.cloudbackup_taurusdb_project_backups.all.latest_successful_time_by_instance, instance.id, null),
      "26h", plantimestamp()
    )
  ]
}

check "every_instance_has_a_recent_backup" {
  assert {
    condition     = length(local.instances_without_recent_backup) == 0
    error_message = "No successful backup in the last 26 hours: ${join(", ", local.instances_without_recent_backup)}."
  }
}

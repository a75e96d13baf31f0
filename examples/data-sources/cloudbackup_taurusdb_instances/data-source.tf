data "cloudbackup_taurusdb_instances" "all" {}

locals {
  # backup_strategy.keep_days is a string in the API.
  instances_with_short_retention = [
    for instance in data.cloudbackup_taurusdb_instances.all.instances : coalesce(instance.name, instance.id)
    if try(tonumber(instance.backup_strategy.keep_days) < 7, true)
  ]
}

check "every_instance_keeps_backups" {
  assert {
    condition     = length(local.instances_with_short_retention) == 0
    error_message = "Backups are kept for less than 7 days: ${join(", ", local.instances_with_short_retention)}."
  }
}

output "instance_ids" {
  value = data.cloudbackup_taurusdb_instances.all.ids
}

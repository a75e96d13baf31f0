data "cloudbackup_taurusdb_backups" "orders" {
  instance_id  = "61a4ea66210545909d74a05c27a7179ein07"
  summary_only = true
}

# Warns if the latest successful backup was created more than 26 hours ago, and if
# there is none. Functions need Terraform 1.8 or OpenTofu 1.7.
check "orders_backup" {
  assert {
    condition = !provider::cloudbackup::older_than(
      data.cloudbackup_taurusdb_backups.orders.latest_successful_time, "26h", plantimestamp()
    )
    error_message = "No successful backup of orders was created in the last 26 hours."
  }
}

# The backup that was created by hand before a migration.
data "cloudbackup_taurusdb_backups" "before_migration" {
  instance_id  = "61a4ea66210545909d74a05c27a7179ein07"
  name_regex   = "^before-migration$"
  summary_only = true
}

output "before_migration" {
  value = try(data.cloudbackup_taurusdb_backups.before_migration.latest_successful.id, null)
}

data "cloudbackup_taurusdb_backup_policy" "orders" {
  instance_id = "61a4ea66210545909d74a05c27a7179ein07"
}

check "orders_backup_policy" {
  assert {
    condition     = try(data.cloudbackup_taurusdb_backup_policy.orders.keep_days >= 7, false)
    error_message = "Backups of orders must be kept for at least 7 days."
  }
  assert {
    condition     = try(length(data.cloudbackup_taurusdb_backup_policy.orders.days) == 7, false)
    error_message = "Orders must be backed up on every day of the week."
  }
}

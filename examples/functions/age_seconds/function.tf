data "cloudbackup_taurusdb_backups" "orders" {
  instance_id  = "61a4ea66210545909d74a05c27a7179ein07"
  summary_only = true
}

locals {
  # Null if there is no successful backup. Use an age in conditions and messages
  # only: as an output, it would change in every plan.
  orders_age_hours = try(provider::cloudbackup::age_seconds(
    data.cloudbackup_taurusdb_backups.orders.latest_successful_time, plantimestamp()
  ) / 3600, null)
}

check "orders_backup_age" {
  assert {
    condition     = try(local.orders_age_hours <= 26, false)
    error_message = try("The latest successful backup of orders is ${floor(local.orders_age_hours)} hours old.", "There is no successful backup of orders.")
  }
}

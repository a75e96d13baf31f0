data "cloudbackup_taurusdb_backups" "orders" {
  instance_id = "61a4ea66210545909d74a05c27a7179ein07"
  status      = "COMPLETED"
}

output "good_backups" {
  value = {
    for backup in data.cloudbackup_taurusdb_backups.orders.backups : backup.id => {
      name       = backup.name
      created_at = backup.created_at
      size_bytes = backup.size_bytes
    }
  }
}

output "newest_good_backup_time" {
  value = data.cloudbackup_taurusdb_backups.orders.latest_successful_time
}

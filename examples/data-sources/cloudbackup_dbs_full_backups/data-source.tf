data "cloudbackup_dbs_full_backups" "orders" {
  backup_plan_id = "dbs1ordersmysql"
}

# The backup to restore from: the newest that succeeded, or null.
output "newest_good_backup" {
  value = data.cloudbackup_dbs_full_backups.orders.latest_successful
}

output "failed_backups" {
  value = {
    for backup in data.cloudbackup_dbs_full_backups.orders.backups : backup.backup_set_id => backup.err_message
    if backup.backup_status == "stop"
  }
}

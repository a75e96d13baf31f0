data "cloudbackup_dbs_full_backups" "orders" {
  backup_plan_id = "dbs1ordersmysql"
  summary_only   = true
}

# Warns if the latest successful backup is older than 26 hours, and if there is no
# successful backup: a null timestamp is older than any duration.
check "orders_backup_age" {
  assert {
    condition = !provider::cloudbackup::older_than(
      data.cloudbackup_dbs_full_backups.orders.latest_successful_time, "26h", plantimestamp()
    )
    error_message = "The latest successful backup of orders is older than 26 hours, or there is none."
  }
}

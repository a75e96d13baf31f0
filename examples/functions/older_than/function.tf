data "cloudbackup_dbs_full_backups" "orders" {
  backup_plan_id = "dbs1ordersmysql"
  summary_only   = true
}

# A warning of every plan and apply while the newest good backup is more than 26
# hours old, or there is none.
check "orders_backup_age" {
  assert {
    condition = !provider::cloudbackup::older_than(
      data.cloudbackup_dbs_full_backups.orders.latest_successful_time, "26h", plantimestamp()
    )
    error_message = "The newest good backup of orders is older than 26 hours, or there is none."
  }
}

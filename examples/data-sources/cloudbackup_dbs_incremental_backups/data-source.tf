data "cloudbackup_dbs_incremental_backups" "orders" {
  backup_plan_id = "dbs1ordersmysql"
  summary_only   = true
}

# A recovery point objective (RPO) of one hour: the log backups must reach to
# within one hour of now. Functions need Terraform 1.8 or OpenTofu 1.7.
check "orders_log_backup" {
  assert {
    condition = !provider::cloudbackup::older_than(
      data.cloudbackup_dbs_incremental_backups.orders.latest_time, "1h", plantimestamp()
    )
    error_message = "The log backups of orders end more than one hour ago, or there are none."
  }
}

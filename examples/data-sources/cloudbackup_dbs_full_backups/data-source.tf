data "cloudbackup_dbs_full_backups" "orders" {
  backup_plan_id = "dbs1ordersmysql"
  summary_only   = true
}

# Warns if the latest successful backup finished more than 26 hours ago, and if
# there is none. Functions need Terraform 1.8 or OpenTofu 1.7.
check "orders_full_backup" {
  assert {
    condition = !provider::cloudbackup::older_than(
      data.cloudbackup_dbs_full_backups.orders.latest_successful_time, "26h", plantimestamp()
    )
    error_message = "No full backup of orders finished successfully in the last 26 hours."
  }
}

output "orders_last_failure" {
  value = try(data.cloudbackup_dbs_full_backups.orders.latest_failed.err_message, null)
}

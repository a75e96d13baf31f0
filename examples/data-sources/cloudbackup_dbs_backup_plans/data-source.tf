data "cloudbackup_dbs_backup_plans" "mysql" {
  name_regex = "-mysql$"
}

output "mysql_plans" {
  value = {
    for plan in data.cloudbackup_dbs_backup_plans.mysql.plans : plan.backup_plan_id => {
      name           = plan.backup_plan_name
      status         = plan.backup_plan_status
      retention_days = plan.backup_retention_period
      restorable_to  = plan.end_timestamp_for_restore
    }
  }
}

# How many plans run, stopped, or never started: {running = 1, stop = 0, ...}
output "mysql_plans_by_status" {
  value = data.cloudbackup_dbs_backup_plans.mysql.counts_by_status
}

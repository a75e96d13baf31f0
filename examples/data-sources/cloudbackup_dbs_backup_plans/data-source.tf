data "cloudbackup_dbs_backup_plans" "mysql" {
  name_regex = "-mysql$"
}

check "mysql_plans_run" {
  assert {
    condition = alltrue([
      for plan in data.cloudbackup_dbs_backup_plans.mysql.plans : plan.backup_plan_status == "running"
    ])
    error_message = "Backup plans that are not running: ${join(", ", [
      for plan in data.cloudbackup_dbs_backup_plans.mysql.plans :
      "${plan.backup_plan_id} (${coalesce(plan.backup_plan_status, "no status")})" if plan.backup_plan_status != "running"
    ])}."
  }
}

output "mysql_retention_days" {
  value = {
    for plan in data.cloudbackup_dbs_backup_plans.mysql.plans : plan.backup_plan_id => plan.backup_retention_period
  }
}

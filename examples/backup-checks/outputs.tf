output "problems" {
  description = "Every problem: cloud, region, kind (dbs_backup_plan, taurusdb_instance, region, database, requirement), id, name, problem, detail. Empty if there is none."
  value       = local.problems

  precondition {
    condition     = length(var.dbs_regions) + length(var.taurusdb_regions) > 0
    error_message = "Nothing is checked: set dbs_regions, taurusdb_regions, or both."
  }
}

output "summary" {
  description = "Every plan and instance, with its requirements and latest backups. It changes when a plan, an instance or its latest backup does, and not with time."
  value = [
    for item in local.items : {
      cloud                  = item.cloud
      region                 = item.region
      kind                   = item.kind
      id                     = item.id
      name                   = item.name
      engine                 = item.engine
      status                 = item.status
      running                = item.running
      error                  = item.error
      ignored                = item.ignored
      max_age                = item.max_age
      rpo                    = item.rpo
      max_log_age            = item.max_log_age
      min_retention_days     = item.min_retention_days
      retention_days         = item.retention_days
      latest_successful_id   = item.latest_successful_id
      latest_successful_time = item.latest_successful_time
      latest_failed_id       = item.latest_failed_id
      latest_failed_time     = item.latest_failed_time
      latest_failed_message  = item.latest_failed_message
      failing                = item.failing
      complete               = item.complete
    }
  ]
}

output "restore_times" {
  description = "Latest restorable time and end of the latest log backup of each plan and instance that has an rpo or a max_log_age. They change every few minutes, so a root output of them is a change in almost every plan."
  value = [
    for item in [for key in keys(local.checked) : local.items[key]] : {
      cloud                  = item.cloud
      region                 = item.region
      kind                   = item.kind
      id                     = item.id
      name                   = item.name
      rpo                    = item.rpo
      max_log_age            = item.max_log_age
      latest_restorable_time = item.latest_restorable_time
      latest_log_time        = item.latest_log_time
    }
    if item.rpo != null || item.max_log_age != null
  ]
}

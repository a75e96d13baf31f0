locals {
  regions = concat(
    [
      for region, list in data.cloudbackup_dbs_backup_plans.region : {
        cloud    = "alibabacloud"
        region   = region
        things   = "DBS backup plans"
        complete = list.complete
      }
    ],
    [
      for region, list in data.cloudbackup_taurusdb_instances.region : {
        cloud  = "huaweicloud"
        region = region
        things = "TaurusDB instances"
        complete = alltrue([
          list.complete,
          data.cloudbackup_taurusdb_project_backups.region[region].complete,
          data.cloudbackup_taurusdb_project_backups.failed[region].complete,
        ])
      }
    ],
  )

  # The rules, one for each problem: null if it is met, or what is wrong. There are
  # no ages in it, so that a problem that lasts does not change.
  region_problems = flatten([
    for region in local.regions : [
      for problem, detail in {
        list_incomplete = region.complete ? null : "the list of ${region.things} or of their backups could not be verified as complete"
        nothing_checked = (
          anytrue([for item in local.checked : item.cloud == region.cloud && item.region == region.region]) ? null :
          anytrue([for item in local.found : item.cloud == region.cloud && item.region == region.region]) ?
          "all ${region.things} are ignored or being created" : "there are no ${region.things}"
        )
      } : { cloud = region.cloud, region = region.region, kind = "region", id = region.region, name = region.region, problem = problem, detail = detail }
      if detail != null
    ]
  ])

  item_problems = flatten([
    for item in [for key in keys(local.checked) : local.items[key]] : [
      for problem, detail in {
        list_incomplete = item.complete ? null : "the list of backups could not be verified as complete"

        not_running = item.running ? null : join(": ", compact(["status is ${coalesce(item.status, "not set")}", item.error]))

        no_recent_backup = (
          !provider::cloudbackup::older_than(item.latest_successful_time, item.max_age, plantimestamp()) ? null :
          "latest successful backup: ${coalesce(item.latest_successful_time, "none")}, max_age: ${item.max_age}"
        )

        latest_backup_failed = (
          !item.failing ? null :
          join(": ", compact(["the backup of ${coalesce(item.latest_failed_time, "an unknown time")} failed", item.latest_failed_message]))
        )

        restore_point_too_old = (
          item.rpo == null ? null :
          !provider::cloudbackup::older_than(item.latest_restorable_time, item.rpo, plantimestamp()) ? null :
          "latest restorable time: ${coalesce(item.latest_restorable_time, "none")}, rpo: ${item.rpo}"
        )

        log_backup_too_old = (
          item.max_log_age == null || item.kind != "dbs_backup_plan" ? null :
          !provider::cloudbackup::older_than(item.latest_log_time, item.max_log_age, plantimestamp()) ? null :
          "end of the latest log backup: ${coalesce(item.latest_log_time, "none")}, max_log_age: ${item.max_log_age}"
        )

        retention_too_short = (
          item.min_retention_days == 0 ? null :
          try(item.retention_days >= item.min_retention_days, false) ? null :
          "retention_days: ${coalesce(item.retention_days, "unknown")}, min_retention_days: ${item.min_retention_days}"
        )
      } : { cloud = item.cloud, region = item.region, kind = item.kind, id = item.id, name = item.name, problem = problem, detail = detail }
      if detail != null
    ]
  ])

  # Databases and requirements that nothing that was found belongs to.
  running_databases = [for item in local.checked : item.database if item.kind == "dbs_backup_plan" && item.running]
  other_problems = concat(
    [
      for id, name in var.databases : {
        cloud   = "alibabacloud", region = null, kind = "database", id = id, name = name
        problem = "no_backup_plan", detail = "no running DBS backup plan in the checked regions has it as its source"
      }
      if !contains(local.running_databases, id)
    ],
    [
      for name in setsubtract(keys(var.requirements), flatten([for item in local.found : [item.id, item.name]])) : {
        cloud   = null, region = null, kind = "requirement", id = name, name = name
        problem = "unknown_requirement", detail = "no plan or instance in the checked regions has this ID or name"
      }
    ],
  )

  problems = concat(local.region_problems, local.item_problems, local.other_problems)

  # A problem is one line, also if a name or a message has line breaks.
  messages = {
    for problem in local.problems : problem.problem => replace(join("", [
      "  - ${problem.name}",
      problem.id == problem.name ? "" : " (${problem.id})",
      try(problem.region == problem.id ? "" : " in ${problem.region}", ""),
      ": ${problem.detail}",
    ]), "/[[:cntrl:]]+/", " ")...
  }
}

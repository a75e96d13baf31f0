data "cloudbackup_taurusdb_instances" "region" {
  for_each = var.taurusdb_regions

  region = each.key
}

# One read answers for all instances of a project.
data "cloudbackup_taurusdb_project_backups" "region" {
  for_each = var.taurusdb_regions

  region       = each.key
  summary_only = true
}

data "cloudbackup_taurusdb_project_backups" "failed" {
  for_each = var.taurusdb_regions

  region       = each.key
  status       = "FAILED"
  summary_only = true
}

data "cloudbackup_taurusdb_backup_policy" "instance" {
  for_each = local.instance_ids_with_min_retention

  region      = split("/", each.key)[1]
  instance_id = each.value
}

data "cloudbackup_taurusdb_restore_ranges" "instance" {
  for_each = local.instance_ids_with_rpo

  region      = split("/", each.key)[1]
  instance_id = each.value
}

locals {
  taurusdb_instances = merge([
    for region, list in data.cloudbackup_taurusdb_instances.region : {
      for instance in list.instances : "huaweicloud/${region}/${instance.id}" => {
        cloud    = "huaweicloud"
        region   = region
        kind     = "taurusdb_instance"
        id       = instance.id
        name     = try(coalesce(instance.name), instance.id)
        engine   = try(instance.datastore.type, null)
        status   = instance.status
        creating = contains(["BUILD", "creating"], coalesce(instance.status, "unknown")) # has no policy and no backup yet
        running  = !contains(["FAILED", "FROZEN", "abnormal", "createfail"], coalesce(instance.status, "unknown"))
        error    = null
        database = instance.id
      }
    }
  ]...)

  instance_ids                    = tomap({ for key, item in local.checked : key => item.id if item.kind == "taurusdb_instance" })
  instance_ids_with_rpo           = tomap({ for key, id in local.instance_ids : key => id if local.requirements[key].rpo != null })
  instance_ids_with_min_retention = tomap({ for key, id in local.instance_ids : key => id if local.requirements[key].min_retention_days > 0 })

  taurusdb_latest = {
    for key, id in local.instance_ids : key => {
      successful = try(data.cloudbackup_taurusdb_project_backups.region[local.found[key].region].latest_successful_by_instance[id], null)
      failed     = try(data.cloudbackup_taurusdb_project_backups.failed[local.found[key].region].latest_by_instance[id], null)
    }
  }
  taurusdb_backups = {
    for key, latest in local.taurusdb_latest : key => {
      complete               = try(data.cloudbackup_taurusdb_restore_ranges.instance[key].complete, true)
      latest_successful_id   = try(latest.successful.id, null)
      latest_successful_time = try(latest.successful.end_time, null)
      latest_failed_id       = try(latest.failed.id, null)
      latest_failed_time     = try(latest.failed.begin_time, null)
      failing                = latest.failed != null && try(timecmp(latest.failed.begin_time, latest.successful.begin_time) > 0, true)
      retention_days         = try(data.cloudbackup_taurusdb_backup_policy.instance[key].keep_days, null)
      latest_restorable_time = try(data.cloudbackup_taurusdb_restore_ranges.instance[key].latest_time, null)
    }
  }
}

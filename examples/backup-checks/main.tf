# Checks the database backups of any number of regions. The plans and instances
# are discovered, so that a new one is checked without a change here.

terraform {
  # Provider functions need Terraform 1.8 or OpenTofu 1.7.
  required_version = ">= 1.8"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

locals {
  # Plans and instances of both clouds have one shape. Some regions have the same
  # name in both clouds, so the cloud is in the key.
  found = merge(local.dbs_plans, local.taurusdb_instances)

  # What applies to each, the most specific first.
  applicable = {
    for key, item in local.found : key => concat(
      [for name in distinct([item.id, item.name]) : var.requirements[name] if contains(keys(var.requirements), name)],
      [merge(var.defaults, { ignored = false })],
    )
  }
  requirements = {
    for key, applicable in local.applicable : key => {
      max_age            = coalesce(applicable[*].max_age...)
      rpo                = try(coalesce(applicable[*].rpo...), null)
      max_log_age        = try(coalesce(applicable[*].max_log_age...), null)
      min_retention_days = coalesce(applicable[*].min_retention_days...)
      ignored            = coalesce(applicable[*].ignored...)
    }
  }

  # Nothing more is read for the others.
  checked = { for key, item in local.found : key => item if !local.requirements[key].ignored && !item.creating }

  # Everything that is known about each. What was not read is null.
  items = {
    for key, item in local.found : key => merge(
      {
        complete               = null
        failing                = null
        latest_successful_id   = null
        latest_successful_time = null
        latest_failed_id       = null
        latest_failed_time     = null
        latest_failed_message  = null
        latest_restorable_time = null
        latest_log_time        = null
        retention_days         = null
      },
      item,
      local.requirements[key],
      try(local.dbs_backups[key], local.taurusdb_backups[key], {}),
    )
  }
}

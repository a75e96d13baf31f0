# An instance's automated backups have no plan that could stop: what the API tells
# are the backups alone. So whether they still run shows in their age, and the
# retention shows in how far back they go.

# All backups of each instance, but only their counts and the latest of them.
data "cloudbackup_taurusdb_backups" "summary" {
  for_each = var.taurusdb_instances

  instance_id  = each.key
  summary_only = true
}

data "cloudbackup_taurusdb_backups" "failed" {
  for_each = var.taurusdb_instances

  instance_id = each.key
  status      = "FAILED"
}

# The good ones that are as old as the retention, but for a day.
data "cloudbackup_taurusdb_backups" "oldest" {
  for_each = { for id, agreed in var.taurusdb_instances : id => agreed.retention_days if agreed.retention_days != null }

  instance_id    = each.key
  status         = "COMPLETED"
  created_before = timeadd(plantimestamp(), "-${24 * (each.value - 1)}h")
  summary_only   = true
}

locals {
  taurusdb_labels = {
    for id, backups in data.cloudbackup_taurusdb_backups.summary : id => try(coalesce(backups.latest.instance_name), id)
  }

  taurusdb_too_old = [
    for id, backups in data.cloudbackup_taurusdb_backups.summary : format("%s (%s)", local.taurusdb_labels[id], (
      backups.latest_successful_time != null ? "created ${backups.latest_successful_time}, limit ${coalesce(var.taurusdb_instances[id].max_age, var.max_age)}" :
      backups.latest_successful != null ? "the newest has no readable time" :
      backups.latest == null ? "no backups at all" :
      backups.counts_by_status["BUILDING"] > 0 ? "none has succeeded, one is running" : "none has succeeded"
    ))
    if provider::cloudbackup::older_than(
      backups.latest_successful_time, coalesce(var.taurusdb_instances[id].max_age, var.max_age), plantimestamp()
    )
  ]

  taurusdb_too_short = [
    for id, backups in data.cloudbackup_taurusdb_backups.oldest :
    "${local.taurusdb_labels[id]} (agreed are ${var.taurusdb_instances[id].retention_days} days)" if backups.latest == null
  ]

  # A backup without a time counts as new.
  taurusdb_failures = {
    for id, backups in data.cloudbackup_taurusdb_backups.failed : id => [
      for backup in backups.backups : coalesce(backup.name, backup.id)
      if !provider::cloudbackup::older_than(
        try(coalesce(backup.created_at), plantimestamp()), var.failure_window, plantimestamp()
      )
    ]
  }
  taurusdb_failing = [
    for id, names in local.taurusdb_failures : "${local.taurusdb_labels[id]} (${length(names)}, the last: ${names[0]})"
    if length(names) > 0
  ]
}

check "taurusdb_backups_young_enough" {
  assert {
    condition     = length(local.taurusdb_too_old) == 0
    error_message = "TaurusDB instances without a young enough good backup: ${join(", ", local.taurusdb_too_old)}."
  }
}

check "taurusdb_retention_as_agreed" {
  assert {
    condition     = length(local.taurusdb_too_short) == 0
    error_message = "TaurusDB instances whose good backups don't go back far enough: ${join(", ", local.taurusdb_too_short)}."
  }
}

check "taurusdb_backups_succeed" {
  assert {
    condition     = length(local.taurusdb_failing) == 0
    error_message = "TaurusDB instances with failed backups in the last ${var.failure_window}: ${join(", ", local.taurusdb_failing)}."
  }
}

output "taurusdb_newest_good_backups" {
  description = "Time of the newest good backup of each TaurusDB instance, by instance id; null if it has none."
  value       = { for id, backups in data.cloudbackup_taurusdb_backups.summary : id => backups.latest_successful_time }
}

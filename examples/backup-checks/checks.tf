# One check block for each problem. Terraform reports a failed check as a warning:
# examples/pipeline turns it into an exit code and an alert.

check "complete_lists" {
  assert {
    condition     = !contains(keys(local.messages), "list_incomplete")
    error_message = join("\n", concat(["Lists that may be incomplete, run the plan again:"], lookup(local.messages, "list_incomplete", [])))
  }
}

check "something_checked" {
  assert {
    condition     = !contains(keys(local.messages), "nothing_checked")
    error_message = join("\n", concat(["Regions in which nothing is checked:"], lookup(local.messages, "nothing_checked", [])))
  }
}

check "running" {
  assert {
    condition     = !contains(keys(local.messages), "not_running")
    error_message = join("\n", concat(["Backup plans and instances that are not running:"], lookup(local.messages, "not_running", [])))
  }
}

check "recent_backups" {
  assert {
    condition     = !contains(keys(local.messages), "no_recent_backup")
    error_message = join("\n", concat(["No recent successful backup:"], lookup(local.messages, "no_recent_backup", [])))
  }
}

check "latest_backups" {
  assert {
    condition     = !contains(keys(local.messages), "latest_backup_failed")
    error_message = join("\n", concat(["The latest backup failed:"], lookup(local.messages, "latest_backup_failed", [])))
  }
}

check "restore_points" {
  assert {
    condition     = !contains(keys(local.messages), "restore_point_too_old")
    error_message = join("\n", concat(["The latest restorable time is too old:"], lookup(local.messages, "restore_point_too_old", [])))
  }
}

check "log_backups" {
  assert {
    condition     = !contains(keys(local.messages), "log_backup_too_old")
    error_message = join("\n", concat(["The latest log backup is too old:"], lookup(local.messages, "log_backup_too_old", [])))
  }
}

check "retention" {
  assert {
    condition     = !contains(keys(local.messages), "retention_too_short")
    error_message = join("\n", concat(["Backups are not kept long enough:"], lookup(local.messages, "retention_too_short", [])))
  }
}

check "databases" {
  assert {
    condition     = !contains(keys(local.messages), "no_backup_plan")
    error_message = join("\n", concat(["Databases without a running backup plan:"], lookup(local.messages, "no_backup_plan", [])))
  }
}

check "known_requirements" {
  assert {
    condition     = !contains(keys(local.messages), "unknown_requirement")
    error_message = join("\n", concat(["Requirements for something that does not exist:"], lookup(local.messages, "unknown_requirement", [])))
  }
}

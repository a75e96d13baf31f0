variable "restore_time" {
  description = "Point in time to restore to (RFC 3339)."
  type        = string
  default     = "2026-11-20T08:00:00Z"
}

data "cloudbackup_dbs_restore_ranges" "orders" {
  backup_plan_id = "dbs1ordersmysql"
}

locals {
  # Ranges of type "point" contain full backups only, not every point in time.
  ranges_with_restore_time = [
    for range in data.cloudbackup_dbs_restore_ranges.orders.ranges : range
    if range.range_type == "range" && try(
      timecmp(range.begin_timestamp_for_restore, var.restore_time) <= 0
      && timecmp(range.end_timestamp_for_restore, var.restore_time) >= 0,
      false
    )
  ]
}

check "orders_restore_time" {
  assert {
    condition     = length(local.ranges_with_restore_time) > 0
    error_message = "The plan cannot restore to ${var.restore_time}."
  }
}

variable "restore_time" {
  description = "Point in time to restore to (RFC 3339)."
  type        = string
  default     = "2026-11-20T08:00:00Z"
}

data "cloudbackup_taurusdb_restore_ranges" "orders" {
  instance_id = "61a4ea66210545909d74a05c27a7179ein07"
}

check "orders_restore_time" {
  assert {
    condition = anytrue([
      for range in data.cloudbackup_taurusdb_restore_ranges.orders.ranges :
      timecmp(range.start_time, var.restore_time) <= 0 && timecmp(range.end_time, var.restore_time) >= 0
    ])
    error_message = "The instance cannot be restored to ${var.restore_time}."
  }
}

# Restores the state of a database at a point in time, or the latest successful
# backup that finished before it. Delete the file of a cloud that you don't use.

terraform {
  # Provider functions need Terraform 1.8 or OpenTofu 1.7.
  required_version = ">= 1.8"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
    huaweicloud = {
      source = "huaweicloud/huaweicloud"
    }
  }
}

# Credentials and regions come from the environment.
provider "cloudbackup" {}
provider "huaweicloud" {}

# There is no default: the latest backup is another one tomorrow, and a restore
# must not be repeated because of that.
variable "restore_time" {
  description = "Time whose data is restored, in RFC 3339 format, such as \"2026-11-20T14:30:00Z\"."
  type        = string
  nullable    = false

  validation {
    condition     = can(timeadd(var.restore_time, "0s"))
    error_message = "Must be a time in RFC 3339 format, such as \"2026-11-20T14:30:00Z\"."
  }
}

variable "point_in_time" {
  description = "Whether to restore to restore_time itself, which needs log backups. If false, the latest successful backup that finished before it is restored."
  type        = bool
  default     = false
  nullable    = false
}

locals {
  restore_time_ms = provider::cloudbackup::age_seconds("1970-01-01T00:00:00Z", var.restore_time) * 1000
}

variable "dbs_regions" {
  description = "Alibaba Cloud regions whose DBS backup plans are shown, for example [\"cn-hangzhou\"]. When empty, Alibaba Cloud is not read."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "taurusdb_instances" {
  description = "Huawei Cloud TaurusDB instances whose full backups are shown, by instance id. The name defaults to the one in the newest backup, the region to the provider's. When empty, Huawei Cloud is not read."
  type = map(object({
    name   = optional(string)
    region = optional(string)
  }))
  default  = {}
  nullable = false
}

variable "max_age" {
  description = "Agreed limit on the age of the newest good backup, in hours, minutes and seconds, for example \"26h\" or \"1h30m\"."
  type        = string
  default     = "26h"
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]+(\\.[0-9]+)?[hms])+$", var.max_age))
    error_message = "The limit must be a duration in hours, minutes and seconds, such as \"26h\" or \"1h30m\"."
  }
}

variable "min_retention_days" {
  description = "Agreed minimal retention of backups, in days."
  type        = number
  default     = 7
  nullable    = false
}

variable "limits" {
  description = "Other limits for single plans or instances, by plan id or instance id."
  type = map(object({
    max_age            = optional(string)
    min_retention_days = optional(number)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for limit in values(var.limits) : limit.max_age == null || can(regex("^([0-9]+(\\.[0-9]+)?[hms])+$", limit.max_age))
    ])
    error_message = "Each max_age must be a duration in hours, minutes and seconds, such as \"26h\" or \"1h30m\"."
  }
}

variable "backups_per_row" {
  description = "The most backups that are drawn for one plan or instance, newest first. Age, retention and counts do not depend on it."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.backups_per_row >= 1 && floor(var.backups_per_row) == var.backups_per_row
    error_message = "At least one backup has to be drawn, and whole ones."
  }
}

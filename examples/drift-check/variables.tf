variable "max_age" {
  description = "Age up to which the newest good backup is young enough, in hours, minutes and seconds."
  type        = string
  default     = "26h"
  nullable    = false

  validation {
    condition     = can(timeadd("2026-01-01T00:00:00Z", var.max_age))
    error_message = "Must be a duration in hours, minutes and seconds, such as \"26h\" or \"1h30m\"."
  }
}

variable "failure_window" {
  description = "How far back failed backups are looked for, in hours, minutes and seconds."
  type        = string
  default     = "168h"
  nullable    = false

  validation {
    condition     = can(timeadd("2026-01-01T00:00:00Z", var.failure_window))
    error_message = "Must be a duration in hours, minutes and seconds, such as \"168h\"."
  }
}

variable "retention_days" {
  description = "How long each DBS plan keeps its backups, as agreed, in days."
  type        = number
  default     = 30
  nullable    = false
}

variable "dbs_plans" {
  description = "What is agreed for single DBS plans, by plan id, where it is not the above. A plan that is ignored is allowed to stand still."
  type = map(object({
    max_age        = optional(string)
    retention_days = optional(number)
    ignored        = optional(bool, false)
  }))
  default  = {}
  nullable = false
}

variable "taurusdb_instances" {
  description = "TaurusDB instances, by id. With retention_days, there must be good backups that old, but for a day."
  type = map(object({
    max_age        = optional(string)
    retention_days = optional(number)
  }))
  default  = {}
  nullable = false
}

variable "dbs_regions" {
  description = "Alibaba Cloud regions whose DBS backup plans are checked, for example [\"cn-hangzhou\"]. If empty, Alibaba Cloud is not read."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "taurusdb_regions" {
  description = "Huawei Cloud regions whose TaurusDB instances are checked, for example [\"cn-north-4\"]. If empty, Huawei Cloud is not read."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "defaults" {
  description = <<-EOT
    Requirements for every plan and instance:
    max_age: maximum age of the latest successful full backup. Default: "26h".
    rpo: maximum age of the latest restorable time. Default: not checked.
    max_log_age: maximum age of the latest log backup of a DBS plan. Default: not checked.
    min_retention_days: minimum retention of backups, in days; 0 to not check it. Default: 7.
    Durations consist of hours, minutes and seconds, for example "1h30m".
  EOT
  type = object({
    max_age            = optional(string, "26h")
    rpo                = optional(string)
    max_log_age        = optional(string)
    min_retention_days = optional(number, 7)
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for duration in [var.defaults.max_age, var.defaults.rpo, var.defaults.max_log_age] :
      duration == null || can(regex("^([0-9]+(\\.[0-9]+)?[hms])+$", duration))
    ])
    error_message = "max_age, rpo and max_log_age must be durations in hours, minutes and seconds, such as \"26h\" or \"1h30m\"."
  }
}

variable "requirements" {
  description = "Requirements for single plans and instances, by ID or name. Attributes that are unset come from defaults. A plan or instance with ignored = true is not checked."
  type = map(object({
    max_age            = optional(string)
    rpo                = optional(string)
    max_log_age        = optional(string)
    min_retention_days = optional(number)
    ignored            = optional(bool)
  }))
  default  = {}
  nullable = false

  validation {
    condition = alltrue(flatten([
      for requirement in values(var.requirements) : [
        for duration in [requirement.max_age, requirement.rpo, requirement.max_log_age] :
        duration == null || can(regex("^([0-9]+(\\.[0-9]+)?[hms])+$", duration))
      ]
    ]))
    error_message = "max_age, rpo and max_log_age must be durations in hours, minutes and seconds, such as \"26h\" or \"1h30m\"."
  }
}

variable "databases" {
  description = "Database instances in Alibaba Cloud that need a running DBS backup plan: names by instance ID."
  type        = map(string)
  default     = {}
  nullable    = false
}

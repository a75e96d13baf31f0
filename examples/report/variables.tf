# The first four are those of backup-checks, which describes and validates them.

variable "dbs_regions" {
  description = "Alibaba Cloud regions whose DBS backup plans are shown."
  type        = set(string)
  default     = []
}

variable "taurusdb_regions" {
  description = "Huawei Cloud regions whose TaurusDB instances are shown."
  type        = set(string)
  default     = []
}

variable "defaults" {
  description = "Requirements for every plan and instance, for example { max_age = \"26h\" }."
  type        = any
  default     = {}
}

variable "requirements" {
  description = "Requirements for single plans and instances, by ID or name."
  type        = any
  default     = {}
}

variable "history_days" {
  description = "Number of days whose backups are drawn and listed, at most 30. With 0, no list of backups is kept in the state."
  type        = number
  default     = 30
}

variable "generated_at" {
  description = "Time at which the backups are read, in RFC 3339 form, for the page to show. Unset by default, because it changes the page with each run."
  type        = string
  default     = null
}

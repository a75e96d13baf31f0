variable "max_age" {
  description = "Age up to which the newest good backup is young enough, in hours, minutes and seconds."
  type        = string
  default     = "26h"
  nullable    = false
}

variable "retention_days" {
  description = "How long each DBS plan has to keep its backups at least, in days."
  type        = number
  default     = 30
  nullable    = false
}

variable "taurusdb_instance_ids" {
  description = "TaurusDB instances to look at."
  type        = set(string)
  default     = []
  nullable    = false
}

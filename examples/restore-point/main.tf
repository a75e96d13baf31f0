# The newest good backup that was over before a given time, handed to a resource.
# Delete the file of a cloud that you don't use.

terraform {
  required_version = ">= 1.4" # terraform_data

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

# Credentials and regions come from the environment.
provider "cloudbackup" {}

variable "before" {
  description = "Time that the data is restored to the state before, such as \"2026-11-20T14:30:00Z\". Null takes the newest good backup, whichever that is at each plan."
  type        = string
  default     = null

  validation {
    condition     = var.before == null || can(timeadd(var.before, "0s"))
    error_message = "Must be a time in RFC 3339 format, such as \"2026-11-20T14:30:00Z\"."
  }
}

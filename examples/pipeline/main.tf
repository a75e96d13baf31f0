# What the pipeline plans. check-backups.sh reads the outcome of every check block,
# also of your own ones, and the outputs for -metrics.

terraform {
  required_version = ">= 1.8"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }

  # No backend: nothing is applied, so there is no state to keep.
}

variable "dbs_regions" {
  description = "Alibaba Cloud regions to check."
  type        = set(string)
  default     = []
}

variable "taurusdb_regions" {
  description = "Huawei Cloud regions to check."
  type        = set(string)
  default     = []
}

# Credentials come from the environment.
provider "cloudbackup" {}

module "backup_checks" {
  # In a repository of your own:
  # source = "github.com/cloudbackup/terraform-provider-cloudbackup//examples/backup-checks?ref=main"
  source = "../backup-checks"

  dbs_regions      = var.dbs_regions
  taurusdb_regions = var.taurusdb_regions

  # defaults     = { max_age = "26h", min_retention_days = 7 }
  # requirements = { orders-mysql = { rpo = "30m" }, archive = { ignored = true } }
}

output "problems" {
  value = module.backup_checks.problems
}

output "summary" {
  value = module.backup_checks.summary
}

output "restore_times" {
  value = module.backup_checks.restore_times
}

# Several accounts: each has a provider configuration, and its own call of the module
# backup-checks. Regions need no provider configuration of their own.

terraform {
  required_version = ">= 1.8"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

# The account of the credentials in the environment.
provider "cloudbackup" {}

# Another account: a role or an agency in it, assumed with the same credentials.
provider "cloudbackup" {
  alias = "archive"

  alibabacloud = {
    assume_role = {
      role_arn = "acs:ram::1234567890123456:role/backup-reader"
    }
  }
}

module "production" {
  source = "../backup-checks"

  dbs_regions      = ["cn-hangzhou", "cn-shanghai"]
  taurusdb_regions = ["cn-north-4"]
}

module "archive" {
  source    = "../backup-checks"
  providers = { cloudbackup = cloudbackup.archive }

  dbs_regions = ["cn-shanghai"]
  defaults    = { max_age = "192h" } # weekly backups
}

output "problems" {
  value = concat(module.production.problems, module.archive.problems)
}

output "summary" {
  value = concat(module.production.summary, module.archive.summary)
}

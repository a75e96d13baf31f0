terraform {
  required_providers {
    cloudbackup = {
      source  = "cloudbackup/cloudbackup"
      version = ">= 0.0.1"
    }
  }
}

# Credentials come from environment variables, such as ALIBABA_CLOUD_ACCESS_KEY_ID
# and HW_ACCESS_KEY. A cloud that no data source reads needs no configuration.
provider "cloudbackup" {
  alibabacloud = {
    region = "cn-hangzhou"
  }
  huaweicloud = {
    region = "cn-north-4"
  }
}

data "cloudbackup_dbs_backup_plans" "all" {}

data "cloudbackup_taurusdb_instances" "all" {}

output "backup_plans" {
  value = data.cloudbackup_dbs_backup_plans.all.counts_by_status
}

output "taurusdb_instances" {
  value = data.cloudbackup_taurusdb_instances.all.names
}

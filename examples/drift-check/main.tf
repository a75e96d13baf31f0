# Four questions about the backups of two clouds, asked by check blocks: their
# answers are warnings of every plan and apply. The questions to each cloud have
# a file of their own; delete the one of a cloud that you don't use.

terraform {
  # Provider functions came with Terraform 1.8 and OpenTofu 1.7.
  required_version = ">= 1.7"

  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

# Credentials and regions come from the environment.
provider "cloudbackup" {}

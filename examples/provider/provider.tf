terraform {
  required_providers {
    cloudbackup = {
      source = "cloudbackup/cloudbackup"
    }
  }
}

# Keys, profiles and roles come from the environment, under the names that the
# alicloud and huaweicloud providers read too. A cloud that isn't read needs none.
provider "cloudbackup" {
  alibabacloud = {
    region = "cn-hangzhou"
  }
  huaweicloud = {
    region = "cn-north-4"
  }
}

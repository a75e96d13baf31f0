# The pages of the tests, rendered in one run and without a provider.

locals {
  sample  = jsondecode(file("${path.module}/sample.json"))
  row     = local.sample.summary[0]
  backups = local.sample.backups["alibabacloud/cn-hangzhou/${local.row.id}"]

  pages = {
    sample = local.sample

    ok = { summary = [local.row], problems = [], backups = {} }

    empty = { summary = [], problems = [], backups = {} }

    # Names and messages that must not become markup.
    hostile = {
      summary = [
        for i, name in jsondecode(file("${path.module}/hostile.json")) :
        merge(local.row, { id = "dbs1${i}", name = name, engine = name, status = name })
      ]
      problems = [
        for i, name in jsondecode(file("${path.module}/hostile.json")) :
        merge(local.row, { id = "dbs1${i}", problem = "not_running", detail = name })
      ]
      backups = {
        for i, name in jsondecode(file("${path.module}/hostile.json")) :
        "alibabacloud/cn-hangzhou/dbs1${i}" => [merge(local.backups[0], { id = name, status = name })]
      }
    }

    large = {
      summary  = [for i in range(1000) : merge(local.row, { id = format("dbs1%04d", i), name = "database-${i}" })]
      problems = [for i in range(0, 1000, 7) : merge(local.row, { id = format("dbs1%04d", i), problem = "not_running", detail = "status is pause" })]
      backups  = { for i in range(1000) : format("alibabacloud/cn-hangzhou/dbs1%04d", i) => local.backups }
    }
  }
}

module "page" {
  source   = "../../../examples/report/page"
  for_each = local.pages

  summary  = each.value.summary
  problems = each.value.problems
  backups  = each.value.backups
}

output "pages" {
  value     = { for name, page in module.page : name => page.html }
  sensitive = true
}

# The page is a pure function of these variables: no provider, no data source, no
# clock. The shapes are those of the outputs of backup-checks.
terraform {
  required_version = ">= 1.3"
}

variable "summary" {
  description = "The plans and instances, a row each."
  type = list(object({
    cloud                  = string
    region                 = string
    kind                   = string
    id                     = string
    name                   = string
    engine                 = string
    status                 = string
    ignored                = bool
    max_age                = string
    min_retention_days     = number
    retention_days         = number
    latest_successful_time = string
  }))
}

variable "problems" {
  description = "The problems. Those that belong to no row are above the table."
  type = list(object({
    cloud   = string
    region  = string
    kind    = string
    id      = string
    name    = string
    problem = string
    detail  = string
  }))
}

variable "backups" {
  description = "Backups to draw and to list, newest first, by cloud, region and ID of their row, for example \"alibabacloud/cn-hangzhou/dbs1orders\"."
  type = map(list(object({
    id     = string
    status = string
    start  = string
    end    = string
  })))
  default = {}
}

variable "generated_at" {
  description = "Time at which the backups were read, in RFC 3339 form, for the page to show."
  type        = string
  default     = null
}

locals {
  kinds = {
    dbs_backup_plan   = "DBS plan"
    taurusdb_instance = "TaurusDB instance"
  }
  outcomes = {
    finish    = "successful"
    COMPLETED = "successful"
    stop      = "failed"
    FAILED    = "failed"
    schedule  = "running"
    running   = "running"
    BUILDING  = "running"
  }

  # What makes a row fail: no backup is as recent as required.
  failing = ["no_recent_backup", "restore_point_too_old", "log_backup_too_old"]

  problems = { for problem in var.problems : join("/", compact([problem.cloud, problem.region, problem.id])) => problem... }

  # A map is in the order of its keys: rows by their latest successful backup, the
  # oldest first and none before all.
  rows = {
    for key, row in { for row in var.summary : "${row.cloud}/${row.region}/${row.id}" => row } :
    "${row.latest_successful_time == null ? "-" : row.latest_successful_time} ${key}" => merge(row, {
      title    = row.name == null || row.name == "" ? row.id : row.name
      facts    = join(" · ", compact([lookup(local.kinds, row.kind, row.kind), row.engine, row.region, row.status]))
      problems = try(local.problems[key], [])[*].detail
      backups  = try(var.backups[key], [])
      # How long backups are kept, as far as their list shows it.
      oldest = row.retention_days != null ? null : try(sort([
        for backup in try(var.backups[key], []) : backup.end
        if lookup(local.outcomes, coalesce(backup.status, "-"), "") == "successful" && backup.end != null
      ])[0], null)
      group = (
        row.ignored ? "ignored" :
        length(setintersection(try(local.problems[key], [])[*].problem, local.failing)) > 0 ? "failing" :
        try(length(local.problems[key]) > 0, false) ? "attention" : "ok"
      )
    })
  }
  groups = [
    for group in [
      { id = "failing", title = "Failing", one = "failing", many = "failing" },
      { id = "attention", title = "Needs attention", one = "needs attention", many = "need attention" },
      { id = "ok", title = "OK" },
      { id = "ignored", title = "Ignored" },
    ] : merge(group, { rows = [for row in local.rows : row if row.group == group.id] })
  ]
  total = length(local.rows) - length(local.groups[3].rows)
  counts = [
    for group in slice(local.groups, 0, 2) : "${length(group.rows)} of ${local.total} ${length(group.rows) == 1 ? group.one : group.many}"
    if length(group.rows) > 0
  ]

  page = {
    headline = (
      local.total == 0 ? "No backups configured" :
      length(local.counts) == 0 ? "${local.total} of ${local.total} OK" : join(", ", local.counts)
    )
    scope = join(" · ", [
      for kind, rows in { for row in local.rows : row.kind => row... } :
      "${length(rows)} ${lookup(local.kinds, kind, kind)}${length(rows) == 1 ? "" : "s"} in ${join(", ", distinct(rows[*].region))}"
    ])
    notices      = [for problem in var.problems : "${problem.name}: ${problem.detail}" if !contains(keys(local.kinds), problem.kind)]
    groups       = local.groups
    generated_at = var.generated_at
  }

  # Terraform has no function that escapes HTML. jsonencode escapes <, > and &, and
  # those escapes become HTML's. Backslashes first: each that is left after that
  # begins an escape of JSON.
  escaped = jsondecode(replace(replace(replace(replace(replace(jsonencode(local.page),
  "\\\\", "&#92;"), "\\\"", "&quot;"), "\\u003c", "&lt;"), "\\u003e", "&gt;"), "\\u0026", "&amp;"))
}

output "html" {
  description = "A self-contained HTML page."
  # Browsers hash scripts and styles with bare line feeds, which a checkout on
  # Windows may not have.
  value = templatefile("${path.module}/page.html.tftpl", {
    page     = local.escaped
    outcomes = local.outcomes
    style    = replace(file("${path.module}/page.css"), "\r", "")
    script   = replace(file("${path.module}/page.js"), "\r", "")
  })
}

# Runs against the mock server with tests/fixture.json. The environment has its
# endpoints.

run "normal_operation" {
  command = plan

  variables {
    backup_plan_id = "dbs1shop"
    instance_tags  = { team = "shop" }
  }

  assert {
    condition     = output.latest_successful.backup_set_id == "shop-sunday"
    error_message = "The running or the failed backup counts as successful."
  }
}

run "failure_scenario" {
  command = plan

  variables {
    backup_plan_id = "dbs1wiki"
    instance_tags  = { team = "wiki" }
  }

  expect_failures = [
    check.plan_has_a_recent_backup,
    check.instances_have_recent_backups,
  ]
}

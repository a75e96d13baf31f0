# Runs against the mock server with tests/fixture.json, to which the environment
# points the provider.

run "a_good_day" {
  command = plan

  variables {
    backup_plan_id = "dbs1shop"
    instance_id    = "0f1e2d3c4b5a69788796a5b4c3d2e1f0in07"
  }

  assert {
    condition     = output.newest_good_backup.backup_set_id == "shop-sunday"
    error_message = "The running backup or the failed one was taken for a good one."
  }
}

run "a_bad_day" {
  command = plan

  variables {
    backup_plan_id = "dbs1wiki"
    instance_id    = "1f2e3d4c5b6a79889786a5b4c3d2e1f0in07"
  }

  expect_failures = [
    check.plan_has_a_young_backup,
    check.instance_has_a_young_backup,
  ]
}

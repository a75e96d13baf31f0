package dbs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

// An empty list has several forms. Null and nothing are no list.
func TestItems(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`{"Items": {"BackupPlanDetail": [{"BackupPlanId": "a"}]}}`:               "[a]",
		`{"Items": {"Other": [1], "BackupPlanDetail": [{"BackupPlanId": "a"}]}}`: "[a]",
		`{"Items": {"BackupPlanDetail": []}}`:                                    "[]",
		`{"Items": {}}`:                                                          "[]",
		`{"Items": []}`:                                                          "[]",
		`{"Items": {"BackupPlanDetail": null}}`:                                  "absent",
		`{"Items": null}`:                                                        "absent",
		`{}`:                                                                     "absent",
		`{"Items": [{"BackupPlanId": "a"}]}`:                                     "error",
		`{"Items": "none"}`:                                                      "error",
		`{"Items": {"BackupPlanDetail": {}}}`:                                    "error",
		`{"Items": {"BackupPlanDetail": [` + strings.Repeat(`{},`, 20_000) + `{}]}}`: "error",
	}
	for body, want := range tests {
		var r response[BackupPlan]
		err := apijson.Unmarshal([]byte(body), &r)
		ids := []string{}
		for _, plan := range r.Items.List {
			ids = append(ids, plan.BackupPlanID.Value)
		}
		got := fmt.Sprint(ids)
		switch {
		case err != nil:
			got = "error"
		case !r.Items.Present:
			got = "absent"
		}
		if got != want {
			t.Errorf("%.60s is %s (%v), want %s", body, got, err, want)
		}
	}
}

// A log file of the same name is another backup if the job or the time differs.
func TestKey(t *testing.T) {
	t.Parallel()
	keys := map[string]bool{}
	for _, job := range []string{"job1", "job2"} {
		for _, start := range []int64{1, 2} {
			b := IncrementalBackup{BackupSetID: apijson.NewString("mysql-bin.000001"), BackupSetJobID: apijson.NewString(job)}
			b.StartTime.Int64 = apijson.NewInt64(start)
			keys[b.Key()] = true
		}
	}
	if len(keys) != 4 || keys[""] {
		t.Errorf("keys are %v", keys)
	}
	if key := (&IncrementalBackup{}).Key(); key != "" {
		t.Errorf("no set ID has the key %q", key)
	}
}

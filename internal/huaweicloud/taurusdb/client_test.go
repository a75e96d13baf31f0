package taurusdb

import (
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

// The list of another operation is not the list of this one: it would look like an empty list.
func TestListOfAnotherOperation(t *testing.T) {
	t.Parallel()
	const body = `{"backups": [], "instances": [], "restore_times": [], "total_count": 0}`
	for name, present := range map[string]func(body []byte) (bool, error){
		"backups": func(body []byte) (bool, error) {
			var r backups[InstanceBackup]
			err := apijson.Unmarshal(body, &r)
			return r.Page().Present, err
		},
		"instances": func(body []byte) (bool, error) {
			var r instances
			err := apijson.Unmarshal(body, &r)
			return r.Page().Present, err
		},
		"restore_times": func(body []byte) (bool, error) {
			var r restoreTimes
			err := apijson.Unmarshal(body, &r)
			return r.Page().Present, err
		},
	} {
		for _, other := range []string{"backups", "instances", "restore_times"} {
			got, err := present([]byte(`{"` + other + `": [], "total_count": 0}`))
			if err != nil || got != (other == name) {
				t.Errorf("%s in place of %s: %v, %v", other, name, got, err)
			}
		}
		if got, err := present([]byte(body)); !got || err != nil {
			t.Errorf("%s among others: %v, %v", name, got, err)
		}
	}
}

package acctest

import (
	"context"
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// Read applies a configuration with the data source `name`, labelled "test", and
// hands its attributes to check. Then it plans the configuration again, and
// that plan must be empty.
func Read(t *testing.T, config, name string, check func(values map[string]any) error) {
	t.Helper()
	address := "data.cloudbackup_" + name + ".test"
	config += fmt.Sprintf("\noutput \"everything\" {\n  value = %s\n}\n", address)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: Factories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{values{address, check}}},
			{Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			}},
		},
	})
}

// values is a state check of all attributes of one data source at once.
type values struct {
	address string
	check   func(map[string]any) error
}

func (v values) CheckState(_ context.Context, req statecheck.CheckStateRequest, resp *statecheck.CheckStateResponse) {
	for _, r := range req.State.Values.RootModule.Resources {
		if r.Address == v.address {
			resp.Error = v.check(r.AttributeValues)
			return
		}
	}
	resp.Error = fmt.Errorf("the state has no %s", v.address)
}

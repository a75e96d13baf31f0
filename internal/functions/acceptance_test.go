package functions_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

// accept runs the steps with the CLI of the machine, against the provider of
// this package's tests.
func accept(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks: []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"cloudbackup": func() (tfprotov6.ProviderServer, error) { return newServer(), nil },
		},
		Steps: steps,
	})
}

// configuration has an output for each expression, and a value that is not
// known while planning: terraform_data.time.output.
func configuration(outputs map[string]string) string {
	var b strings.Builder
	b.WriteString("resource \"terraform_data\" \"time\" {\n  input = \"2026-11-20T10:00:00Z\"\n}\n")
	for name, expression := range outputs {
		b.WriteString("output \"" + name + "\" {\n  value = " + expression + "\n}\n")
	}
	return b.String()
}

func TestAccFunctions(t *testing.T) {
	number := func(s string) knownvalue.Check {
		f, _, err := big.ParseFloat(s, 10, 512, big.ToNearestEven)
		if err != nil {
			t.Fatal(err)
		}
		return knownvalue.NumberExact(f)
	}
	const now = `"2026-11-21T12:00:00Z"`
	tests := map[string]struct {
		expression string
		want       knownvalue.Check
	}{
		"older":         {`provider::cloudbackup::older_than("2026-11-20T09:59:59Z", "26h", ` + now + `)`, knownvalue.Bool(true)},
		"equal":         {`provider::cloudbackup::older_than("2026-11-20T18:00:00+08:00", "26h", ` + now + `)`, knownvalue.Bool(false)},
		"older_null":    {`provider::cloudbackup::older_than(null, "26h", ` + now + `)`, knownvalue.Bool(true)},
		"older_present": {`provider::cloudbackup::older_than(plantimestamp(), "1s", plantimestamp())`, knownvalue.Bool(false)},
		"age":           {`provider::cloudbackup::age_seconds("2026-11-20T11:59:59.9Z", ` + now + `)`, number("86400.1")},
		"age_future":    {`provider::cloudbackup::age_seconds("2026-11-21T12:01:00Z", ` + now + `)`, number("-60")},
		"age_null":      {`provider::cloudbackup::age_seconds(null, ` + now + `) == null`, knownvalue.Bool(true)},
		"age_typed":     {`provider::cloudbackup::age_seconds(tostring(null), ` + now + `) == null`, knownvalue.Bool(true)},
		"age_literal":   {`provider::cloudbackup::age_seconds("2026-11-21T11:59:59.9Z", ` + now + `) == 0.1`, knownvalue.Bool(true)},
	}
	outputs := map[string]string{}
	var checks []statecheck.StateCheck
	for name, test := range tests {
		outputs[name] = test.expression
		checks = append(checks, statecheck.ExpectKnownOutputValue(name, test.want))
	}
	accept(t, resource.TestStep{Config: configuration(outputs), ConfigStateChecks: checks})
}

// What is not known while planning is known, and evaluated, in the apply.
func TestAccUnknownArguments(t *testing.T) {
	accept(t, resource.TestStep{
		Config: configuration(map[string]string{
			"timestamp": `provider::cloudbackup::older_than(terraform_data.time.output, "26h", "2026-11-21T12:00:01Z")`,
			"duration":  `provider::cloudbackup::older_than(null, "${terraform_data.time.output == "" ? 1 : 26}h", "2026-11-21T12:00:00Z")`,
			"now":       `provider::cloudbackup::older_than(null, "26h", terraform_data.time.output)`,
			"age":       `provider::cloudbackup::age_seconds(terraform_data.time.output, "2026-11-20T10:00:01Z")`,
			"age_now":   `provider::cloudbackup::age_seconds("2026-11-20T10:00:00Z", terraform_data.time.output)`,
		}),
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownOutputValue("timestamp"),
			plancheck.ExpectUnknownOutputValue("duration"),
			plancheck.ExpectUnknownOutputValue("now"),
			plancheck.ExpectUnknownOutputValue("age"),
			plancheck.ExpectUnknownOutputValue("age_now"),
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("timestamp", knownvalue.Bool(true)),
			statecheck.ExpectKnownOutputValue("duration", knownvalue.Bool(true)),
			statecheck.ExpectKnownOutputValue("now", knownvalue.Bool(true)),
			statecheck.ExpectKnownOutputValue("age", knownvalue.Int64Exact(1)),
			statecheck.ExpectKnownOutputValue("age_now", knownvalue.Int64Exact(0)),
		},
	})
}

// The person at the terminal learns which argument is wrong and what to write.
func TestAccBadArguments(t *testing.T) {
	const now = `"2026-11-21T12:00:00Z"`
	tests := map[string]struct{ expression, argument, problem string }{
		"timestamp":     {`provider::cloudbackup::older_than("2026-11-20 10:00", "26h", ` + now + `)`, "timestamp", `timestamp "2026-11-20 10:00" is not an RFC 3339 timestamp`},
		"duration":      {`provider::cloudbackup::older_than(null, "7d", ` + now + `)`, "duration", `duration "7d" is not a duration, such as "26h"`},
		"negative":      {`provider::cloudbackup::older_than(null, "-26h", ` + now + `)`, "duration", `duration "-26h" is negative`},
		"now":           {`provider::cloudbackup::older_than(null, "26h", "now")`, "now", `now "now" is not an RFC 3339 timestamp`},
		"age timestamp": {`provider::cloudbackup::age_seconds("", ` + now + `)`, "timestamp", `timestamp "" is not an RFC 3339 timestamp`},
		"age now":       {`provider::cloudbackup::age_seconds(null, "now")`, "now", `now "now" is not an RFC 3339 timestamp`},
		"null duration": {`provider::cloudbackup::older_than(null, null, ` + now + `)`, "duration", `argument must not be null`},
		"null now":      {`provider::cloudbackup::age_seconds(null, null)`, "now", `argument must not be null`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			message := `Invalid value for "` + test.argument + `" parameter: ` + test.problem
			accept(t, resource.TestStep{
				Config:      configuration(map[string]string{"bad": test.expression}),
				PlanOnly:    true,
				ExpectError: onScreen(message),
			})
		})
	}
}

// onScreen matches a message that the CLI has broken into lines.
func onScreen(message string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(message), " ", `\s+`))
}

package datasources

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// arguments reads what the configuration sets. What can't be read is added to
// the diagnostics.
type arguments struct {
	ctx    context.Context //nolint:containedctx // It lives as long as one Read.
	config tfsdk.Config
	diags  *diag.Diagnostics
}

func newArguments(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) *arguments {
	return &arguments{ctx, config, diags}
}

func (a *arguments) get(name string, into any) {
	a.diags.Append(a.config.GetAttribute(a.ctx, path.Root(name), into)...)
}

// text is "" where the argument isn't set.
func (a *arguments) text(name string) string {
	var value types.String
	a.get(name, &value)
	return value.ValueString()
}

// scope names the value of an argument, for messages; "" is no argument.
func (a *arguments) scope(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(", %s %s", name, a.text(name))
}

// number is the default where the argument isn't set.
func (a *arguments) number(name string, otherwise int) int {
	var value types.Int64
	a.get(name, &value)
	if value.IsNull() {
		return otherwise
	}
	return int(value.ValueInt64())
}

func (a *arguments) boolean(name string) bool {
	return a.booleanOr(name, false)
}

func (a *arguments) booleanOr(name string, otherwise bool) bool {
	var value types.Bool
	a.get(name, &value)
	if value.IsNull() {
		return otherwise
	}
	return value.ValueBool()
}

// texts is nil where the argument isn't set, and empty where it is an empty set.
func (a *arguments) texts(name string) []string {
	var values []string
	a.get(name, &values)
	return values
}

// instant is nil where the argument isn't set.
func (a *arguments) instant(name string) *time.Time {
	var value timetypes.RFC3339
	a.get(name, &value)
	if value.IsNull() {
		return nil
	}
	at, diags := value.ValueRFC3339Time()
	a.diags.Append(diags...)
	return &at
}

// pattern matches everything where the argument isn't set.
func (a *arguments) pattern(name string) *regexp.Regexp {
	pattern, err := regexp.Compile(a.text(name))
	if err != nil {
		a.diags.AddAttributeError(path.Root(name), "Invalid regular expression", err.Error())
	}
	return pattern
}

func (a *arguments) timeout() time.Duration {
	var value timeouts.Value
	a.get("timeouts", &value)
	timeout, diags := value.Read(a.ctx, defaultTimeout)
	a.diags.Append(diags...)
	return timeout
}

// values gives a copy of the configuration's values: the one that the framework
// holds is its own.
func (a *arguments) values() map[string]tftypes.Value {
	var values map[string]tftypes.Value
	if err := a.config.Raw.As(&values); err != nil {
		a.diags.AddError("Unable to read the configuration", err.Error())
	}
	return maps.Clone(values)
}

package examples_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// serveHuaweiCloud serves a provider with the one resource of the official
// provider that an example uses, by that resource's documentation: every argument
// forces replacement, and destroying restores nothing. The result is the
// environment variable by which the CLI finds it.
func serveHuaweiCloud(t *testing.T) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	configuration, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	go func() {
		_ = tf6server.Serve("registry.terraform.io/huaweicloud/huaweicloud", providerserver.NewProtocol6(huaweiCloud{}),
			tf6server.WithDebug(ctx, configuration, closed), tf6server.WithLoggingSink(t))
	}()
	c := <-configuration
	t.Cleanup(func() {
		cancel()
		<-closed
	})
	reattach := map[string]any{}
	for _, registry := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		reattach[registry+"/huaweicloud/huaweicloud"] = map[string]any{
			"Protocol": c.Protocol, "ProtocolVersion": c.ProtocolVersion, "Pid": c.Pid, "Test": true,
			"Addr": map[string]string{"Network": c.Addr.Network(), "String": c.Addr.String()},
		}
	}
	text, err := json.Marshal(reattach)
	if err != nil {
		t.Fatal(err)
	}
	return "TF_REATTACH_PROVIDERS=" + string(text)
}

type huaweiCloud struct{}

func (huaweiCloud) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "huaweicloud"
}

func (huaweiCloud) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (huaweiCloud) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (huaweiCloud) DataSources(context.Context) []func() datasource.DataSource { return nil }

func (huaweiCloud) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return taurusdbRestore{} }}
}

type taurusdbRestore struct{}

func (taurusdbRestore) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "huaweicloud_taurusdb_restore"
}

func (taurusdbRestore) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := []planmodifier.String{stringplanmodifier.RequiresReplace()}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":                 schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
		"region":             schema.StringAttribute{Optional: true, PlanModifiers: replace},
		"target_instance_id": schema.StringAttribute{Required: true, PlanModifiers: replace},
		"source_instance_id": schema.StringAttribute{Required: true, PlanModifiers: replace},
		"type":               schema.StringAttribute{Required: true, PlanModifiers: replace},
		"backup_id":          schema.StringAttribute{Optional: true, PlanModifiers: replace},
		"restore_time":       schema.Int64Attribute{Optional: true, PlanModifiers: []planmodifier.Int64{int64planmodifier.RequiresReplace()}},
	}}
}

func (taurusdbRestore) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var values map[string]tftypes.Value
	if err := req.Plan.Raw.As(&values); err != nil {
		resp.Diagnostics.AddError("Unable to read the plan", err.Error())
		return
	}
	restored := map[string]tftypes.Value{}
	for name, value := range values {
		restored[name] = value
	}
	restored["id"] = tftypes.NewValue(tftypes.String, "job")
	resp.State.Raw = tftypes.NewValue(req.Plan.Raw.Type(), restored)
}

func (taurusdbRestore) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

func (taurusdbRestore) Update(_ context.Context, _ resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.AddError("There is no update", "Every argument forces replacement.")
}

func (taurusdbRestore) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

package provider_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bench"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

// BenchmarkRead is one read of a data source through the provider's protocol
// server, as Terraform asks for it, over HTTP from a server in this process that
// costs next to nothing. The metric x-encoding is its time in multiples of the
// time that encoding the finished value takes by itself: a figure that hardly
// depends on the machine.
func BenchmarkRead(b *testing.B) {
	for _, list := range bench.Lists {
		for _, n := range []int{100, 1_000, 10_000} {
			b.Run(fmt.Sprintf("list=%s/items=%d", list.DataSource, n), func(b *testing.B) {
				benchmarkRead(b, list, n, 0)
			})
		}
	}
}

// A server without the way around the framework gives the same value.
func TestPlainServer(t *testing.T) {
	t.Parallel()
	for _, list := range bench.Lists {
		url, err := list.Start(t.Context(), 130, 0)
		if err != nil {
			t.Fatal(err)
		}
		plain := configure(t, providerserver.NewProtocol6(provider.New("test"))(), url, list)().value(t)
		if ours := configure(t, provider.Server("test"), url, list)().value(t); !ours.Equal(plain) || ours.IsNull() {
			t.Errorf("%s differs", list.DataSource)
		}
	}
}

// BenchmarkReadLatency is the same with answers that take 50 ms each, as those of
// a cloud do.
func BenchmarkReadLatency(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("list=%s/items=%d", bench.Lists[0].DataSource, n), func(b *testing.B) {
			benchmarkRead(b, bench.Lists[0], n, 50*time.Millisecond)
		})
	}
}

func benchmarkRead(b *testing.B, list bench.List, n int, latency time.Duration) {
	url, err := list.Start(b.Context(), n, latency)
	if err != nil {
		b.Fatal(err)
	}
	read := configure(b, provider.Server("benchmark"), url, list)
	state := read() // the first one warms connections and caches

	var reading, encoding time.Duration
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		read()
		reading += time.Since(start)

		b.StopTimer()
		encoding += encode(b, state)
		runtime.GC() // what the encoding left behind is not the next read's
		b.StartTimer()
	}
	b.ReportMetric(float64(reading)/float64(encoding), "x-encoding")
	b.ReportMetric(float64(reading)/float64(b.N*n), "ns/item")
}

// state is what a read gave.
type state struct {
	kind tftypes.Type
	wire *tfprotov6.DynamicValue
}

func (s state) value(tb testing.TB) tftypes.Value {
	tb.Helper()
	value, err := s.wire.Unmarshal(s.kind)
	if err != nil {
		tb.Fatal(err)
	}
	return value
}

// encode is the time that the encoding of the finished value takes.
func encode(b *testing.B, s state) time.Duration {
	value := s.value(b)
	runtime.GC()
	start := time.Now()
	if _, err := tfprotov6.NewDynamicValue(s.kind, value); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

// configure starts the provider as Terraform does, and gives what reads the list.
func configure(b testing.TB, server tfprotov6.ProviderServer, url string, list bench.List) (read func() state) {
	ctx := b.Context()
	schemas, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	number := func(n int) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }
	config := func(schema *tfprotov6.Schema, set map[string]any) *tfprotov6.DynamicValue {
		kind := schema.ValueType()
		value, err := tfprotov6.NewDynamicValue(kind, object(kind, set))
		if err != nil {
			b.Fatal(err)
		}
		return &value
	}
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.11.4",
		Config: config(schemas.Provider, map[string]any{
			"alibabacloud": map[string]any{
				"region": text("cn-hangzhou"), "access_key": text("key"), "secret_key": text("secret"), "endpoint": text(url),
			},
			"huaweicloud": map[string]any{
				"region": text("cn-north-4"), "access_key": text("key"), "secret_key": text("secret"), "endpoint": text(url),
				"project_id": text(bench.ProjectID),
			},
			"max_concurrent_requests": number(16),
			"requests_per_second":     number(10_000),
		}),
	})
	if err != nil {
		b.Fatal(err)
	}
	check(b, configured.Diagnostics)

	name := "cloudbackup_" + list.DataSource
	schema := schemas.DataSourceSchemas[name]
	set := map[string]any{}
	if list.Argument != "" {
		set[list.Argument] = text(list.Value)
	}
	request := &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config(schema, set)}
	return func() state {
		resp, err := server.ReadDataSource(ctx, request)
		if err != nil {
			b.Fatal(err)
		}
		check(b, resp.Diagnostics)
		return state{schema.ValueType(), resp.State}
	}
}

// object gives an object in which what isn't set is null.
func object(kind tftypes.Type, set map[string]any) tftypes.Value {
	values := map[string]tftypes.Value{}
	for name, kind := range kind.(tftypes.Object).AttributeTypes {
		switch value := set[name].(type) {
		case nil:
			values[name] = tftypes.NewValue(kind, nil)
		case tftypes.Value:
			values[name] = value
		case map[string]any:
			values[name] = object(kind, value)
		}
	}
	return tftypes.NewValue(kind, values)
}

// check ends the benchmark on an error, which would be quicker than a list.
func check(b testing.TB, diagnostics []*tfprotov6.Diagnostic) {
	b.Helper()
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			b.Fatalf("%s: %s", d.Summary, d.Detail)
		}
	}
}

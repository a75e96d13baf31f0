package functions_test

import (
	"context"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/functions"
)

// functionsOnly is a provider that has the functions and nothing else.
type functionsOnly struct{}

var _ provider.ProviderWithFunctions = functionsOnly{}

func (functionsOnly) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "cloudbackup"
}
func (functionsOnly) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (functionsOnly) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (functionsOnly) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (functionsOnly) Resources(context.Context) []func() resource.Resource       { return nil }
func (functionsOnly) Functions(context.Context) []func() function.Function {
	return []func() function.Function{functions.NewOlderThan, functions.NewAgeSeconds}
}

// nullArguments replaces empty arguments, as the provider's server does.
type nullArguments struct{ tfprotov6.ProviderServer }

func (s nullArguments) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return s.ProviderServer.CallFunction(ctx, functions.WithNullArguments(req))
}

func newServer() tfprotov6.ProviderServer {
	return nullArguments{providerserver.NewProtocol6(functionsOnly{})()}
}

// null is what Terraform sends for null, and missing what OpenTofu sends.
var (
	null    = &tfprotov6.DynamicValue{MsgPack: []byte{0xc0}}
	missing = &tfprotov6.DynamicValue{}
)

func text(s string) *tfprotov6.DynamicValue {
	return encode(tftypes.NewValue(tftypes.String, s))
}

func encode(v tftypes.Value) *tfprotov6.DynamicValue {
	encoded, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		panic(err)
	}
	return &encoded
}

// fataler is what *testing.T and *rapid.T share.
type fataler interface {
	Context() context.Context
	Helper()
	Fatalf(format string, args ...any)
}

// call calls a function through the protocol server.
func call(t fataler, name string, arguments ...*tfprotov6.DynamicValue) *tfprotov6.CallFunctionResponse {
	t.Helper()
	resp, err := newServer().CallFunction(t.Context(), &tfprotov6.CallFunctionRequest{Name: name, Arguments: arguments})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return resp
}

// result calls a function that must succeed and decodes what it returns. A null
// result leaves the target as it is and gives false.
func result(t fataler, target any, typ tftypes.Type, name string, arguments ...*tfprotov6.DynamicValue) bool {
	t.Helper()
	resp := call(t, name, arguments...)
	if resp.Error != nil {
		t.Fatalf("%s: %s", name, resp.Error.Text)
	}
	value, err := resp.Result.Unmarshal(typ)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if value.IsNull() {
		return false
	}
	if err := value.As(target); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return true
}

func olderThan(t fataler, timestamp *tfprotov6.DynamicValue, duration, now string) bool {
	t.Helper()
	var older bool
	if !result(t, &older, tftypes.Bool, "older_than", timestamp, text(duration), text(now)) {
		t.Fatalf("older_than is null")
	}
	return older
}

// ageSeconds gives the age as Terraform would print it.
func ageSeconds(t fataler, timestamp *tfprotov6.DynamicValue, now string) string {
	t.Helper()
	var age big.Float
	if !result(t, &age, tftypes.Number, "age_seconds", timestamp, text(now)) {
		return "null"
	}
	return age.Text('f', -1)
}

func TestOlderThan(t *testing.T) {
	t.Parallel()
	const now = "2026-11-21T12:00:00Z"
	tests := map[string]struct {
		timestamp *tfprotov6.DynamicValue
		duration  string
		want      bool
	}{
		"younger":                            {text("2026-11-21T00:00:00Z"), "26h", false},
		"exactly as old":                     {text("2026-11-20T10:00:00Z"), "26h", false},
		"older by a nanosecond":              {text("2026-11-20T09:59:59.999999999Z"), "26h", true},
		"older":                              {text("2026-11-20T09:00:00Z"), "26h", true},
		"in the future":                      {text("2026-11-21T12:00:01Z"), "0s", false},
		"now":                                {text(now), "0", false},
		"offset, exactly as old":             {text("2026-11-20T18:00:00+08:00"), "26h", false},
		"offset, older":                      {text("2026-11-20T17:59:59+08:00"), "26h", true},
		"negative offset, younger":           {text("2026-11-20T04:00:01-06:00"), "26h", false},
		"fraction of a duration":             {text("2026-11-21T10:29:59.5Z"), "1.5h", true},
		"compound duration":                  {text("2026-11-21T10:29:59Z"), "1h30m0s", true},
		"further apart than a duration goes": {text("0001-01-01T00:00:00Z"), "2562047h", true},
		"older than the longest duration":    {text("1700-01-01T00:00:00Z"), "2562047h47m16.854775807s", true},
		"younger than the longest duration":  {text("1740-01-01T00:00:00Z"), "2562047h47m16.854775807s", false},
		"null":                               {null, "2562047h", true},
		"null from OpenTofu":                 {missing, "2562047h", true},
		"nothing":                            {nil, "2562047h", true},
		"empty without being nil":            {&tfprotov6.DynamicValue{MsgPack: []byte{}}, "26h", true},
		"JSON is left alone":                 {&tfprotov6.DynamicValue{JSON: []byte(`"2026-11-21T00:00:00Z"`)}, "26h", false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := olderThan(t, test.timestamp, test.duration, now); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestAgeSeconds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		timestamp *tfprotov6.DynamicValue
		now       string
		want      string
	}{
		"a day":                   {text("2026-11-20T12:00:00Z"), "2026-11-21T12:00:00Z", "86400"},
		"none":                    {text("2026-11-21T12:00:00Z"), "2026-11-21T20:00:00+08:00", "0"},
		"in the future":           {text("2026-11-21T12:01:00Z"), "2026-11-21T12:00:00Z", "-60"},
		"offsets":                 {text("2026-11-21T12:00:00+05:30"), "2026-11-21T12:00:00-06:00", "41400"},
		"milliseconds are exact":  {text("2026-11-21T11:59:59.9Z"), "2026-11-21T12:00:00Z", "0.1"},
		"nanoseconds are exact":   {text("2020-03-09T08:01:36.123456789Z"), "2026-11-21T12:00:00Z", "211521503.876543211"},
		"fraction in the future":  {text("2026-11-21T12:00:00.25Z"), "2026-11-21T12:00:00Z", "-0.25"},
		"further than a duration": {text("0000-01-01T00:00:00Z"), "9999-12-31T23:59:59Z", "315569519999"},
		"null":                    {null, "2026-11-21T12:00:00Z", "null"},
		"null from OpenTofu":      {missing, "2026-11-21T12:00:00Z", "null"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ageSeconds(t, test.timestamp, test.now); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A bad argument is an error at its position that names it, shows it and shows
// what it should look like, also while there is no backup.
func TestBadArguments(t *testing.T) {
	t.Parallel()
	const good = "2026-11-21T12:00:00Z"
	badTimestamps := []string{
		"", "yesterday", "2026-11-21", "2026-11-21 12:00:00", "2026-11-21 12:00:00Z", "2026-11-21T12:00:00",
		"2026-11-21T12:00:00+0800", "2026-02-30T12:00:00Z",
		"2026-11-21T24:00:00Z", "2026-12-31T23:59:60Z", "10000-01-01T00:00:00Z", "1773993696000", " " + good,
	}
	badDurations := []string{"", "26", "7d", "a day", "26 h", " 26h", "P1D", "2562048h", "-26h", "-1ns"}

	check := func(name string, position int64, bad, example string, call func(t *testing.T) *tfprotov6.CallFunctionResponse) {
		t.Run(fmt.Sprintf("%s %q", name, bad), func(t *testing.T) {
			t.Parallel()
			err := call(t).Error
			switch {
			case err == nil:
				t.Fatal("no error")
			case err.FunctionArgument == nil || *err.FunctionArgument != position:
				t.Errorf("not an error of argument %d: %s", position, err.Text)
			}
			argument := name[strings.LastIndex(name, " ")+1:]
			if !strings.HasPrefix(err.Text, fmt.Sprintf("%s %q ", argument, bad)) || !strings.Contains(err.Text, example) {
				t.Errorf("the argument, its value or an example is missing: %s", err.Text)
			}
		})
	}
	for _, bad := range badTimestamps {
		check("older_than timestamp", 0, bad, `"2026-11-21T08:00:00Z"`, func(t *testing.T) *tfprotov6.CallFunctionResponse {
			return call(t, "older_than", text(bad), text("26h"), text(good))
		})
		check("older_than now", 2, bad, `"2026-11-21T08:00:00Z"`, func(t *testing.T) *tfprotov6.CallFunctionResponse {
			return call(t, "older_than", null, text("26h"), text(bad))
		})
		check("age_seconds timestamp", 0, bad, `"2026-11-21T08:00:00Z"`, func(t *testing.T) *tfprotov6.CallFunctionResponse {
			return call(t, "age_seconds", text(bad), text(good))
		})
		check("age_seconds now", 1, bad, `"2026-11-21T08:00:00Z"`, func(t *testing.T) *tfprotov6.CallFunctionResponse {
			return call(t, "age_seconds", null, text(bad))
		})
	}
	for _, bad := range badDurations {
		check("older_than duration", 1, bad, `"26h"`, func(t *testing.T) *tfprotov6.CallFunctionResponse {
			return call(t, "older_than", null, text(bad), text(good))
		})
	}
}

// Of the ages and limits that rapid draws, half lie within two nanoseconds of
// each other, where a comparison goes wrong first.
func TestOlderThanIsAgeAboveLimit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Int64Range(0, 1<<63-1).Draw(t, "limit")
		if rapid.Bool().Draw(t, "short") {
			limit %= int64(100 * 24 * time.Hour)
		}
		age := big.NewInt(limit)
		if rapid.Bool().Draw(t, "near") {
			age.Add(age, big.NewInt(rapid.Int64Range(-2, 2).Draw(t, "difference")))
		} else {
			age = nanoseconds(drawTime(t, "a")).Sub(nanoseconds(drawTime(t, "b")), nanoseconds(drawTime(t, "c")))
		}
		now := drawTime(t, "now")
		timestamp, ok := instant(new(big.Int).Sub(nanoseconds(now), age))
		if !ok {
			t.Skip("beyond the years of RFC 3339")
		}
		timestampText := text(timestamp.In(drawZone(t, "zone of timestamp")).Format(time.RFC3339Nano))
		nowText := now.In(drawZone(t, "zone of now")).Format(time.RFC3339Nano)

		want := new(big.Rat).SetFrac(age, big.NewInt(int64(time.Second)))
		got, ok := new(big.Rat).SetString(ageSeconds(t, timestampText, nowText))
		if !ok || got.Cmp(want) != 0 {
			t.Fatalf("age_seconds is %v, want %v", got, want.FloatString(9))
		}
		older := age.Cmp(big.NewInt(limit)) > 0
		if got := olderThan(t, timestampText, time.Duration(limit).String(), nowText); got != older {
			t.Fatalf("older_than is %v with an age of %s ns and a limit of %d ns", got, age, limit)
		}
	})
}

// The years that every offset leaves between 0000 and 9999.
var (
	earliest = time.Date(0, 1, 2, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC)
)

func drawTime(t *rapid.T, label string) time.Time {
	seconds := rapid.Int64Range(earliest.Unix(), latest.Unix()-1).Draw(t, label)
	return time.Unix(seconds, rapid.Int64Range(0, int64(time.Second)-1).Draw(t, label+", nanoseconds")).UTC()
}

func drawZone(t *rapid.T, label string) *time.Location {
	return time.FixedZone("", 60*rapid.IntRange(-23*60-59, 23*60+59).Draw(t, label))
}

func nanoseconds(t time.Time) *big.Int {
	n := new(big.Int).Mul(big.NewInt(t.Unix()), big.NewInt(int64(time.Second)))
	return n.Add(n, big.NewInt(int64(t.Nanosecond())))
}

func instant(nanoseconds *big.Int) (time.Time, bool) {
	seconds, rest := new(big.Int).DivMod(nanoseconds, big.NewInt(int64(time.Second)), new(big.Int))
	t := time.Unix(seconds.Int64(), rest.Int64())
	return t, !t.Before(earliest) && t.Before(latest)
}

// What core does by itself depends on these: null goes to the function for a
// timestamp alone, and an unknown argument never does, so that the result is
// unknown. Every text shows on a page of the registry.
func TestDefinitions(t *testing.T) {
	t.Parallel()
	resp, err := newServer().GetFunctions(t.Context(), &tfprotov6.GetFunctionsRequest{})
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatal(err, resp.Diagnostics)
	}
	want := map[string]string{
		"older_than":  "timestamp duration now: bool",
		"age_seconds": "timestamp now: number",
	}
	if len(resp.Functions) != len(want) {
		t.Errorf("%d functions, want %d", len(resp.Functions), len(want))
	}
	for name, f := range resp.Functions {
		var names []string
		for _, p := range f.Parameters {
			names = append(names, p.Name)
			if !p.Type.Is(tftypes.String) || p.AllowUnknownValues || p.AllowNullValue != (p.Name == "timestamp") {
				t.Errorf("%s: parameter %+v", name, p)
			}
			if p.Description == "" {
				t.Errorf("%s: parameter %s has no description", name, p.Name)
			}
		}
		returns := map[bool]string{f.Return.Type.Is(tftypes.Bool): "bool", f.Return.Type.Is(tftypes.Number): "number"}[true]
		if got := strings.Join(names, " ") + ": " + returns; got != want[name] {
			t.Errorf("%s is %q, want %q", name, got, want[name])
		}
		if f.Summary == "" || f.Description == "" {
			t.Errorf("%s has no summary or no description", name)
		}
	}
}

// Terraform refuses null for these itself; a core that doesn't must not get an answer.
func TestNullElsewhereIsAnError(t *testing.T) {
	t.Parallel()
	now := text("2026-11-21T12:00:00Z")
	for _, empty := range []*tfprotov6.DynamicValue{null, missing} {
		for _, resp := range []*tfprotov6.CallFunctionResponse{
			call(t, "older_than", now, empty, now),
			call(t, "older_than", now, text("26h"), empty),
			call(t, "age_seconds", now, empty),
		} {
			if resp.Error == nil {
				t.Error("no error")
			}
		}
	}
}

// The request belongs to the caller.
func TestNullArgumentsLeavesTheRequestAlone(t *testing.T) {
	t.Parallel()
	arguments := []*tfprotov6.DynamicValue{missing, text("2026-11-21T12:00:00Z")}
	call(t, "age_seconds", arguments...)
	if arguments[0] != missing || missing.MsgPack != nil {
		t.Error("the caller's arguments were written to")
	}
}

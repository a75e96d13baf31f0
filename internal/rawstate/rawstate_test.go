package rawstate_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/rawstate"
)

var (
	numbers = tftypes.List{ElementType: tftypes.Number}
	object  = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"a": tftypes.String, "items": numbers, "more": numbers, "z": numbers,
	}}
)

func encode(t interface{ Fatal(...any) }, typ tftypes.Type, value any) []byte {
	encoded, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, value))
	if err != nil {
		t.Fatal(err)
	}
	return encoded.MsgPack
}

// What is set is in the state as if it had been there from the beginning.
func TestSplice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		list := func(name string) []tftypes.Value {
			var values []tftypes.Value
			for _, n := range rapid.SliceOf(rapid.Int64()).Draw(t, name) {
				values = append(values, tftypes.NewValue(tftypes.Number, n))
			}
			if values == nil {
				return []tftypes.Value{}
			}
			return values
		}
		items, more, other := list("items"), list("more"), list("other")
		state := func(items, more any) []byte {
			return encode(t, object, map[string]tftypes.Value{
				"a":     tftypes.NewValue(tftypes.String, rapid.Just("x").Draw(t, "a")),
				"items": tftypes.NewValue(numbers, items),
				"more":  tftypes.NewValue(numbers, more),
				"z":     tftypes.NewValue(numbers, other),
			})
		}
		ctx, splice := rawstate.NewContext(t.Context())
		for name, values := range map[string][]tftypes.Value{"items": items, "more": more} {
			if err := rawstate.Set(ctx, name, encode(t, numbers, values)); err != nil {
				t.Fatal(err)
			}
		}
		resp := &tfprotov6.ReadDataSourceResponse{State: &tfprotov6.DynamicValue{MsgPack: state(nil, nil)}}
		if err := splice(resp); err != nil {
			t.Fatal(err)
		}
		if want := state(items, more); string(resp.State.MsgPack) != string(want) {
			t.Fatalf("got %x, want %x", resp.State.MsgPack, want)
		}
	})
}

func TestErrors(t *testing.T) {
	t.Parallel()
	// Without the provider's server, a value would be lost.
	if err := rawstate.Set(t.Context(), "items", nil); err == nil {
		t.Error("a value that can't be returned is no error")
	}
	// An attribute that is not null, or not there, would stay what it is.
	full := map[string]tftypes.Value{
		"a": tftypes.NewValue(tftypes.String, "x"), "items": tftypes.NewValue(numbers, []tftypes.Value{}),
		"more": tftypes.NewValue(numbers, nil), "z": tftypes.NewValue(numbers, nil),
	}
	for _, name := range []string{"items", "nothing"} {
		ctx, splice := rawstate.NewContext(t.Context())
		if err := rawstate.Set(ctx, name, []byte{0x90}); err != nil {
			t.Fatal(err)
		}
		if err := splice(&tfprotov6.ReadDataSourceResponse{State: &tfprotov6.DynamicValue{MsgPack: encode(t, object, full)}}); err == nil {
			t.Errorf("%s is no error", name)
		}
	}
	// A read that failed has no state.
	for _, state := range []*tfprotov6.DynamicValue{nil, {MsgPack: []byte{0xc0}}} {
		ctx, splice := rawstate.NewContext(t.Context())
		if err := rawstate.Set(ctx, "items", []byte{0x90}); err != nil {
			t.Fatal(err)
		}
		if err := splice(&tfprotov6.ReadDataSourceResponse{State: state}); err != nil {
			t.Error(err)
		}
	}
}

// A state beyond the protocol's limit is an error that says what to do.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	ctx, splice := rawstate.NewContext(t.Context())
	if err := rawstate.Set(ctx, "items", make([]byte, 256<<20)); err != nil {
		t.Fatal(err)
	}
	resp := &tfprotov6.ReadDataSourceResponse{State: &tfprotov6.DynamicValue{MsgPack: encode(t, object, map[string]tftypes.Value{
		"a": tftypes.NewValue(tftypes.String, "x"), "items": tftypes.NewValue(numbers, nil),
		"more": tftypes.NewValue(numbers, nil), "z": tftypes.NewValue(numbers, nil),
	})}}
	if err := splice(resp); err != nil {
		t.Fatal(err)
	}
	if resp.State != nil || len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, "summary_only") {
		t.Errorf("got %+v", resp.Diagnostics)
	}
}

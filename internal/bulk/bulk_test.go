package bulk_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bulk"
)

var (
	listType  = tftypes.List{ElementType: tftypes.String}
	stateType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"complete": tftypes.Bool, "items": listType, "region": tftypes.String,
	}}
)

// state is what a read gives, with a list or with null in its place.
func state(items any) tftypes.Value {
	return tftypes.NewValue(stateType, map[string]tftypes.Value{
		"complete": tftypes.NewValue(tftypes.Bool, true),
		"items":    tftypes.NewValue(listType, items),
		"region":   tftypes.NewValue(tftypes.String, "items"),
	})
}

func list(texts ...string) []tftypes.Value {
	items := make([]tftypes.Value, len(texts))
	for i, text := range texts {
		items[i] = tftypes.NewValue(tftypes.String, text)
	}
	return items
}

func encode(t *testing.T, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	wire, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	return &wire
}

// provider is a provider's server whose reads are a function.
type provider struct {
	tfprotov6.ProviderServer
	read func(ctx context.Context) (*tfprotov6.ReadDataSourceResponse, error)
}

func (p provider) ReadDataSource(ctx context.Context, _ *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return p.read(ctx)
}

func read(t *testing.T, read func(ctx context.Context) (*tfprotov6.ReadDataSourceResponse, error)) (*tfprotov6.ReadDataSourceResponse, error) {
	t.Helper()
	return bulk.Server(provider{read: read}).ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{})
}

// hand hands over a list of texts.
func hand(ctx context.Context, t *testing.T, texts ...string) bool {
	t.Helper()
	return bulk.Hand(ctx, "items", encode(t, tftypes.NewValue(listType, list(texts...))).MsgPack)
}

// What was handed over arrives as if it had been in the state.
func TestHandedListArrives(t *testing.T) {
	t.Parallel()
	for name, texts := range map[string][]string{"empty": {}, "one": {"a"}, "many": strings.Split(strings.Repeat("text,", 70_000), ",")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := read(t, func(ctx context.Context) (*tfprotov6.ReadDataSourceResponse, error) {
				if !hand(ctx, t, texts...) {
					t.Error("nobody took the list")
				}
				return &tfprotov6.ReadDataSourceResponse{State: encode(t, state(nil))}, nil
			})
			if err != nil || len(resp.Diagnostics) > 0 {
				t.Fatal(err, resp.Diagnostics)
			}
			if want := encode(t, state(list(texts...))); !bytes.Equal(resp.State.MsgPack, want.MsgPack) {
				t.Errorf("the state has %d bytes, want %d", len(resp.State.MsgPack), len(want.MsgPack))
			}
		})
	}
}

// Without the server, the list stays with the read, which has to put it into the
// state itself.
func TestNobodyListens(t *testing.T) {
	t.Parallel()
	if hand(t.Context(), t, "a") {
		t.Error("somebody took the list")
	}
}

// Each read has its own list, and one that hands over nothing gets none.
func TestReadsAreApart(t *testing.T) {
	t.Parallel()
	for range 2 {
		if _, err := read(t, func(ctx context.Context) (*tfprotov6.ReadDataSourceResponse, error) {
			hand(ctx, t, "a")
			return &tfprotov6.ReadDataSourceResponse{State: encode(t, state(nil))}, nil
		}); err != nil {
			t.Fatal(err)
		}
		for _, items := range []any{nil, list("b")} {
			want := encode(t, state(items))
			resp, err := read(t, func(context.Context) (*tfprotov6.ReadDataSourceResponse, error) {
				return &tfprotov6.ReadDataSourceResponse{State: encode(t, state(items))}, nil
			})
			if err != nil || !bytes.Equal(resp.State.MsgPack, want.MsgPack) {
				t.Errorf("the state is %x, want %x (%v)", resp.State.MsgPack, want.MsgPack, err)
			}
		}
	}
}

// A read that fails stays as it is, whatever it handed over before.
func TestFailedReads(t *testing.T) {
	t.Parallel()
	refused := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Unable to read"}}
	null := encode(t, tftypes.NewValue(stateType, nil))
	for name, answer := range map[string]*tfprotov6.ReadDataSourceResponse{
		"no state":   {Diagnostics: refused},
		"null state": {Diagnostics: refused, State: null},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := read(t, func(ctx context.Context) (*tfprotov6.ReadDataSourceResponse, error) {
				hand(ctx, t, "a")
				return answer, nil
			})
			if err != nil || len(resp.Diagnostics) != 1 || resp.Diagnostics[0] != refused[0] {
				t.Fatal(err, resp.Diagnostics)
			}
			if resp.State != nil && !bytes.Equal(resp.State.MsgPack, null.MsgPack) {
				t.Errorf("the state is %x", resp.State.MsgPack)
			}
		})
	}
	broken := errors.New("broken")
	_, err := read(t, func(ctx context.Context) (*tfprotov6.ReadDataSourceResponse, error) {
		hand(ctx, t, "a")
		return nil, broken
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

// Above what a message can hold, people are told so, and what helps. Otherwise
// the transport would end the read with an error about bytes.
func TestTooLargeForAMessage(t *testing.T) {
	t.Parallel()
	mebibyte := strings.Repeat("x", 1<<20)
	for _, test := range []struct {
		mebibytes int
		tooLarge  bool
	}{{255, false}, {256, true}} {
		texts := make([]string, test.mebibytes)
		for i := range texts {
			texts[i] = mebibyte
		}
		resp, err := read(t, func(ctx context.Context) (*tfprotov6.ReadDataSourceResponse, error) {
			hand(ctx, t, texts...)
			return &tfprotov6.ReadDataSourceResponse{State: encode(t, state(nil))}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !test.tooLarge {
			if len(resp.Diagnostics) > 0 || len(resp.State.MsgPack) < test.mebibytes<<20 {
				t.Errorf("%d MiB: %v", test.mebibytes, resp.Diagnostics)
			}
			continue
		}
		if resp.State != nil || len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
			t.Fatalf("%d MiB: %v", test.mebibytes, resp.Diagnostics)
		}
		for _, part := range []string{"256 MiB", "summary_only = true", "filters"} {
			if !strings.Contains(resp.Diagnostics[0].Detail, part) {
				t.Errorf("%q says nothing of %q", resp.Diagnostics[0].Detail, part)
			}
		}
	}
}

// Package rawstate lets a data source return attributes that are already in
// Terraform's wire format.
//
// The framework copies the value of a read, walks all of it, compares it with the copy
// and encodes it. For a list of 1,000 items with 56 attributes each, that is a
// quarter of a whole plan. So a data source leaves such a list null in its state, and
// sets it here; the provider's server puts it in its place when the framework is done. The
// measurement is in docs/decisions/0003-raw-state.md.
package rawstate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// maxMessage is the largest message that terraform-plugin-go sends, less some room
// for what is around the state.
const maxMessage = 256<<20 - 64<<10

type contextKey struct{}

// attributes are encoded values by the names of their attributes.
type attributes map[string][]byte

// NewContext returns a context in which [Set] can be called, and a function that puts the
// values that were set into the state of the response.
func NewContext(ctx context.Context) (context.Context, func(*tfprotov6.ReadDataSourceResponse) error) {
	set := attributes{}
	return context.WithValue(ctx, contextKey{}, set), set.splice
}

// Set sets an attribute of the state to a value in MessagePack. In the state itself it
// must be null. It is an error if the context is not one of [NewContext].
func Set(ctx context.Context, attribute string, encoded []byte) error {
	set, ok := ctx.Value(contextKey{}).(attributes)
	if !ok {
		return errors.New("this server can't return raw state")
	}
	set[attribute] = encoded
	return nil
}

// splice puts the values into the state of a response, unless the read failed.
func (a attributes) splice(resp *tfprotov6.ReadDataSourceResponse) error {
	if resp.State == nil || len(resp.State.MsgPack) == 0 || resp.State.MsgPack[0] == msgpcode.Nil {
		return nil
	}
	state, err := a.into(resp.State.MsgPack)
	if err != nil {
		return err
	}
	resp.State.MsgPack = state
	if size := len(state); size > maxMessage {
		resp.State = nil
		resp.Diagnostics = append(resp.Diagnostics, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError,
			Summary:  "List too large for Terraform",
			Detail: fmt.Sprintf("The result is %d MiB; the plugin protocol allows %d MiB. Set summary_only = true to return only counts and the latest items, or select fewer items with the arguments of the data source.",
				size>>20, maxMessage>>20),
		})
	}
	return nil
}

// into returns the state with the values in place of their nulls.
func (a attributes) into(state []byte) ([]byte, error) {
	missing := len(a)
	// The decoder reads from a bytes.Reader without a buffer of its own, so that the
	// reader's position is the decoder's.
	rest := bytes.NewReader(state)
	decoder := msgpack.NewDecoder(rest)
	count, err := decoder.DecodeMapLen()
	if err != nil {
		return nil, err
	}
	parts := [][]byte{}
	start := 0
	for range count {
		name, err := decoder.DecodeString()
		if err != nil {
			return nil, err
		}
		at := len(state) - rest.Len()
		if err := decoder.Skip(); err != nil {
			return nil, err
		}
		if encoded, ok := a[name]; ok && state[at] == msgpcode.Nil {
			parts = append(parts, state[start:at], encoded)
			start = at + 1
			missing--
		}
	}
	if missing > 0 {
		return nil, fmt.Errorf("the state has no null for %d of %d attributes", missing, len(a))
	}
	return slices.Concat(append(parts, state[start:])...), nil
}

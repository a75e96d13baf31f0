// Package bulk takes a data source's finished list around the framework.
//
// The framework copies a read's value, walks all of it for nulls and compares it
// with its copy before it encodes it. For a list that a read has just built,
// that is three times the work of the encoding, and finds nothing. So the data
// source leaves the list out of the state and hands it over here, and [Server]
// puts it in when the framework is done.
package bulk

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// maxMessage is what terraform-plugin-go sends at the most, less some room for
// the rest of the message.
const maxMessage = 256<<20 - 64<<10

type contextKey struct{}

// handover is what a read handed over.
type handover struct {
	attribute string
	value     tftypes.Value
	state     tftypes.Object
}

// Hand hands over the value of an attribute of the state, whose type is given.
// It is false where no [Server] listens: then the value belongs into the state.
func Hand(ctx context.Context, state tftypes.Object, attribute string, value tftypes.Value) bool {
	h, ok := ctx.Value(contextKey{}).(*handover)
	if ok {
		*h = handover{attribute: attribute, value: value, state: state}
	}
	return ok
}

// Server wraps a provider's server so that its reads can use [Hand].
func Server(next tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	return server{next}
}

type server struct{ tfprotov6.ProviderServer }

// ReadDataSource puts the value that was handed over into the state.
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	var h handover
	resp, err := s.ProviderServer.ReadDataSource(context.WithValue(ctx, contextKey{}, &h), req)
	if err != nil || resp.State == nil {
		return resp, err
	}
	if h.attribute != "" {
		if resp.State, err = h.into(resp.State); err != nil {
			return nil, err
		}
	}
	if size := len(resp.State.MsgPack); size > maxMessage {
		resp.State = nil
		resp.Diagnostics = append(resp.Diagnostics, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError,
			Summary:  "The list is larger than a message to Terraform may be",
			Detail: fmt.Sprintf("It takes %d MiB, and a provider can send %d MiB. Set summary_only = true, which gives the counts and the latest items alone, or read less at once with the data source's filters.",
				size>>20, maxMessage>>20),
		})
	}
	return resp, nil
}

// into gives the state with the value in its place.
func (h handover) into(state *tfprotov6.DynamicValue) (*tfprotov6.DynamicValue, error) {
	raw, err := state.Unmarshal(h.state)
	if err != nil {
		return nil, fmt.Errorf("the state of the read: %w", err)
	}
	if raw.IsNull() {
		return state, nil
	}
	attributes := map[string]tftypes.Value{}
	if err := raw.As(&attributes); err != nil {
		return nil, fmt.Errorf("the state of the read: %w", err)
	}
	attributes[h.attribute] = h.value
	full, err := tfprotov6.NewDynamicValue(h.state, tftypes.NewValue(h.state, attributes))
	if err != nil {
		return nil, fmt.Errorf("the state with %s: %w", h.attribute, err)
	}
	return &full, nil
}

// Package bulk takes a data source's finished list around the framework.
//
// The framework copies a read's value, walks all of it for nulls and compares it
// with its copy before it encodes it. For a list that a read has just built,
// that is three times the work of the encoding, and finds nothing. So the data
// source leaves the list out of the state and hands it over here, and [Server]
// puts it in when the framework is done.
package bulk

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// maxMessage is what terraform-plugin-go sends at the most, less some room for
// the rest of the message.
const maxMessage = 256<<20 - 64<<10

type contextKey struct{}

// handover is what a read handed over.
type handover struct {
	attribute string
	wire      []byte
}

// Hand hands over an attribute of the state as it goes over the wire, in
// MessagePack. In the state itself it must be null. It is false where no
// [Server] listens: then the value belongs into the state.
func Hand(ctx context.Context, attribute string, wire []byte) bool {
	h, ok := ctx.Value(contextKey{}).(*handover)
	if ok {
		*h = handover{attribute, wire}
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
	if h.attribute != "" && !isNull(resp.State.MsgPack) {
		if resp.State.MsgPack, err = h.into(resp.State.MsgPack); err != nil {
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

// into gives the state with the attribute in the place of its null.
func (h handover) into(state []byte) ([]byte, error) {
	rest := bytes.NewReader(state)
	decoder := msgpack.NewDecoder(rest)
	count, err := decoder.DecodeMapLen()
	for n := 0; err == nil && n < count; n++ {
		var name string
		if name, err = decoder.DecodeString(); err != nil {
			break
		}
		at := len(state) - rest.Len()
		if name == h.attribute && state[at] == msgpcode.Nil {
			return slices.Concat(state[:at], h.wire, state[at+1:]), nil
		}
		err = decoder.Skip()
	}
	return nil, fmt.Errorf("the state of the read has no null for %s: %w", h.attribute, err)
}

// isNull is the state of a read that failed.
func isNull(state []byte) bool { return len(state) == 1 && state[0] == msgpcode.Nil }

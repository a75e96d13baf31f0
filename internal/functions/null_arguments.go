package functions

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// NullArguments wraps a protocol server so that an empty argument of a function
// arrives as null. OpenTofu, 1.12.6 at least, sends a null argument as a value
// without content, which the framework refuses before the function is called.
func NullArguments(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	return nullArguments{server}
}

type nullArguments struct {
	tfprotov6.ProviderServer
}

// CallFunction calls the function with null for each empty argument.
func (s nullArguments) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	call := *req
	call.Arguments = slices.Clone(req.Arguments)
	for i, argument := range call.Arguments {
		if argument == nil || len(argument.MsgPack) == 0 && len(argument.JSON) == 0 {
			call.Arguments[i] = &tfprotov6.DynamicValue{MsgPack: []byte{0xc0}} // MessagePack's nil
		}
	}
	return s.ProviderServer.CallFunction(ctx, &call)
}

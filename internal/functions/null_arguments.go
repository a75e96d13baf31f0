package functions

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// WithNullArguments returns a request whose empty arguments are null. OpenTofu sends
// a null argument as a value without content, which the framework rejects
// before the function is called; docs/decisions/0004-opentofu-null-arguments.md says
// where, and how to find out that this is no longer needed.
func WithNullArguments(req *tfprotov6.CallFunctionRequest) *tfprotov6.CallFunctionRequest {
	call := *req
	call.Arguments = slices.Clone(req.Arguments)
	for i, argument := range call.Arguments {
		if argument == nil || len(argument.MsgPack) == 0 && len(argument.JSON) == 0 {
			call.Arguments[i] = &tfprotov6.DynamicValue{MsgPack: []byte{0xc0}} // MessagePack's nil
		}
	}
	return &call
}

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/functions"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/rawstate"
)

// frameworkServer is the framework's server with all optional interfaces of the
// protocol. The protocol's library finds those by type assertion, so a wrapper that
// embeds less than all of them would hide the others.
type frameworkServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// server is the provider's protocol server: the framework's, with two additions.
type server struct{ frameworkServer }

// Server returns the provider's protocol server.
func Server(version string) tfprotov6.ProviderServer {
	inner := providerserver.NewProtocol6(New(version))()
	if all, ok := inner.(frameworkServer); ok {
		return server{all}
	}
	return inner // a test fails before this happens
}

// ReadDataSource adds the attributes that the data source returned as raw state.
func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	ctx, splice := rawstate.NewContext(ctx)
	resp, err := s.frameworkServer.ReadDataSource(ctx, req)
	if err != nil {
		return nil, err
	}
	return resp, splice(resp)
}

// CallFunction replaces the empty arguments that OpenTofu sends for null.
func (s server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return s.frameworkServer.CallFunction(ctx, functions.WithNullArguments(req))
}

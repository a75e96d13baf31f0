package alibabacloud_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/request"
)

// BenchmarkDo is a call with a small answer over a local connection: what signing,
// credentials and the envelope cost, beside the request itself.
func BenchmarkDo(b *testing.B) {
	dbs := newService(b, succeed)
	requests := request.New(request.Options{PerSecond: 1e9})
	client := alibabacloud.NewClient(alibabacloud.Settings{
		AccessKey: "id", SecretKey: "secret", SecurityToken: "token", Endpoint: dbs.URL,
	}, func(string) string { return "" }, requests, nil)
	b.ReportAllocs()
	for b.Loop() {
		if err := client.Do(b.Context(), operation, decode); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRequest is the same request without a signature, to compare.
func BenchmarkRequest(b *testing.B) {
	dbs := newService(b, succeed)
	requests := request.New(request.Options{PerSecond: 1e9})
	call := request.Call{Operation: operation.Action}
	b.ReportAllocs()
	for b.Loop() {
		call.Build = func(ctx context.Context) (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodPost, dbs.URL+"/?"+operation.Query.Encode(), http.NoBody)
		}
		call.Read = func(answer request.Answer) error {
			_, err := decode(answer.Body)
			return err
		}
		if err := requests.Do(b.Context(), call); err != nil {
			b.Fatal(err)
		}
	}
}

package field_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud/dbs"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/bench"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/field"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// BenchmarkList writes 100 backup plans as they go over the wire. BenchmarkEncode
// is terraform-plugin-go's way, from a value that is made already.
func BenchmarkList(b *testing.B) {
	plans := plans(b)
	table := field.Of[dbs.BackupPlanDetail]()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := table.List(plans); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	table := field.Of[dbs.BackupPlanDetail]()
	wire, err := table.List(plans(b))
	if err != nil {
		b.Fatal(err)
	}
	value, err := field.Decode(wire, tftypes.List{ElementType: table.Type()})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tfprotov6.NewDynamicValue(value.Type(), value); err != nil {
			b.Fatal(err)
		}
	}
}

func plans(b *testing.B) []*dbs.BackupPlanDetail {
	b.Helper()
	var answer struct {
		Items struct{ BackupPlanDetail []*dbs.BackupPlanDetail }
	}
	if err := scalar.Unmarshal(bench.Lists[0].Pages(100)[0], &answer); err != nil {
		b.Fatal(err)
	}
	return answer.Items.BackupPlanDetail
}

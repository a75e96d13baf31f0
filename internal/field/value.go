package field

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

// Text is the value of a single text.
func Text(t scalar.Text) tftypes.Value {
	if !t.Valid {
		return tftypes.NewValue(tftypes.String, nil)
	}
	return tftypes.NewValue(tftypes.String, t.Value)
}

// Number is the value of a single whole number; nil is null.
func Number(i *int64) tftypes.Value {
	if i == nil {
		return tftypes.NewValue(tftypes.Number, nil)
	}
	return tftypes.NewValue(tftypes.Number, *i)
}

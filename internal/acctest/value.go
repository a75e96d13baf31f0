package acctest

import (
	"encoding/json"
	"math/big"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Value returns a value in Go's types: string, bool, json.Number with every digit,
// []any, map[string]any, and nil for null.
func Value(t testing.TB, value tftypes.Value) any {
	t.Helper()
	if !value.IsKnown() {
		t.Fatalf("%s is unknown", value)
	}
	if value.IsNull() {
		return nil
	}
	as := func(into any) {
		if err := value.As(into); err != nil {
			t.Fatal(err)
		}
	}
	switch typ := value.Type(); {
	case typ.Is(tftypes.String):
		var s string
		as(&s)
		return s
	case typ.Is(tftypes.Bool):
		var b bool
		as(&b)
		return b
	case typ.Is(tftypes.Number):
		var n *big.Float
		as(&n)
		return json.Number(n.Text('f', -1))
	case typ.Is(tftypes.List{}), typ.Is(tftypes.Set{}):
		var elements []tftypes.Value
		as(&elements)
		list := make([]any, len(elements))
		for i, element := range elements {
			list[i] = Value(t, element)
		}
		return list
	}
	var attributes map[string]tftypes.Value
	as(&attributes)
	object := make(map[string]any, len(attributes))
	for name, attribute := range attributes {
		object[name] = Value(t, attribute)
	}
	return object
}

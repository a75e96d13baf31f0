package mockcloud_test

import (
	"encoding/json"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// TestItem proves that an item is kept word for word, and what With and
// Without change.
func TestItem(t *testing.T) {
	t.Parallel()
	values := rapid.SampledFrom([]string{`1`, `-0.50e3`, `"a"`, `"\u00e9<&>"`, `null`, `true`, `{"b":[1, 2]}`, `9007199254740993`, `"a\"b"`})
	rapid.Check(t, func(t *rapid.T) {
		members := rapid.MapOfN(rapid.String(), values, 0, 5).Draw(t, "members")
		source := "{ "
		var names []string
		for name, value := range members {
			if len(names) > 0 {
				source += " ,\n"
			}
			encoded, _ := json.Marshal(name)
			source += string(encoded) + " : " + value
			names = append(names, name)
		}
		source += "\t}"
		item, err := mockcloud.ParseItem([]byte(source))
		if err != nil {
			t.Fatalf("%s: %v", source, err)
		}
		if item.String() != source || !slices.Equal(item.Names(), names) {
			t.Fatalf("%s became %s with %q", source, item, item.Names())
		}
		for name, value := range members {
			if raw, found := item.Raw(name); !found || string(raw) != value {
				t.Fatalf("%q is %s, want %s", name, raw, value)
			}
			changed := item.With(name, "new").With("added at the end", 7)
			if !slices.Equal(changed.Names(), append(slices.Clone(names), "added at the end")) || changed.Text(name) != "new" {
				t.Fatalf("With gave %s", changed)
			}
			removed := item.Without(name)
			if _, found := removed.Raw(name); found || len(removed.Names()) != len(names)-1 || !json.Valid([]byte(removed.String())) {
				t.Fatalf("Without gave %s", removed)
			}
			if item.String() != source {
				t.Fatalf("the item itself changed to %s", item)
			}
		}
	})
	for text, want := range map[string]string{`{"a":"x\ny"}`: "x\ny", `{"a":1e2}`: "1e2", `{"a":null}`: "", `{}`: "", `{"a":false}`: "false"} {
		if got := mockcloud.JSON(text).Text("a"); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{``, `[]`, `{"a":}`, `{"a":1`, `{} {}`, `null`, `{"a" 1}`} {
		if item, err := mockcloud.ParseItem([]byte(text)); err == nil {
			t.Errorf("%q was taken for %s", text, item)
		}
	}
}

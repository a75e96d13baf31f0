package setting_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// What is not made of letters, digits and hyphens could name another host.
func TestRegion(t *testing.T) {
	for _, id := range []string{"cn-hangzhou", "cn-shanghai-finance-1", "ap-southeast-3", "eu-west-101", "r"} {
		if got, err := setting.NewValue(" "+id+"\n", "region").Region("xx-1"); err != nil || got != id {
			t.Errorf("%q: got %q, %v", id, got, err)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		outer := rapid.StringMatching(`[a-z0-9-]{0,5}`)
		bad := rapid.SampledFrom([]string{".", "/", ":", "@", "#", "?", "%2e", " ", "\\", "é", "\x00", "\n", "--"}).Draw(t, "bad")
		region := "a" + outer.Draw(t, "before") + bad + outer.Draw(t, "after") + "z"
		got, err := setting.NewValue(region, "the environment variable R").Region("xx-1")
		if err == nil {
			t.Fatalf("%q was taken as %q", region, got)
		}
		for _, says := range []string{"the environment variable R", "is not the id of a region", "xx-1"} {
			if !strings.Contains(err.Error(), says) {
				t.Fatalf("the error doesn't say %q: %v", says, err)
			}
		}
	})
}

func TestSeconds(t *testing.T) {
	for text, want := range map[string]int{"": 0, "900": 900, "3600": 3600, "43200": 43200} {
		if got, err := setting.NewValue(text, "duration").Seconds(900, 43200); err != nil || got != want {
			t.Errorf("%q: got %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"899", "43201", "-900", "1h", "900.5", "0", "99999999999999999999"} {
		_, err := setting.NewValue(text, "the environment variable D").Seconds(900, 43200)
		if err == nil || !strings.Contains(err.Error(), "the environment variable D") || !strings.Contains(err.Error(), "from 900 to 43200") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

package setting_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// environment is a process's environment.
type environment map[string]string

func (e environment) get(name string) string { return e[name] }

var source = setting.Source{Block: "cloud", Attribute: "role.name", Environment: []string{"FIRST", "SECOND"}, What: "a role"}

// The block comes before the environment, and each name before the later ones.
// Blanks are no value, and are no part of one.
func TestFind(t *testing.T) {
	origins := []string{"cloud.role.name", "the environment variable FIRST", "the environment variable SECOND"}
	text := rapid.SampledFrom([]string{"", "a", "b c", " \t\n", " d\n"})
	trimmed := map[string]string{"a": "a", "b c": "b c", " d\n": "d"}
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(text, 3, 3).Draw(t, "block, FIRST, SECOND")
		env := environment{"FIRST": texts[1], "SECOND": texts[2]}
		first := func(from int) setting.Value {
			for i := from; i < len(texts); i++ {
				if found := trimmed[texts[i]]; found != "" {
					return setting.Value{Text: found, Origin: origins[i]}
				}
			}
			return setting.Value{Origin: "cloud.role.name, FIRST, SECOND"}
		}
		if got, want := source.Find(texts[0], env.get), first(0); got != want {
			t.Errorf("Find gives %+v, want %+v", got, want)
		}
		if got, want := source.From(env.get), first(1); got != want {
			t.Errorf("From gives %+v, want %+v", got, want)
		}
		if got := source.In(texts[0]); got.Text != trimmed[texts[0]] || got.Found() != (got.Text != "") {
			t.Errorf("In gives %+v", got)
		}
	})
}

func TestFindNumber(t *testing.T) {
	for _, test := range []struct {
		block       int
		environment string
		want        setting.Value
	}{
		{1800, "7200", setting.Value{Text: "1800", Origin: "cloud.role.name"}},
		{0, "7200", setting.Value{Text: "7200", Origin: "the environment variable SECOND"}},
		{0, "", setting.Value{Origin: "cloud.role.name, FIRST, SECOND"}},
	} {
		if got := source.FindNumber(test.block, environment{"SECOND": test.environment}.get); got != test.want {
			t.Errorf("%d, %q: got %+v, want %+v", test.block, test.environment, got, test.want)
		}
	}
}

func TestWays(t *testing.T) {
	if got := source.String(); got != "cloud.role.name, FIRST, SECOND" {
		t.Errorf("got %s", got)
	}
	if got := (setting.Source{Block: "cloud", Environment: []string{"ONLY"}}).String(); got != "ONLY" {
		t.Errorf("got %s", got)
	}
}

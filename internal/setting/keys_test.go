package setting_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

func keys(origin, access, secret, token string) setting.Keys {
	return setting.Keys{
		Access: setting.Value{Text: access, Origin: origin + " access"},
		Secret: setting.Value{Text: secret, Origin: origin + " secret"},
		Token:  setting.Value{Text: token, Origin: origin + " token"},
	}
}

// Halves of two access keys never come together: what the block has stays, and
// what it lacks comes from an environment that says nothing else.
func TestFillFrom(t *testing.T) {
	draw := rapid.SampledFrom([]string{"", "a", "b"})
	rapid.Check(t, func(t *rapid.T) {
		block := keys("block", draw.Draw(t, "access"), draw.Draw(t, "secret"), draw.Draw(t, "token"))
		environment := keys("environment", draw.Draw(t, "environment's access"), draw.Draw(t, "environment's secret"), draw.Draw(t, "environment's token"))
		got := block.FillFrom(environment)
		if got.Token != block.Token {
			t.Errorf("the token is %+v", got.Token)
		}
		for _, half := range []struct{ got, block, environment, other, otherEnvironment setting.Value }{
			{got.Access, block.Access, environment.Access, block.Secret, environment.Secret},
			{got.Secret, block.Secret, environment.Secret, block.Access, environment.Access},
		} {
			another := half.other.Found() && half.otherEnvironment.Found() && half.other.Text != half.otherEnvironment.Text
			want := half.block
			if !half.block.Found() && block.Found() && !another {
				want = half.environment
			}
			if half.got != want {
				t.Errorf("got %+v, want %+v", half.got, want)
			}
		}
	})
}

func TestCheck(t *testing.T) {
	for _, test := range []struct {
		keys setting.Keys
		says []string // none is no error
	}{
		{keys("e", "", "", ""), nil},
		{keys("e", "a", "s", ""), nil},
		{keys("e", "a", "s", "t"), nil},
		{keys("e", "a", "", ""), []string{"e access is set", "secret key", "(e secret)"}},
		{keys("e", "", "s", ""), []string{"e secret is set", "access key", "(e access)"}},
		{keys("e", "", "", "t"), []string{"e token is set", "access key", "(e access)"}},
		{keys("e", "a", "", "t"), []string{"e access is set", "secret key", "(e secret)"}},
	} {
		err := test.keys.Check()
		if (err == nil) != (test.says == nil) {
			t.Errorf("%+v: %v", test.keys, err)
		}
		for _, says := range test.says {
			if err != nil && !strings.Contains(err.Error(), says) {
				t.Errorf("the error doesn't say %q: %v", says, err)
			}
		}
	}
}

package scalar_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/scalar"
)

type item struct {
	Text    scalar.Text
	Integer scalar.Integer
	Boolean scalar.Boolean
	Millis  scalar.Millis
}

func read(t interface{ Fatalf(string, ...any) }, body string) item {
	var i item
	if err := scalar.Unmarshal([]byte(body), &i); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return i
}

// An integer is exact over all 64 bits, as a number and as text, and a text that
// comes as a number is what the number shows.
func TestIntegersAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Int64().Draw(t, "integer")
		for _, form := range []string{"%d", `"%d"`} {
			value := fmt.Sprintf(form, want)
			i := read(t, fmt.Sprintf(`{"Integer": %s, "Millis": %s, "Text": %s}`, value, value, value))
			if i.Integer != scalar.NewInteger(want) || i.Millis.Integer != scalar.NewInteger(want) {
				t.Fatalf("%s is read as %v and %v", value, i.Integer, i.Millis)
			}
			if i.Text != scalar.NewText(strconv.FormatInt(want, 10)) {
				t.Fatalf("%s is read as the text %v", value, i.Text)
			}
		}
	})
}

// A text stays what it is, whatever it has in it.
func TestTextsStay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		quoted, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, fmt.Sprintf(`{"Text": %s}`, quoted)).Text; got != scalar.NewText(want) {
			t.Fatalf("%s is read as %q", quoted, got.Value)
		}
	})
}

func TestForms(t *testing.T) {
	t.Parallel()
	yes, no := scalar.Boolean{Value: true, Valid: true}, scalar.Boolean{Valid: true}
	tests := map[string]item{
		`{}`: {},
		`{"Text": null, "Integer": null, "Boolean": null, "Millis": null}`: {},
		`{"Text": "", "Integer": "", "Boolean": ""}`:                       {Text: scalar.NewText("")},
		`{"Text": true, "Boolean": "true"}`:                                {Text: scalar.NewText("true"), Boolean: yes},
		`{"Text": 74464.0, "Boolean": "False"}`:                            {Text: scalar.NewText("74464.0"), Boolean: no},
		`{"Text": 123456789012345678901234567890}`:                         {Text: scalar.NewText("123456789012345678901234567890")},
		`{"Integer": 151.0, "Boolean": false}`:                             {Integer: scalar.NewInteger(151), Boolean: no},
		`{"Integer": "1.51e2", "Boolean": true}`:                           {Integer: scalar.NewInteger(151), Boolean: yes},
		`{"Unknown": {"deep": [1, {}]}, "Integer": 7}`:                     {Integer: scalar.NewInteger(7)},
	}
	for body, want := range tests {
		if got := read(t, body); got != want {
			t.Errorf("%s is read as %+v", body, got)
		}
	}
}

// What can't be read without loss is refused, and the error names the place.
func TestRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`{"List": [{}, {"Integer": 9223372036854775808}]}`:        `List[1].Integer: "9223372036854775808" where a whole number of 64 bits belongs`,
		`{"List": [{"Integer": 1.5}]}`:                            `List[0].Integer: "1.5" where`,
		`{"List": [{"Integer": "soon"}]}`:                         `List[0].Integer: "soon" where`,
		`{"List": [{"Integer": 1e999999999}]}`:                    `List[0].Integer: "1e999999999" where`,
		`{"List": [{"Integer": true}]}`:                           `List[0].Integer: true where a whole number belongs`,
		`{"List": [{"Boolean": 1}]}`:                              `List[0].Boolean: "1" where true or false belongs`,
		`{"List": [{"Boolean": "yes"}]}`:                          `List[0].Boolean: "yes" where true or false belongs`,
		`{"List": [{"Text": {"a": 1}}]}`:                          `List[0].Text: an object where a text belongs`,
		`{"List": [{"Text": ["a"]}]}`:                             `List[0].Text: an array where a text belongs`,
		`{"List": [{"Millis": "2020-03-09"}]}`:                    `List[0].Millis: "2020-03-09" where`,
		`{"List": {}}`:                                            `List: an object where something else belongs`,
		`{"List": ["a"]}`:                                         `List[0]: a text where something else belongs`,
		`[]`:                                                      `the answer: an array where something else belongs`,
		`{"List": [{"Text": "a`:                                   `the JSON is cut short`,
		`{"List": [{"Text": "` + "\xff" + `"}]}`:                  `List[0].Text: no valid JSON at byte`,
		strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000): `the answer: an array where something else belongs`,
	}
	for body, want := range tests {
		var into struct{ List []item }
		err := scalar.Unmarshal([]byte(body), &into)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got %v, want %s", body, err, want)
		}
	}
}

// A point in time goes to RFC 3339 and back without loss, and zero is none.
func TestInstants(t *testing.T) {
	t.Parallel()
	earliest := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	latest := time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC).UnixMilli()
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(earliest, latest).Draw(t, "milliseconds")
		at, ok := scalar.Millis{Integer: scalar.NewInteger(ms)}.Instant()
		if ok != (ms != 0) {
			t.Fatalf("%d is a time: %v", ms, ok)
		}
		if !ok {
			return
		}
		text := scalar.FormatTime(at)
		back, err := time.Parse(time.RFC3339, text)
		if err != nil || back.UnixMilli() != ms {
			t.Fatalf("%d is written %s (%v)", ms, text, err)
		}
		if strings.Contains(text, ".") != (ms%1000 != 0) || !strings.HasSuffix(text, "Z") {
			t.Fatalf("%d is written %s", ms, text)
		}
	})
	for _, ms := range []int64{earliest - 1, latest + 1, math.MinInt64, math.MaxInt64} {
		if _, ok, err := (scalar.Millis{Integer: scalar.NewInteger(ms)}).Moment(); !ok || err == nil {
			t.Errorf("%d is no error", ms)
		}
	}
}

// Whatever bytes come, reading them ends in a value or an error, and a text that
// was read is one that Terraform can take.
func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{`{"Text":"a","Integer":1,"Boolean":true,"Millis":1583740896000}`, `{"Integer":"9007199254740993"}`, `{"Text":1e400}`, `null`, `[`, ``, "{\"Text\":\"\xff\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var i item
		if err := scalar.Unmarshal(body, &i); err == nil && !utf8.ValidString(i.Text.Value) {
			t.Fatalf("%q is no UTF-8", i.Text.Value)
		}
	})
}

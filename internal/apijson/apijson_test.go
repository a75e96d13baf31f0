package apijson_test

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

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/apijson"
)

type item struct {
	String  apijson.String
	Int64   apijson.Int64
	Float64 apijson.Float64
	Bool    apijson.Bool
	Millis  apijson.Millis
	Time    apijson.OffsetTime
}

func unmarshal(t interface{ Fatalf(string, ...any) }, body string) item {
	var i item
	if err := apijson.Unmarshal([]byte(body), &i); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return i
}

// An integer is exact over all 64 bits, as a number and as a string, and a number
// in place of a string is that number's digits.
func TestIntegersAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Int64().Draw(t, "integer")
		for _, form := range []string{"%d", `"%d"`} {
			value := fmt.Sprintf(form, want)
			i := unmarshal(t, fmt.Sprintf(`{"Int64": %s, "Millis": %s, "String": %s}`, value, value, value))
			if i.Int64 != apijson.NewInt64(want) || i.Millis.Int64 != apijson.NewInt64(want) {
				t.Fatalf("%s is read as %v and %v", value, i.Int64, i.Millis)
			}
			if i.String != apijson.NewString(strconv.FormatInt(want, 10)) {
				t.Fatalf("%s is read as the string %v", value, i.String)
			}
		}
	})
}

func TestStringsAreUnchanged(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "string")
		quoted, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if got := unmarshal(t, fmt.Sprintf(`{"String": %s}`, quoted)).String; got != apijson.NewString(want) {
			t.Fatalf("%s is read as %q", quoted, got.Value)
		}
	})
}

func TestForms(t *testing.T) {
	t.Parallel()
	yes, no := apijson.Bool{Value: true, Valid: true}, apijson.Bool{Valid: true}
	number := func(f float64) apijson.Float64 { return apijson.Float64{Value: f, Valid: true} }
	tests := map[string]item{
		`{}`: {},
		`{"String": null, "Int64": null, "Float64": null, "Bool": null, "Millis": null, "Time": null}`: {},
		`{"String": "", "Int64": "", "Float64": "", "Bool": ""}`:                                       {String: apijson.NewString("")},
		`{"String": true, "Bool": "true"}`:                                                             {String: apijson.NewString("true"), Bool: yes},
		`{"String": 74464.0, "Bool": "False"}`:                                                         {String: apijson.NewString("74464.0"), Bool: no},
		`{"String": 123456789012345678901234567890}`:                                                   {String: apijson.NewString("123456789012345678901234567890")},
		`{"Int64": 151.0, "Bool": false}`:                                                              {Int64: apijson.NewInt64(151), Bool: no},
		`{"Int64": "1.51e2", "Bool": true}`:                                                            {Int64: apijson.NewInt64(151), Bool: yes},
		`{"Float64": 2803, "Int64": 7}`:                                                                {Float64: number(2803), Int64: apijson.NewInt64(7)},
		`{"Float64": "0.25", "Unknown": {"deep": [1, {}]}}`:                                            {Float64: number(0.25)},
		`{"String": "a` + "\xe5\x90" + `"}`:                                                            {String: apijson.NewString("a\ufffd")},
		`{"String": "a\ud83d"}`:                                                                        {String: apijson.NewString("a\ufffd")},
		`{"Time": "2020-07-06T10:41:14+0800"}`:                                                         {Time: apijson.OffsetTime{String: apijson.NewString("2020-07-06T10:41:14+0800")}},
	}
	for body, want := range tests {
		got := unmarshal(t, body)
		got.String.Value = strings.ReplaceAll(got.String.Value, "\ufffd\ufffd", "\ufffd")
		if got != want {
			t.Errorf("%s is read as %+v", body, got)
		}
	}
}

// What can't be read without loss is an error that names the place.
func TestErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		`{"List": [{}, {"Int64": 9223372036854775808}]}`:          `List.1.Int64: "9223372036854775808" instead of a 64-bit integer`,
		`{"List": [{"Int64": 1.5}]}`:                              `List.0.Int64: "1.5" instead`,
		`{"List": [{"Int64": "soon"}]}`:                           `List.0.Int64: "soon" instead`,
		`{"List": [{"Int64": 1e999999999}]}`:                      `List.0.Int64: "1e999999999" instead`,
		`{"List": [{"Int64": true}]}`:                             `List.0.Int64: "true" instead of a 64-bit integer`,
		`{"List": [{"Float64": "NaN"}]}`:                          `List.0.Float64: "NaN" instead of a number`,
		`{"List": [{"Bool": 1}]}`:                                 `List.0.Bool: "1" instead of true or false`,
		`{"List": [{"Bool": "yes"}]}`:                             `List.0.Bool: "yes" instead of true or false`,
		`{"List": [{"String": {"a": 1}}]}`:                        `List.0.String: an object instead of a string`,
		`{"List": [{"String": ["a"]}]}`:                           `List.0.String: an array instead of a string`,
		`{"List": [{"Millis": "2020-03-09"}]}`:                    `List.0.Millis: "2020-03-09" instead`,
		`{"List": {}}`:                                            `List: an object instead of an array`,
		`{"List": ["a"]}`:                                         `List.0: a string instead of another type`,
		`[]`:                                                      `the response: an array instead of another type`,
		`{"List": [{"String": "a`:                                 `the JSON ends early`,
		`{"List": [{"String": "a"]}`:                              `invalid JSON at byte`,
		`{"List": [` + strings.Repeat("{},", 10_000) + `{}]}`:     `List: more than 10000 items in one response`,
		strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000): `the response: an array instead of another type`,
	}
	for body, want := range tests {
		var into struct{ List apijson.Items[item] }
		err := apijson.Unmarshal([]byte(body), &into)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: got %v, want %s", body, err, want)
		}
	}
}

// An absent list is not an empty one.
func TestItems(t *testing.T) {
	t.Parallel()
	tests := map[string]apijson.Items[item]{
		`{}`:                       {},
		`{"List": null}`:           {},
		`{"List": []}`:             {Present: true},
		`{"List": [{"Int64": 1}]}`: {Present: true, List: []item{{Int64: apijson.NewInt64(1)}}},
	}
	for body, want := range tests {
		var got struct{ List apijson.Items[item] }
		if err := apijson.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		if got.List.Present != want.Present || fmt.Sprint(got.List.List) != fmt.Sprint(want.List) {
			t.Errorf("%s is read as %+v", body, got.List)
		}
	}
}

// A point in time survives the way to RFC 3339 and back, and zero is none.
func TestMillis(t *testing.T) {
	t.Parallel()
	earliest := time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	latest := time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC).UnixMilli()
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(earliest, latest).Draw(t, "milliseconds")
		at, ok, err := apijson.Millis{Int64: apijson.NewInt64(ms)}.Time()
		if ok != (ms != 0) || err != nil {
			t.Fatalf("%d is a time: %v (%v)", ms, ok, err)
		}
		if !ok {
			return
		}
		formatted := apijson.FormatTime(at)
		back, err := time.Parse(time.RFC3339, formatted)
		if err != nil || back.UnixMilli() != ms {
			t.Fatalf("%d is written as %s (%v)", ms, formatted, err)
		}
		if strings.Contains(formatted, ".") != (ms%1000 != 0) || !strings.HasSuffix(formatted, "Z") {
			t.Fatalf("%d is written as %s", ms, formatted)
		}
	})
	for _, ms := range []int64{earliest - 1, latest + 1, math.MinInt64, math.MaxInt64} {
		if _, ok, err := (apijson.Millis{Int64: apijson.NewInt64(ms)}).Time(); !ok || err == nil {
			t.Errorf("%d is no error", ms)
		}
	}
}

func TestOffsetTime(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"2020-07-06T10:41:14+0800":  "2020-07-06T02:41:14Z",
		"2020-07-06T10:41:14+08:00": "2020-07-06T02:41:14Z",
		"2018-08-20T02:33:49_0800":  "2018-08-19T18:33:49Z",
		"2020-07-06T10:41:14Z":      "2020-07-06T10:41:14Z",
		"":                          "none",
		"2020-07-06 10:41:14":       "error",
		"9999-12-31T23:59:59-0800":  "error",
		"soon":                      "error",
	}
	for value, want := range tests {
		at, ok, err := apijson.OffsetTime{String: apijson.NewString(value)}.Time()
		got := apijson.FormatTime(at)
		switch {
		case err != nil:
			got = "error"
		case !ok:
			got = "none"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", value, got, want)
		}
	}
}

// Any bytes end in a value or an error, and a string that was read is valid UTF-8,
// which Terraform requires.
func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{`{"String":"a","Int64":1,"Bool":true,"Millis":1583740896000}`, `{"Int64":"9007199254740993"}`, `{"String":1e400}`, `null`, `[`, ``, "{\"String\":\"\xff\"}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var i item
		if err := apijson.Unmarshal(body, &i); err == nil && !utf8.ValidString(i.String.Value) {
			t.Fatalf("%q is not valid UTF-8", i.String.Value)
		}
	})
}

package mockcloud

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"
)

// Faults are the failures that the server injects. The zero value is normal
// operation. Verified requests are counted from the moment that SetFaults was
// called; "every n" applies to the n-th, the 2n-th and so on of them, 0 to none.
// If several of these are due for one request, the first in the order below is
// injected; changes of the list, latency, and faults without "every" go together
// with all.
//
// The tags are the program's flags: ThrottleEvery is -throttle-every. What is in
// braces is a flag's value.
type Faults struct {
	Only    []string `flag:"only" help:"limit the faults to these {operations}, separated by commas"`
	OnlyKey string   `flag:"only-key" help:"limit the faults to requests about one {id} of a plan, instance or project, or one region"`
	First   int      `flag:"first" help:"limit the faults to the first {n} requests: an incident that ends"`

	// The list changes before it is read: a backup was made or deleted while a
	// client read it. ReplaceEvery and RotateEvery leave the total as it is; with
	// RotateEvery all pages shift.
	AddEvery     int    `flag:"add-every" help:"every {n}th request finds one more item in the list"`
	RemoveEvery  int    `flag:"remove-every" help:"every {n}th request finds one item less"`
	ReplaceEvery int    `flag:"replace-every" help:"every {n}th request finds an item replaced by another"`
	RotateEvery  int    `flag:"rotate-every" help:"every {n}th request finds the last item purged and a new one first; 1 is a list that never settles"`
	ChangeAt     string `flag:"change-at" oneof:"start middle end" help:"{place} in the list at which items are added, removed or replaced: start, middle, end"`

	// The connection.
	Latency   time.Duration `flag:"latency" help:"{duration} by which each answer is delayed"`
	HangEvery int           `flag:"hang-every" help:"every {n}th request is never answered"`
	DropEvery int           `flag:"drop-every" help:"every {n}th connection breaks before the answer"`

	// Throttling, as Throttling.User of Alibaba Cloud and APIGW.0308 of Huawei
	// Cloud. RetryAfter is sent in whole seconds, RetryAfterHint in the vendor's own
	// header X-Acs-Retry-After in milliseconds.
	ThrottleEvery  int           `flag:"throttle-every" help:"every {n}th request is throttled"`
	ThrottleRate   float64       `flag:"throttle-rate" help:"requests beyond {n} a second are throttled"`
	ThrottleStatus int           `flag:"throttle-status" oneof:"400 429" help:"HTTP {status} of throttling by Alibaba Cloud: 400 (default) or 429"`
	RetryAfter     time.Duration `flag:"retry-after" help:"{duration} in the Retry-After header of throttled requests"`
	RetryAfterHint time.Duration `flag:"retry-after-hint" help:"{duration} in the X-Acs-Retry-After header of throttled requests"`

	// Errors. EchoSecretsEvery quotes the keys, tokens and signature of the request
	// and the secret key, which must not be shown by a client. ExpiredEvery has a
	// client renew its credentials. InBandForm "status" is HttpStatusCode or status_code
	// 500 beside an empty list, "code" an error code beside an empty list.
	ErrorEvery       int    `flag:"error-every" help:"every {n}th request fails in the server"`
	ErrorStatus      int    `flag:"error-status" help:"HTTP {status} of those failures: 400 to 599, default 503"`
	ErrorHTML        bool   `flag:"error-html" help:"those failures have an HTML body, as a proxy's have"`
	EchoSecretsEvery int    `flag:"echo-secrets-every" help:"every {n}th request gets an error that quotes keys, tokens and signature"`
	ExpiredEvery     int    `flag:"expired-every" help:"every {n}th request gets the error of an expired token"`
	InBandEvery      int    `flag:"in-band-every" help:"every {n}th request gets an error with HTTP status 200"`
	InBandForm       string `flag:"in-band-form" oneof:"envelope status code" help:"{form} of that error: envelope (default); status or code, beside an empty list"`
	InBandCode       string `flag:"in-band-code" help:"error {code} of that error"`
	RedirectEvery    int    `flag:"redirect-every" help:"every {n}th request is redirected"`
	RedirectTo       string `flag:"redirect-to" help:"{URL} to which it is redirected"`

	// The list of an answer.
	RepeatEvery    int    `flag:"repeat-every" help:"every {n}th answer repeats the page before"`
	NullListEvery  int    `flag:"null-list-every" help:"every {n}th answer has null for the list"`
	NoListEvery    int    `flag:"no-list-every" help:"every {n}th answer has no list"`
	ForeignEvery   int    `flag:"foreign-every" help:"every {n}th answer has an item of another plan or instance"`
	CutEvery       int    `flag:"cut-every" help:"every {n}th connection breaks in the middle of the answer"`
	TruncateEvery  int    `flag:"truncate-every" help:"every {n}th answer ends in its middle, as if it were whole"`
	CapPage        int    `flag:"cap-page" help:"pages have at most {n} items"`
	ShortFirstPage int    `flag:"short-first-page" help:"the first page has at most {n} items"`
	FromOne        bool   `flag:"from-one" help:"DBS numbers its pages from 1"`
	Endless        bool   `flag:"endless" help:"the total is a million, and every page has the same items"`
	Total          string `flag:"total" oneof:"none null string number page" help:"{form} of the total: none, null, string, number, page (the number of items on the page)"`
	TotalAdd       int    `flag:"total-add" help:"the total is {n} more than there are, or less if negative"`
	TotalCap       int    `flag:"total-cap" help:"the total is at most {n}"`
	Copies         string `flag:"copies" oneof:"alternate random" help:"two copies of the list {answer}, alternate or random, of which one lags"`
	CopyLag        int    `flag:"copy-lag" help:"{n} items by which that copy lags (default 1)"`
	Shuffle        bool   `flag:"shuffle" help:"the items of a page come in another order each time"`
	Seed           uint64 `flag:"seed" help:"{number} that decides what is random"`
	ExtraItems     int    `flag:"extra-items" help:"pages have {n} more items, all empty"`
	SuccessErrCode bool   `flag:"success-err-code" help:"DBS's successful answers have an ErrCode, as in its documentation"`

	// The values of an answer. IDs stay as they are.
	NumbersAsStrings  bool `flag:"numbers-as-strings" help:"numbers come as strings"`
	StringsAsNumbers  bool `flag:"strings-as-numbers" help:"strings that are numbers come as numbers"`
	BooleansAsStrings bool `flag:"booleans-as-strings" help:"booleans come as strings"`
	HugeNumbers       bool `flag:"huge-numbers" help:"numbers that are no times are 2^53+1, which floating point can't hold"`
	UnknownFields     bool `flag:"unknown-fields" help:"answers have members that are not documented"`
	UnknownEnums      bool `flag:"unknown-enums" help:"each status is one that is not documented"`
	BrokenStrings     bool `flag:"broken-strings" help:"a string is cut in the middle of a character, and one has half of a surrogate pair"`
	ControlCharacters bool `flag:"control-characters" help:"names have control characters and terminal escape sequences"`
}

// Values of Faults.Total, Faults.Copies and Faults.InBandForm. The total's
// default is each API's own: a string for ShowInstanceBackups, a number for the
// others.
const (
	TotalNone        = "none"
	TotalNull        = "null"
	TotalString      = "string"
	TotalNumber      = "number"
	TotalPage        = "page"
	CopiesAlternate  = "alternate"
	InBandWithStatus = "status"
	InBandWithCode   = "code"
)

// each calls visit with every fault's flag and value.
func (f *Faults) each(visit func(tag reflect.StructTag, name string, value reflect.Value)) {
	v := reflect.ValueOf(f).Elem()
	for n := range v.NumField() {
		tag := v.Type().Field(n).Tag
		visit(tag, tag.Get("flag"), v.Field(n))
	}
}

// Check returns an error for values that are not documented.
func (f Faults) Check() error {
	var problems []error
	f.each(func(tag reflect.StructTag, name string, v reflect.Value) {
		choices := strings.Fields(tag.Get("oneof"))
		switch {
		case len(choices) > 0 && !v.IsZero() && !slices.Contains(choices, fmt.Sprint(v)):
			problems = append(problems, fmt.Errorf("-%s: %v is not one of %s", name, v, strings.Join(choices, ", ")))
		case v.CanInt() && v.Int() < 0 && name != "total-add", v.CanFloat() && v.Float() < 0:
			problems = append(problems, fmt.Errorf("-%s: %v is negative", name, v))
		}
	})
	for _, name := range f.Only {
		if operationNamed(Operations(), name) == nil {
			problems = append(problems, fmt.Errorf("-only: the server has no operation %q", name))
		}
	}
	if f.ErrorStatus != 0 && (f.ErrorStatus < 400 || f.ErrorStatus > 599) {
		problems = append(problems, fmt.Errorf("-error-status: %d is not between 400 and 599", f.ErrorStatus))
	}
	return errors.Join(problems...)
}

// Flags declares a flag for each fault.
func (f *Faults) Flags(set *flag.FlagSet) {
	f.each(func(tag reflect.StructTag, name string, v reflect.Value) {
		// The package flag finds a value's name between backquotes, which a tag
		// can't have.
		usage := strings.NewReplacer("{", "`", "}", "`").Replace(tag.Get("help"))
		switch target := v.Addr().Interface().(type) {
		case *bool:
			set.BoolVar(target, name, false, usage)
		case *time.Duration:
			set.DurationVar(target, name, 0, usage)
		case *float64:
			set.Float64Var(target, name, 0, usage)
		case *int:
			set.IntVar(target, name, 0, usage)
		case *uint64:
			set.Uint64Var(target, name, 0, usage)
		case *string:
			set.StringVar(target, name, "", usage)
		case *[]string:
			set.Func(name, usage, func(value string) error {
				*target = strings.Split(value, ",")
				return nil
			})
		}
	})
}

// activeFaults are faults that are set, and what they have counted.
type activeFaults struct {
	Faults
	count   int
	limiter *rate.Limiter
}

// SetFaults replaces all faults, and counts requests from 1 again. Of several
// Faults, the first applies whose Only and OnlyKey match a request. It panics if
// Check fails.
func (s *Server) SetFaults(faults ...Faults) {
	active := make([]*activeFaults, 0, len(faults))
	for _, f := range faults {
		if err := f.Check(); err != nil {
			panic(fmt.Sprintf("mockcloud: %v", err))
		}
		a := &activeFaults{Faults: f}
		if f.ThrottleRate > 0 {
			a.limiter = rate.NewLimiter(rate.Limit(f.ThrottleRate), max(1, int(f.ThrottleRate)))
		}
		active = append(active, a)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = active
}

// choose finds the faults that apply to a request.
func (s *Server) choose(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if (len(f.Only) > 0 && !slices.Contains(f.Only, c.record.Operation)) ||
			(f.OnlyKey != "" && !slices.Contains([]string{c.record.Key, c.record.Region, c.record.Project}, f.OnlyKey)) {
			continue
		}
		f.count++
		if f.First == 0 || f.count <= f.First {
			c.faults, c.faultNumber = f, f.count
		}
		return
	}
}

// due reports whether a fault is to be injected into this request, and notes
// which one was.
func (c *call) due(every int, name string) bool {
	if every <= 0 || c.injected || c.faultNumber == 0 || c.faultNumber%every != 0 {
		return false
	}
	c.injected, c.record.Fault = true, name
	return true
}

// note notes a fault without "every" if it applies to this request and no other
// fault is noted.
func (c *call) note(applies bool, name string) {
	if applies {
		c.record.Fault = cmp.Or(c.record.Fault, name)
	}
}

package mockcloud

import (
	"flag"
	"fmt"
	"strings"
)

// Flags declares a flag for each fault, set to what f has.
func (f *Faults) Flags(set *flag.FlagSet) {
	set.Func("only", "`operations` that the faults are limited to, separated by commas", func(text string) error {
		f.Only = strings.Split(text, ",")
		return f.Check()
	})
	set.IntVar(&f.First, "first", f.First, "limit the faults to the first `n` requests: an incident that ends")

	set.IntVar(&f.AddEvery, "add-every", f.AddEvery, "every `n`th request finds one more item in the list")
	set.IntVar(&f.RemoveEvery, "remove-every", f.RemoveEvery, "every `n`th request finds an item gone")
	set.IntVar(&f.ReplaceEvery, "replace-every", f.ReplaceEvery, "every `n`th request finds an item replaced by another")
	set.IntVar(&f.RotateEvery, "rotate-every", f.RotateEvery,
		"every `n`th request finds the last item purged and a new one first; 1 is a list that never settles")
	choice(set, (*string)(&f.ChangeAt), f, "change-at", "`place` of the changes: start, middle, end")

	set.DurationVar(&f.Latency, "latency", f.Latency, "`time` that each answer takes longer")
	set.IntVar(&f.HangEvery, "hang-every", f.HangEvery, "every `n`th request is never answered")
	set.IntVar(&f.DropEvery, "drop-every", f.DropEvery, "every `n`th connection breaks before an answer")
	set.IntVar(&f.ThrottleEvery, "throttle-every", f.ThrottleEvery, "every `n`th request is one too many")
	set.Float64Var(&f.ThrottleRate, "throttle-rate", f.ThrottleRate, "`requests` a second beyond which they are too many")
	set.IntVar(&f.ThrottleStatus, "throttle-status", f.ThrottleStatus, "HTTP `status` of a DBS refusal, 400 or 429 (default 400)")
	set.DurationVar(&f.RetryAfter, "retry-after", f.RetryAfter, "`pause` that a refusal asks for in Retry-After")
	set.DurationVar(&f.RetryAfterHint, "retry-after-hint", f.RetryAfterHint,
		"`pause` that a DBS refusal asks for in X-Acs-Retry-After")
	set.IntVar(&f.ErrorEvery, "error-every", f.ErrorEvery, "every `n`th request meets a server's failure")
	set.IntVar(&f.ErrorStatus, "error-status", f.ErrorStatus, "HTTP `status` of the failure (default 503)")
	set.BoolVar(&f.ErrorHTML, "error-html", f.ErrorHTML, "failures have an HTML body, as a proxy's have")
	set.IntVar(&f.EchoSecretsEvery, "echo-secrets-every", f.EchoSecretsEvery,
		"every `n`th request gets an error that quotes keys, tokens and signature")
	set.IntVar(&f.InBandEvery, "in-band-every", f.InBandEvery, "every `n`th request gets an error under HTTP status 200")
	set.StringVar(&f.InBandCode, "in-band-code", f.InBandCode, "`code` of that error")
	set.IntVar(&f.RedirectEvery, "redirect-every", f.RedirectEvery, "every `n`th request is sent elsewhere")
	set.StringVar(&f.RedirectTo, "redirect-to", f.RedirectTo, "`URL` to send it to")
	set.IntVar(&f.EmptyEvery, "empty-every", f.EmptyEvery, "every `n`th answer is 200 with no body")
	set.IntVar(&f.NoContentEvery, "no-content-every", f.NoContentEvery, "every `n`th answer is 204")
	set.IntVar(&f.NullEvery, "null-every", f.NullEvery, "every `n`th answer is 200 with null")
	set.IntVar(&f.HTMLEvery, "html-every", f.HTMLEvery, "every `n`th answer is 200 with an HTML page")
	set.IntVar(&f.XMLEvery, "xml-every", f.XMLEvery, "every `n`th answer is 200 with XML")
	set.IntVar(&f.WrongAnswerEvery, "wrong-answer-every", f.WrongAnswerEvery, "every `n`th answer is that of another operation")

	set.IntVar(&f.CutEvery, "cut-every", f.CutEvery, "every `n`th connection breaks in the middle of a body")
	set.IntVar(&f.TruncateEvery, "truncate-every", f.TruncateEvery, "every `n`th body ends in its middle")
	set.IntVar(&f.NullListEvery, "null-list-every", f.NullListEvery, "every `n`th answer has null for the list")
	set.IntVar(&f.NoListEvery, "no-list-every", f.NoListEvery, "every `n`th answer leaves the list out")
	set.IntVar(&f.RepeatEvery, "repeat-every", f.RepeatEvery, "every `n`th answer repeats the page before")

	set.IntVar(&f.CapPage, "cap-page", f.CapPage, "most `items` that a page has")
	set.BoolVar(&f.FromOne, "from-one", f.FromOne, "DBS numbers its pages from 1")
	choice(set, (*string)(&f.Total), f, "total", "`way` to tell the total: none, null, text, number")
	set.IntVar(&f.TotalAdd, "total-add", f.TotalAdd, "`items` that the total promises beyond what there is")
	set.BoolVar(&f.Shuffle, "shuffle", f.Shuffle, "the items of a page come in another order each time")
	set.Uint64Var(&f.Seed, "seed", f.Seed, "`number` that decides the orders of -shuffle")
	set.BoolVar(&f.SuccessErrCode, "success-err-code", f.SuccessErrCode, "DBS successes have an error code, as in its documentation")

	set.BoolVar(&f.NumbersAsText, "numbers-as-text", f.NumbersAsText, "numbers come as text")
	set.BoolVar(&f.TextAsNumbers, "text-as-numbers", f.TextAsNumbers, "text that is a number comes as a number")
	set.BoolVar(&f.BooleansAsText, "booleans-as-text", f.BooleansAsText, "booleans come as text")
	set.BoolVar(&f.HugeNumbers, "huge-numbers", f.HugeNumbers, "numbers that are no times are beyond 2^53")
	set.BoolVar(&f.UnknownFields, "unknown-fields", f.UnknownFields, "answers have members that no documentation has")
	set.BoolVar(&f.UnknownEnums, "unknown-enums", f.UnknownEnums, "each status is one that no documentation has")
	set.BoolVar(&f.InvalidUTF8, "invalid-utf8", f.InvalidUTF8, "a text of each item is no UTF-8")
	set.IntVar(&f.Deep, "deep", f.Deep, "`levels` of nesting of an extra member")
	set.IntVar(&f.HugeBody, "huge-body", f.HugeBody, "`MiB` that each answer is longer")
}

// choice declares a flag that takes a few words; Check knows which.
func choice(set *flag.FlagSet, target *string, f *Faults, name, usage string) {
	set.Func(name, usage, func(text string) error {
		*target = text
		if err := f.Check(); err != nil {
			return fmt.Errorf("-%s: %w", name, err)
		}
		return nil
	})
}

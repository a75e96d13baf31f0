package apijson

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxItems is how many items one response may hold. A page has 100; a list without
// pages may have more. Without a bound, 30 MB of "{}," would take gigabytes.
const maxItems = 10_000

// Items is a list of an API's items. Present is false if the response has null or
// nothing in place of a list, which is not an empty list.
type Items[T any] struct {
	List    []T
	Present bool
}

// UnmarshalJSONFrom reads an array of at most 10,000 items.
func (i *Items[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*i = Items[T]{}
	kind := dec.PeekKind()
	if other := kinds[kind]; other != "" && kind != '[' {
		return errors.New(other + " instead of an array")
	}
	if _, err := dec.ReadToken(); err != nil || kind == 'n' {
		return err
	}
	i.Present, i.List = true, []T{}
	for dec.PeekKind() != ']' {
		if len(i.List) == maxItems {
			return fmt.Errorf("more than %d items in one response", maxItems)
		}
		var item T
		if err := json.UnmarshalDecode(dec, &item); err != nil {
			return err
		}
		i.List = append(i.List, item)
	}
	_, err := dec.ReadToken()
	return err
}

// Unmarshal reads the JSON of a response. Fields that into does not have are
// ignored. Invalid UTF-8 and unpaired surrogates are read as U+FFFD. The error
// names the place: "Items.FullBackupFile.3.BackupSize".
func Unmarshal(body []byte, into any) error {
	err := json.Unmarshal(body, into, jsontext.AllowInvalidUTF8(true))
	if semantic, ok := errors.AsType[*json.SemanticError](err); ok {
		at := place(semantic.JSONPointer)
		// Each level of nesting adds a semantic error of its own, whose text repeats Go's type names.
		cause := semantic.Err
		for errors.As(cause, &semantic) && semantic.Err != nil {
			cause = semantic.Err
		}
		if cause == nil {
			cause = errors.New(kinds[semantic.JSONKind] + " instead of another type")
		}
		return fmt.Errorf("%s: %w", at, cause)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON ends early")
	}
	if syntactic, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return fmt.Errorf("%s: invalid JSON at byte %d: %w", place(syntactic.JSONPointer), syntactic.ByteOffset, syntactic.Err)
	}
	return err
}

// place is the way to a value: names, and indexes of lists.
func place(pointer jsontext.Pointer) string {
	return cmp.Or(strings.Join(slices.Collect(pointer.Tokens()), "."), "the response")
}

// kinds are the names of values that are not null.
var kinds = map[jsontext.Kind]string{
	'{': "an object", '[': "an array", '"': "a string", '0': "a number", 't': "a boolean", 'f': "a boolean",
}

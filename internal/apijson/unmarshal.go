package apijson

import (
	"errors"
	"fmt"
	"io"
	"regexp"
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
	switch dec.PeekKind() {
	case 'n':
		_, err := dec.ReadToken()
		return err
	case '[':
	default:
		return errors.New("another value instead of an array")
	}
	if _, err := dec.ReadToken(); err != nil {
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
// names the place: "Items.FullBackupFile[3].BackupSize".
func Unmarshal(body []byte, into any) error {
	err := json.Unmarshal(body, into, jsontext.AllowInvalidUTF8(true))
	if err == nil {
		return nil
	}
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &semantic) && semantic.Err != nil:
		return fmt.Errorf("%s: %w", place(semantic.JSONPointer), innermost(semantic.Err))
	case errors.As(err, &semantic):
		return fmt.Errorf("%s: %s instead of another type", place(semantic.JSONPointer), kindName(semantic.JSONKind))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON ends early")
	case errors.As(err, &syntactic):
		return fmt.Errorf("%s: invalid JSON at byte %d: %w", place(syntactic.JSONPointer), syntactic.ByteOffset, syntactic.Err)
	}
	return err
}

// innermost is the error of the value itself. Each level of nesting adds a
// semantic error of its own, whose text repeats Go's type names.
func innermost(err error) error {
	var semantic *json.SemanticError
	for errors.As(err, &semantic) && semantic.Err != nil {
		err = semantic.Err
	}
	return err
}

var index = regexp.MustCompile(`\.(\d+)`)

// place writes a JSON pointer in the usual form.
func place(pointer jsontext.Pointer) string {
	if pointer == "" {
		return "the response"
	}
	return index.ReplaceAllString(strings.Join(slices.Collect(pointer.Tokens()), "."), "[$1]")
}

func kindName(kind jsontext.Kind) string {
	switch kind {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a string"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "an array"
	}
	return "a value"
}

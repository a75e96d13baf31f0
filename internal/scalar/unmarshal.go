package scalar

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

// Unmarshal reads the JSON of an answer. Fields that into doesn't have are
// passed over. The error names the place: "Items.FullBackupFile[3].BackupSize".
func Unmarshal(body []byte, into any) error {
	err := json.Unmarshal(body, into)
	if err == nil {
		return nil
	}
	var semantic *json.SemanticError
	var syntactic *jsontext.SyntacticError
	switch {
	case errors.As(err, &semantic) && semantic.Err != nil:
		return fmt.Errorf("%s: %w", place(semantic.JSONPointer), semantic.Err)
	case errors.As(err, &semantic):
		return fmt.Errorf("%s: %s where something else belongs", place(semantic.JSONPointer), kindName(semantic.JSONKind))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the JSON is cut short")
	case errors.As(err, &syntactic):
		return fmt.Errorf("%s: no valid JSON at byte %d: %w", place(syntactic.JSONPointer), syntactic.ByteOffset, syntactic.Err)
	}
	return err
}

var index = regexp.MustCompile(`\.(\d+)`)

// place writes a JSON pointer as people write it.
func place(pointer jsontext.Pointer) string {
	if pointer == "" {
		return "the answer"
	}
	return clip(index.ReplaceAllString(strings.Join(slices.Collect(pointer.Tokens()), "."), "[$1]"), 100)
}

func kindName(kind jsontext.Kind) string {
	switch kind {
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	case '"':
		return "a text"
	case '0':
		return "a number"
	case '{':
		return "an object"
	case '[':
		return "an array"
	}
	return "something"
}

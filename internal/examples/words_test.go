package examples_test

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
)

// A wording is not used in documentation and descriptions: readers know, and
// search for, another one.
type wording struct {
	pattern *regexp.Regexp
	instead string
	prose   bool // whether it is normal in code
}

func avoid(pattern, instead string) wording {
	return wording{pattern: regexp.MustCompile(`(?i)\b(?:` + pattern + `)\b`), instead: instead}
}

var wordings = []wording{
	{pattern: regexp.MustCompile(`(?i)\b(?:(?:a|an empty|as|empty) text|texts)\b`), instead: "string", prose: true},
	avoid(`gives|gave|given`, "returns, sets"),
	avoid(`tells|told|untold`, "reports, returns"),
	avoid(`asks|asked for`, "requests, requires"),
	avoid(`whatever`, "any, regardless of"),
	avoid(`nobody`, "(rewrite)"),
	avoid(`mends?|mended`, "fix"),
	avoid(`refusals?`, "API error"),
	avoid(`young|young enough`, "recent, not older than"),
	avoid(`proven`, "verified"),
	avoid(`good backups?`, "successful backup"),
	avoid(`good day|bad day`, "normal operation, failure scenario"),
	avoid(`as agreed|agreed (?:days|age|on)`, "required"),
	avoid(`was over before`, "finished before"),
	avoid(`(?:take|takes|taken) on`, "assume"),
	avoid(`takes? it as it is`, "accepts it directly, including null"),
	avoid(`stands? (?:in|under|for itself)`, "is in, is described under"),
	avoid(`all the same`, "still"),
	avoid(`but for`, "except"),
	avoid(`at the most`, "at most"),
	avoid(`tried again|after \d+ tries`, "retried, after 9 attempts"),
	avoid(`time limits?|limits? of time`, "timeout"),
	avoid(`exit status`, "exit code"),
	avoid(`drift[ -]checks?`, "backup check"),
	avoid(`(?:not )?known while planning`, "unknown during planning"),
	avoid(`where (?:there (?:is|are)|it is|none|nothing|no one|no)`, "if"),
	{pattern: regexp.MustCompile("`(?:alibabacloud|huaweicloud)` block|block `(?:alibabacloud|huaweicloud)`"), instead: "argument"},
	{pattern: regexp.MustCompile(`\bids?\b`), instead: "ID, IDs", prose: true},
}

// find returns what a text should not contain. In Markdown, code is left out for
// words that are normal there.
func find(line string, prose bool) []string {
	var found []string
	withoutCode := code.ReplaceAllString(line, "")
	for _, w := range wordings {
		text := line
		if w.prose {
			text = withoutCode
		}
		if match := w.pattern.FindString(text); match != "" && (prose || !w.prose) {
			found = append(found, fmt.Sprintf("%q: write %s", match, w.instead))
		}
	}
	return found
}

var (
	// code is a code span, a tag, or the target of a link.
	code = regexp.MustCompile("`[^`]*`|<[^>]*>|\\]\\([^)]*\\)|\\{\\{.*?\\}\\}")
	url  = regexp.MustCompile(`https?://`)
)

func TestWordings(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]int{
		"An empty string, the IDs of `id` and `ids`, [see](#id)": 0,
		"a text that the API gives, `texts` of code":             2,
		"Whatever it was told, nobody mends it.":                 4,
		"the id and the ids":                                     1,
		"in the `alibabacloud` block":                            1,
		"exit status 2 after 9 tries, where there is none":       3,
	} {
		if got := find(line, true); len(got) != want {
			t.Errorf("%q: found %d wordings, want %d: %q", line, len(got), want, got)
		}
	}
	if got := find("id = plan.id", false); got != nil {
		t.Errorf("an identifier in code: %q", got)
	}
}

// The documentation and the examples use the field's terms.
func TestDocumentationWords(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	files, err := fs.Glob(root, "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"docs", "templates", "examples"} {
		err := fs.WalkDir(root, folder, func(name string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && path.Ext(name) != ".png" {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) < 40 {
		t.Errorf("only %d files were found", len(files))
	}
	for _, name := range files {
		checkFile(t, root, name)
	}
}

func checkFile(t *testing.T, root fs.FS, name string) {
	t.Helper()
	file, err := root.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // nothing was written
	prose := path.Ext(strings.TrimSuffix(name, ".tmpl")) == ".md"
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	fenced := false
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if prose && strings.HasPrefix(strings.TrimSpace(line), "```") {
			fenced = !fenced
			continue
		}
		for _, problem := range find(line, prose && !fenced && !strings.HasPrefix(line, "    ")) {
			t.Errorf("%s:%d: %s", name, n, problem)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
}

// Each data source has a page and an example, and is in every list of data sources.
func TestDataSourcesAreListed(t *testing.T) {
	t.Parallel()
	root := os.DirFS("../..")
	schemas, err := provider.Server("test").GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for name := range schemas.DataSourceSchemas {
		for _, file := range []string{
			"templates/data-sources/" + strings.TrimPrefix(name, "cloudbackup_") + ".md.tmpl", "examples/data-sources/" + name + "/data-source.tf",
			"README.md", "README.zh-CN.md", "CHANGELOG.md", ".github/ISSUE_TEMPLATE/bug.yml",
		} {
			text, err := fs.ReadFile(root, file)
			if err != nil {
				t.Errorf("%s needs %s", name, file)
			} else if !regexp.MustCompile(`\b` + name + `\b`).Match(text) {
				t.Errorf("%s lacks %s", file, name)
			}
		}
		if !strings.Contains(everything, `data "`+name+`" "all"`) || !strings.Contains(everything, "data."+name+".all.") {
			t.Errorf("internal/examples/smoke_test.go: the configuration everything lacks the data source %s or its count", name)
		}
	}
}

// The descriptions of the schema use the field's terms, and what the registry shows
// in search results has no bare URL.
func TestDescriptionWords(t *testing.T) {
	t.Parallel()
	server := provider.Server("test")
	schemas, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	check := func(place, description string) {
		checked++
		if description == "" {
			t.Errorf("%s has no description", place)
		}
		for _, problem := range find(description, true) {
			t.Errorf("description of %s: %s", place, problem)
		}
	}
	var checkAttributes func(place string, attributes []*tfprotov6.SchemaAttribute)
	checkAttributes = func(place string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			check(place+"."+a.Name, a.Description)
			if a.NestedType != nil {
				checkAttributes(place+"."+a.Name, a.NestedType.Attributes)
			}
		}
	}
	checkAttributes("provider", schemas.Provider.Block.Attributes)
	for name, schema := range schemas.DataSourceSchemas {
		check(name, schema.Block.Description)
		if url.MatchString(schema.Block.Description) {
			t.Errorf("description of %s: has a URL; the page's template is the place for links", name)
		}
		checkAttributes(name, schema.Block.Attributes)
	}
	for name, function := range schemas.Functions {
		check(name, function.Summary)
		check(name, function.Description)
		for _, p := range function.Parameters {
			check(name+"."+p.Name, p.Description)
		}
	}
	if sources := len(schemas.DataSourceSchemas); checked < 100 || sources < 9 {
		t.Errorf("only %d descriptions of %d data sources were checked", checked, sources)
	}
}

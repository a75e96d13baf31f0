package provider_test

import (
	"io/fs"
	"math/big"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/alibabacloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/huaweicloud"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/provider"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/setting"
)

// templates are the registry's pages, before what is generated is put in.
var templates = os.DirFS("../../templates")

func openPage(t *testing.T, name string) string {
	t.Helper()
	text, err := fs.ReadFile(templates, name+".tmpl")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The authentication guide has every environment variable, the vendors' current names
// first, in the order of the code.
func TestAuthenticationGuideHasOptions(t *testing.T) {
	t.Parallel()
	page := openPage(t, "guides/authentication.md")
	for cloud, options := range map[string][]setting.Option{
		"Alibaba Cloud": alibabacloud.Options(),
		"Huawei Cloud":  huaweicloud.Options(),
	} {
		_, section, _ := strings.Cut(page, "\n## "+cloud+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		var got []string
		for _, match := range variablesRow.FindAllStringSubmatch(section, -1) {
			got = append(got, match[1])
		}
		var withArgument, without []string
		for _, option := range options {
			names := "`" + strings.Join(option.Documented(), "`, `") + "`"
			switch {
			case len(option.Environment) == 0:
			case option.Attribute != "":
				withArgument = append(withArgument, "`"+option.Attribute+"` | "+names)
			default:
				without = append(without, names)
			}
		}
		if want := slices.Concat(withArgument, without); !slices.Equal(got, want) {
			t.Errorf("templates/guides/authentication.md.tmpl has these rows for %s:\n%s\nwant:\n%s", cloud, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// variablesRow is a row of a table: argument and variables, or variables alone.
var variablesRow = regexp.MustCompile("(?m)^\\| ((?:`[a-z_.]+` \\| )?`[A-Z0-9_]{2,}`(?:, `[A-Z0-9_]+`)*) \\|")

var (
	link    = regexp.MustCompile(`\]\(([^)]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	notSlug = regexp.MustCompile(`[^a-z0-9 -]`)
)

// anchors are the headings of a page, as the registry's links name them.
func anchors(page string) []string {
	anchors := []string{"schema"}
	for _, match := range heading.FindAllStringSubmatch(page, -1) {
		anchors = append(anchors, strings.ReplaceAll(notSlug.ReplaceAllString(strings.ToLower(match[1]), ""), " ", "-"))
	}
	return anchors
}

// Every link from one page to another, or to a heading, leads somewhere.
func TestLinks(t *testing.T) {
	t.Parallel()
	const registry = "{{ $docs }}/"
	found := 0
	err := fs.WalkDir(templates, ".", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name := strings.TrimSuffix(file, ".tmpl")
		page := openPage(t, name)
		for _, match := range link.FindAllStringSubmatch(page, -1) {
			target, anchor, _ := strings.Cut(match[1], "#")
			switch rest, isRegistry := strings.CutPrefix(target, registry); {
			case isRegistry:
				target = rest + ".md"
			case strings.Contains(target, "://"):
				continue
			case target == "":
				target = name
			default:
				target = path.Join(path.Dir(name), target)
			}
			found++
			if _, err := fs.Stat(templates, target+".tmpl"); err != nil {
				t.Errorf("%s links to %s, which isn't there", name, match[1])
				continue
			}
			if anchor != "" && !slices.Contains(anchors(openPage(t, target)), anchor) {
				t.Errorf("%s links to %s, which has no such heading", name, match[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 10 {
		t.Errorf("only %d links were found", found)
	}
}

// The results that the functions' pages show are what the functions give.
func TestFunctionResults(t *testing.T) {
	t.Parallel()
	server := provider.Server("test")
	present := regexp.MustCompile("With `now = \"([^\"]+)\"`")
	row := regexp.MustCompile("(?m)^\\| `(.+?)` \\|(?: `(.+?)` \\|)? `(.+?)`")
	for name, result := range map[string]tftypes.Type{"older_than": tftypes.Bool, "age_seconds": tftypes.Number} {
		page := openPage(t, "functions/"+name+".md")
		now := present.FindStringSubmatch(page)
		if now == nil {
			t.Fatalf("the page of %s has no value of now", name)
		}
		rows := 0
		for _, match := range row.FindAllStringSubmatch(page, -1) {
			if match[1] == "timestamp" {
				continue
			}
			rows++
			arguments := []string{match[1], strconv.Quote(now[1])}
			if match[2] != "" {
				arguments = slices.Insert(arguments, 1, match[2])
			}
			if got := call(t, server, name, result, arguments); got != match[3] {
				t.Errorf("%s of %v is %s, not %s", name, arguments, got, match[3])
			}
		}
		if rows < 3 {
			t.Errorf("the page of %s shows %d results", name, rows)
		}
	}
}

// call calls a function with texts as a configuration has them, or null.
func call(t *testing.T, server tfprotov6.ProviderServer, name string, result tftypes.Type, texts []string) string {
	t.Helper()
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for _, text := range texts {
		value := tftypes.NewValue(tftypes.String, nil)
		if text != "null" {
			unquoted, err := strconv.Unquote(text)
			if err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			value = tftypes.NewValue(tftypes.String, unquoted)
		}
		argument, err := tfprotov6.NewDynamicValue(tftypes.String, value)
		if err != nil {
			t.Fatal(err)
		}
		req.Arguments = append(req.Arguments, &argument)
	}
	resp, err := server.CallFunction(t.Context(), req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Error != nil {
		t.Fatalf("%s of %v: %s", name, texts, resp.Error.Text)
	}
	got, err := resp.Result.Unmarshal(result)
	if err != nil {
		t.Fatal(err)
	}
	return show(t, got)
}

// show writes a result as a configuration would.
func show(t *testing.T, value tftypes.Value) string {
	t.Helper()
	var err error
	text := "null"
	switch {
	case value.IsNull():
	case value.Type().Is(tftypes.Bool):
		var b bool
		err = value.As(&b)
		text = strconv.FormatBool(b)
	default:
		number := new(big.Float)
		err = value.As(&number)
		text = number.Text('g', 20)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text
}

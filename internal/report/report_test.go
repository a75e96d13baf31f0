//go:build report

package report_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/acctest"
	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

func TestMain(m *testing.M) { os.Exit(acctest.Main(m)) }

var desktop = view{width: 1280, scheme: "light"}

// On every width and in both schemes the page draws itself without a message, asks
// for nothing else, and fits: nobody scrolls sideways.
func TestLooks(t *testing.T) {
	b := newBrowser(t)
	days := map[string]data{"bad-day": badDay(), "good-day": goodDay(), "no-backups": noBackups(), "nothing": {Regions: []region{}, LimitsWithoutRow: []string{}, Rows: []row{}}, "many": many(200), "hostile": hostile()}
	for name, d := range days {
		file := render(t, d)
		for _, scheme := range []string{"light", "dark"} {
			for _, width := range []int{360, 768, 1280} {
				v := view{width: width, scheme: scheme}
				p := b.open(t, file, v)
				p.screenshot(t, name, v)
				p.quiet(t)
				if overflow := eval[int](t, p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); overflow > 0 {
					t.Errorf("%s at %d: %d pixels too wide", name, width, overflow)
				}
				if got := eval[int](t, p, `document.querySelectorAll("tbody tr:not(.group)").length`); got != len(d.Rows) {
					t.Errorf("%s: %d rows, want %d", name, got, len(d.Rows))
				}
			}
		}
	}
}

// What is failing is on top, then what is to be looked at, each by name.
func TestOrder(t *testing.T) {
	b := newBrowser(t)
	p := b.open(t, render(t, badDay()), desktop)
	got := eval[[]string](t, p, `[...document.querySelectorAll("tbody .name")].map(n => n.textContent)`)
	want := []string{
		"wallet",                     // no backup at all
		"orders-archive", "payments", // too old
		"catalogue",             // paused
		"shop-reports",          // the last one failed
		"sessions", "telemetry", // short retention, incomplete
		"customers", "inventory", "ledger", "shop-main",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	classes := eval[[]string](t, p, `[...document.querySelectorAll("tbody tr:not(.group)")].map(r => r.className)`)
	if wanted := slices.Concat(slices.Repeat([]string{"failing"}, 5), slices.Repeat([]string{"attention"}, 2), slices.Repeat([]string{"fine"}, 4)); !slices.Equal(classes, wanted) {
		t.Errorf("rows are %v", classes)
	}
	for _, said := range []string{
		"5 of 11 failing, 2 to look at", "There is no backup", "3 d 22 h over the limit", "The plan is paused", "4 days short of what was agreed",
		"The list of backups may be incomplete", "not proven complete: cn-shanghai", "no DBS plan in cn-shanghai", "id dbs1retired00", "connection refused",
	} {
		if !strings.Contains(eval[string](t, p, `document.body.innerText`), said) {
			t.Errorf("the page doesn't say %q", said)
		}
	}
	p = b.open(t, render(t, goodDay()), desktop)
	if got := eval[string](t, p, `document.getElementById("summary").textContent`); got != "All 3 in order" {
		t.Errorf("on a good day it says %q", got)
	}
}

// Every backup that is shown has a mark of its status, which says in words what it
// is, and the span of days can be chosen.
func TestMarks(t *testing.T) {
	b := newBrowser(t)
	d := goodDay()
	d.Rows = []row{history(plan("dbs1", "one"), 40, 2*time.Hour, day, map[int]string{0: "running", 1: failed, 2: "pause", 3: "new-in-the-api"})}
	p := b.open(t, render(t, d), desktop)
	marks := func() map[string]int {
		return eval[map[string]int](t, p, `[...document.querySelectorAll(".timeline svg > :first-child")].reduce((n, m) => (n[m.getAttribute("class")] = (n[m.getAttribute("class")] || 0) + 1, n), {})`)
	}
	click := func(days int) {
		eval[bool](t, p, fmt.Sprintf(`document.querySelector("#spans input[value='%d']").click(), true`, days))
	}
	click(90)
	if got := marks(); got["busy"] != 1 || got["failed"] != 1 || got["other"] != 2 || got["good"] != 36 {
		t.Errorf("90 days show %v", got)
	}
	click(3)
	if got := marks(); got["busy"] != 1 || got["failed"] != 1 || got["other"] != 1 || got["good"] != 0 {
		t.Errorf("3 days show %v", got)
	}
	label := eval[string](t, p, `document.querySelector(".timeline").getAttribute("aria-label")`)
	if !strings.Contains(label, "Last 3 days: 1 failed, 1 running, 1 other, and 37 before") {
		t.Errorf("the drawing is described as %q", label)
	}
	if untold := eval[int](t, p, `[...document.querySelectorAll(".timeline > svg")].filter(m => !m.querySelector("title").textContent).length`); untold != 0 {
		t.Errorf("%d marks say nothing", untold)
	}
}

// Names and messages from the clouds are shown, and never run.
func TestHostileNames(t *testing.T) {
	b := newBrowser(t)
	p := b.open(t, render(t, hostile()), desktop)
	p.quiet(t)
	if eval[bool](t, p, `"owned" in window`) {
		t.Error("a name was run")
	}
	if got := eval[int](t, p, `document.querySelectorAll("script, img, b").length`); got != 2 {
		t.Errorf("%d elements came out of names", got-2)
	}
	text := eval[string](t, p, `document.querySelector("tbody").textContent`)
	for _, name := range hostileNames {
		if !strings.Contains(text, name) {
			t.Errorf("%q is not shown", name)
		}
	}
}

// Both schemes differ, and in both the text can be read.
func TestContrast(t *testing.T) {
	b := newBrowser(t)
	file := render(t, badDay())
	backgrounds := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		p := b.open(t, file, view{width: 1280, scheme: scheme})
		backgrounds[scheme] = eval[string](t, p, `getComputedStyle(document.body).backgroundColor`)
		if low := eval[[]string](t, p, lowContrast); len(low) > 0 {
			t.Errorf("%s: too little contrast in %v", scheme, low)
		}
	}
	if backgrounds["light"] == backgrounds["dark"] {
		t.Error("both schemes look the same")
	}
}

// lowContrast lists texts whose contrast to what is behind them is below 4.5 to 1,
// by the formula of WCAG 2.
const lowContrast = `(() => {
  const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m.length > 3 ? m[3] : 1 } }
  const luminance = rgb => rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0)
  const behind = n => { for (; n; n = n.parentElement) { const c = parse(getComputedStyle(n).backgroundColor); if (c.a === 1) return c.rgb } return [255, 255, 255] }
  const texts = [...document.body.querySelectorAll("*")].filter(n => n.checkVisibility() && [...n.childNodes].some(c => c.nodeType === 3 && c.textContent.trim()) && !n.closest("svg, script, style"))
  return texts.filter(n => { const a = luminance(parse(getComputedStyle(n).color).rgb), b = luminance(behind(n)); return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5 }).map(n => n.className + ": " + n.textContent.trim().slice(0, 40))
})()`

// It can be printed, with every row.
func TestPrint(t *testing.T) {
	b := newBrowser(t)
	p := b.open(t, render(t, badDay()), view{width: 1280, scheme: "dark"})
	printed := p.pdf(t)
	if !bytes.HasPrefix(printed, []byte("%PDF-")) {
		t.Fatal("no PDF")
	}
	keep(t, "bad-day.pdf", printed)
	p.look(t, view{width: 800, scheme: "light", media: "print"})
	if eval[bool](t, p, `document.getElementById("spans").checkVisibility()`) {
		t.Error("controls are printed")
	}
	if got := eval[int](t, p, `[...document.querySelectorAll("tbody tr:not(.group)")].filter(r => r.checkVisibility()).length`); got != len(badDay().Rows) {
		t.Errorf("%d rows are printed", got)
	}
}

// The output changes only when a backup does: ages are worked out in the page.
func TestSameBackupsSamePage(t *testing.T) {
	d := badDay()
	first, err := os.ReadFile(render(t, d))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(render(t, d))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first, second) {
		t.Error("two pages of the same backups differ")
	}
}

// The whole example, read from the mock server by the provider.
func TestAccReport(t *testing.T) {
	server := mockcloud.New(mockcloud.Options{})
	server.Seed(mockcloud.Demo(time.Now()))
	if _, err := server.Start(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	cli := acctest.NewCLI(t, "../../examples/report", server.DemoEnvironment()...)
	cli.Write("terraform.tfvars.json", fmt.Sprintf(`{"dbs_regions": [%q], "taurusdb_instances": {%q: {}, %q: {}}}`,
		mockcloud.DemoAlibabaRegion, mockcloud.DemoInstanceID, mockcloud.DemoStaleInstanceID))
	cli.MustRun("apply", "-auto-approve")
	cli.Write("report.html", cli.MustRun("output", "-raw", "report").Stdout)
	b := newBrowser(t)
	p := b.open(t, cli.Dir+"/report.html", desktop)
	p.screenshot(t, "demo", desktop)
	p.quiet(t)
	if got := eval[int](t, p, `document.querySelectorAll("tbody tr:not(.group)").length`); got != 10 {
		t.Errorf("%d rows, want 8 plans and 2 instances", got)
	}
	if first := eval[string](t, p, `document.querySelector("tbody tr:not(.group)").className`); first != "failing" {
		t.Errorf("the first row is %s", first)
	}
	late := eval[string](t, p, fmt.Sprintf(`[...document.querySelectorAll("tbody tr")].find(r => r.textContent.includes(%q)).innerText`, mockcloud.DemoStaleInstanceID))
	if !strings.Contains(late, "late") || !strings.Contains(late, mockcloud.DemoHuaweiRegion) {
		t.Errorf("the stale instance says %q", late)
	}
	if again := cli.Run("plan", "-detailed-exitcode"); again.Exit != 0 {
		t.Errorf("a second plan exits with %d:\n%s", again.Exit, again.Output())
	}
}

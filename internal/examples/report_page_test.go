//go:build report

package examples_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cloudbackup/terraform-provider-cloudbackup/internal/mockcloud"
)

// The time on the browser's clock, which testdata/sample.json belongs to.
const sampleTime = "2026-11-24T09:00:00Z"

var desktop = view{width: 1280, now: sampleTime}

// renderPages renders the pages of testdata/main.tf and returns their files by name.
func renderPages(t *testing.T) map[string]string {
	t.Helper()
	folder := t.TempDir()
	w := newWorkspace(t, "", "TF_DATA_DIR="+folder)
	w.Dir = "testdata"
	plan := filepath.Join(folder, "pages.tfplan")
	w.MustRun("init")
	w.MustRun("plan", "-out="+plan)
	var shown struct {
		Values struct {
			Outputs struct {
				Pages struct{ Value map[string]string }
			}
		} `json:"planned_values"`
	}
	must(t, json.Unmarshal([]byte(w.MustRun("show", "-json", plan).Stdout), &shown))
	pages := map[string]string{}
	for name, content := range shown.Values.Outputs.Pages.Value {
		pages[name] = filepath.Join(folder, name+".html")
		must(t, os.WriteFile(pages[name], []byte(content), 0o600))
	}
	return pages
}

// content returns the text of the first element that a selector finds. Not its
// innerText, which is empty for rows out of view.
func content(t *testing.T, p *page, selector string) string {
	t.Helper()
	return eval[string](t, p, fmt.Sprintf(`{
		const nodes = document.createTreeWalker(document.querySelector(%q), NodeFilter.SHOW_TEXT), parts = []
		while (nodes.nextNode()) parts.push(nodes.currentNode.data)
		parts.join(" ").replace(/\s+/g, " ")
	}`, selector))
}

// groups returns the names of the visible rows of each visible group.
func groups(t *testing.T, p *page) map[string][]string {
	t.Helper()
	return eval[map[string][]string](t, p, `Object.fromEntries([...document.querySelectorAll("section")].filter(s => s.checkVisibility())
		.map(s => [s.querySelector("h2").innerText, [...s.querySelectorAll("tbody th")].filter(n => n.checkVisibility()).map(n => n.textContent)]))`)
}

func equalGroups(t *testing.T, got, want map[string][]string) {
	t.Helper()
	for name := range got {
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s: got %q, want %q", name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		t.Errorf("got %d groups, want %d", len(got), len(want))
	}
}

var sampleGroups = map[string][]string{
	"Failing 3":         {"wallet", "orders-archive", "payments"},
	"Needs attention 5": {"shop-reports", "shop-main", "catalogue", "sessions", "telemetry"},
	"OK 3":              {"ledger", "inventory", "customers"},
	"Ignored 1":         {"staging"},
}

func TestReportPage(t *testing.T) {
	pages := renderPages(t)
	b := newBrowser(t)

	t.Run("without scripts", func(t *testing.T) {
		p := b.open(t, pages["sample"], view{width: 1280, now: sampleTime, noScript: true})
		p.quiet(t)
		equalGroups(t, groups(t, p), sampleGroups)
		expectParts(t, content(t, p, "header"), "3 of 11 failing, 5 of 11 need attention", "10 DBS plans in cn-hangzhou, cn-shanghai · 2 TaurusDB instances in cn-north-4",
			"dbs1retired00: no plan or instance")
		expectParts(t, content(t, p, "#row-dbs1ck4x0s7q"), "DBS plan · MySQL · cn-hangzhou · stop", "2026-11-19 09:00 UTC", "max_age 26h", "30 d", "required 7 d", "14 backups",
			"no privilege RELOAD on 10.0.3.21:3306")
		expectParts(t, content(t, p, "#row-dbs1zz8new01"), "none")
		expectParts(t, content(t, p, "#row-dbs1staging0"), "not checked")
		expectParts(t, content(t, p, "#row-61a4ea66210545909d74a05c27a7179ein07"), "not reported by the API", "oldest successful 2026-11-11")
		eval[bool](t, p, `document.querySelector("#row-dbs1m0znn6tg details").open = true`)
		expectParts(t, content(t, p, "#row-dbs1m0znn6tg ol"), "2026-11-24T08:59:00Z · running · dbs1m0znn6tg-0028", "2026-11-08T08:59:00Z · stop · ended 2026-11-08T09:24:00Z")
		if eval[bool](t, p, `document.querySelector("#tools").checkVisibility()`) {
			t.Error("a filter that needs a script is visible")
		}
		p.keep(t, "without-scripts.png", "Page.captureScreenshot", nil)
	})

	t.Run("with scripts", func(t *testing.T) {
		p := b.open(t, pages["sample"], desktop)
		p.quiet(t)
		equalGroups(t, groups(t, p), sampleGroups)
		expectParts(t, content(t, p, "#row-dbs1ck4x0s7q .latest"), "5 d ago 3 d 22 h over max_age 26h 2026-11-19 09:00 UTC 2026-11-19 17:00 UTC+08:00")
		expectParts(t, content(t, p, "#row-dbs19wq2m4ab .latest"), "7 h ago within max_age 26h")
		expectParts(t, content(t, p, "#row-61a4ea66210545909d74a05c27a7179ein07 .retention"), "oldest successful 12 d 11 h ago")
		label := eval[string](t, p, `document.querySelector("#row-dbs1k8v5ycjb svg").getAttribute("aria-label")`)
		expectParts(t, label, "Last 30 days: 27 successful, 3 failed")
		eval[bool](t, p, `document.querySelector("#row-dbs1k8v5ycjb details").open = true`)
		eval[bool](t, p, `new Promise(done => setTimeout(done, 0, true))`)
		expectParts(t, content(t, p, "#row-dbs1k8v5ycjb li"), "2026-11-24 05:35 UTC / 2026-11-24 13:35 UTC+08:00 · stop")
	})

	t.Run("a day later", func(t *testing.T) {
		p := b.open(t, pages["sample"], view{width: 1280, now: "2026-11-25T09:00:00Z"})
		equalGroups(t, groups(t, p), map[string][]string{
			"Failing 9":         {"wallet", "orders-archive", "payments", "shop-reports", "shop-main", "catalogue", "sessions", "inventory", "customers"},
			"Needs attention 1": {"telemetry"},
			"OK 1":              {"ledger"},
			"Ignored 1":         {"staging"},
		})
		expectParts(t, content(t, p, "h1"), "9 of 11 failing")
	})

	t.Run("filter", func(t *testing.T) {
		p := b.open(t, pages["sample"], desktop)
		set := func(words string) {
			eval[bool](t, p, fmt.Sprintf(`{ const i = document.querySelector("input"); i.value = %q; i.dispatchEvent(new Event("input")) }`, words))
		}
		set(" FAILING  mysql ")
		equalGroups(t, groups(t, p), map[string][]string{"Failing 3": sampleGroups["Failing 3"]})
		set("shop unknown")
		equalGroups(t, groups(t, p), map[string][]string{"Needs attention 1": {"shop-main"}})
		expectParts(t, content(t, p, "#shown"), "1 of 12 shown")
		link := eval[string](t, p, "location.href")
		set("")
		equalGroups(t, groups(t, p), sampleGroups)
		linked := b.open(t, strings.TrimPrefix(link, "file://"), desktop)
		equalGroups(t, groups(t, linked), map[string][]string{"Needs attention 1": {"shop-main"}})
		p.quiet(t)
	})

	// Names and messages of the clouds are shown, and never become markup.
	t.Run("hostile names", func(t *testing.T) {
		p := b.open(t, pages["hostile"], desktop)
		p.quiet(t)
		var names []string
		file, err := os.ReadFile(filepath.Join("testdata", "hostile.json"))
		must(t, err)
		must(t, json.Unmarshal(file, &names))
		for _, selector := range []string{"tbody th", ".problems li"} {
			got := eval[[]string](t, p, fmt.Sprintf(`[...document.querySelectorAll(%q)].map(n => n.textContent)`, selector))
			if !slices.Equal(got, names) {
				t.Errorf("%s: got %q, want %q", selector, got, names)
			}
		}
		if n := eval[int](t, p, `document.querySelectorAll("script, img, b").length`); n != 1 {
			t.Errorf("%d elements came out of names", n-1)
		}
	})

	t.Run("OK and empty", func(t *testing.T) {
		expectParts(t, content(t, b.open(t, pages["ok"], desktop), "h1"), "1 of 1 OK")
		expectParts(t, content(t, b.open(t, pages["empty"], desktop), "h1"), "No backups configured")
	})

	// Only what is in view is drawn. With -v the test logs what a browser needs.
	t.Run("1,000 rows", func(t *testing.T) {
		p := b.open(t, pages["large"], desktop)
		p.quiet(t)
		drawn := func() int {
			return eval[int](t, p, `new Promise(done => setTimeout(() => requestAnimationFrame(() => setTimeout(() => done(document.querySelectorAll("tbody svg").length)))))`)
		}
		if n := drawn(); n == 0 || n > 50 {
			t.Errorf("%d drawings at the start", n)
		}
		nodes := eval[int](t, p, `{ const w = document.createTreeWalker(document); let n = 1; while (w.nextNode()) n++; n }`)
		if nodes > 150_000 {
			t.Errorf("%d nodes", nodes)
		}
		load := eval[map[string]float64](t, p, `{ const { domInteractive, loadEventEnd } = performance.getEntriesByType("navigation")[0]; ({ domInteractive, loadEventEnd }) }`)
		filter := eval[float64](t, p, `{
			const input = document.querySelector("input"), start = performance.now()
			input.value = "database-77"
			input.dispatchEvent(new Event("input"))
			document.body.offsetHeight
			performance.now() - start
		}`)
		t.Logf("%d nodes, interactive after %.0f ms, loaded after %.0f ms, first filter and layout %.0f ms", nodes, load["domInteractive"], load["loadEventEnd"], filter)
		expectParts(t, content(t, p, "#shown"), "11 of 1000 shown")
		eval[bool](t, p, `location.hash = "#row-dbs10779", true`)
		drawn()
		if !eval[bool](t, p, `document.querySelector("#row-dbs10779 svg") !== null`) {
			t.Error("a row that a link leads to is not drawn")
		}
		eval[bool](t, p, `dispatchEvent(new Event("beforeprint"))`)
		if n := drawn(); n != 1000 {
			t.Errorf("%d drawings are printed", n)
		}
	})

	// On every width and with all colors the page fits and can be read.
	t.Run("looks", func(t *testing.T) {
		p := b.open(t, pages["sample"], desktop)
		backgrounds := map[string]bool{}
		for i, v := range []view{{width: 360}, {width: 768}, {width: 1280}, {width: 360, dark: true}, {width: 1280, dark: true}, {width: 1280, forcedColors: true}, {width: 800, media: "print"}} {
			p.look(t, v)
			name := fmt.Sprintf("sample-%d-%d.png", v.width, i)
			p.keep(t, name, "Page.captureScreenshot", map[string]any{"captureBeyondViewport": true})
			if overflow := eval[int](t, p, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); overflow > 0 {
				t.Errorf("%s: %d pixels too wide", name, overflow)
			}
			if low := eval[[]string](t, p, lowContrast); len(low) > 0 {
				t.Errorf("%s: too little contrast in %q", name, low)
			}
			backgrounds[eval[string](t, p, `getComputedStyle(document.body).backgroundColor`)] = true
			if v.media == "print" && eval[bool](t, p, `document.querySelector("label").checkVisibility()`) {
				t.Error("the filter is printed")
			}
			if v.forcedColors && eval[string](t, p, `getComputedStyle(document.querySelector("path.failed")).stroke`) == eval[string](t, p, `getComputedStyle(document.querySelector("path.axis")).stroke`) {
				t.Error("marks have no color of their own")
			}
		}
		if len(backgrounds) < 3 {
			t.Errorf("the color schemes look the same: %v", backgrounds)
		}
		p.keep(t, "sample.pdf", "Page.printToPDF", map[string]any{"paperWidth": 8.27, "paperHeight": 11.69})
	})

	// The page of the whole example, with a month of backups. docs/images/report.png is
	// a copy of the image that this test writes to build/report.
	t.Run("example", func(t *testing.T) {
		c := demo(t)
		for _, id := range c.plans().IDs() {
			list := c.FullBackups(id)
			if items := list.Items(); len(items) > 0 {
				start, err := strconv.ParseInt(items[len(items)-1].Get("StartTime"), 10, 64)
				must(t, err)
				list.Add(mockcloud.FullBackups(id, 31, time.UnixMilli(start))[1:]...)
			}
		}
		// Some rows of each group fit into the picture.
		e := openReport(t, c, "archive-sqlserver", "new-mysql", "reports-postgresql", "reporting-copy", "staging-mysql")
		e.apply()
		e.Write("report.html", e.MustRun("output", "-raw", "report").Stdout)
		p := b.open(t, filepath.Join(e.Dir, "report.html"), view{width: 1280, now: c.now.Format(time.RFC3339)})
		p.quiet(t)
		p.keep(t, "report.png", "Page.captureScreenshot", map[string]any{
			"clip": map[string]int{"x": 0, "y": 0, "width": 1280, "height": 1120, "scale": 1}, "captureBeyondViewport": true,
		})
	})

	// Roles and names for assistive technology, and what a keyboard reaches.
	t.Run("accessibility", func(t *testing.T) {
		p := b.open(t, pages["sample"], desktop)
		var tree struct {
			Nodes []struct{ Role, Name struct{ Value string } }
		}
		p.call(t, "Accessibility.getFullAXTree", nil, &tree)
		names := map[string][]string{}
		for _, node := range tree.Nodes {
			names[node.Role.Value] = append(names[node.Role.Value], node.Name.Value)
		}
		if want := []string{"Failing 3", "Needs attention 5", "OK 3", "Ignored 1"}; !slices.Equal(names["table"], want) {
			t.Errorf("tables %q, want %q", names["table"], want)
		}
		if len(names["rowheader"]) != 12 || len(names["columnheader"]) != 24 || !slices.Contains(names["rowheader"], "customers") {
			t.Errorf("%d row headers %q, %d column headers", len(names["rowheader"]), names["rowheader"], len(names["columnheader"]))
		}
		if bad := eval[[]string](t, p, `[...document.querySelectorAll(".log")].filter(n => n.scrollHeight > 0 && n.tabIndex !== 0 || !n.getAttribute("aria-label")).map(n => n.outerHTML)`); len(bad) > 0 {
			t.Errorf("scroll regions that a keyboard can't reach: %q", bad)
		}
	})
}

// lowContrast lists strings whose contrast to what is behind them is below 4.5 to
// 1, by the formula of WCAG 2.
const lowContrast = `{
	const parse = c => { const m = c.match(/[\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m.length > 3 ? m[3] : 1 } }
	const luminance = rgb => rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [0.2126, 0.7152, 0.0722][i], 0)
	const behind = n => { for (; n; n = n.parentElement) { const c = parse(getComputedStyle(n).backgroundColor); if (c.a === 1) return c.rgb } return [255, 255, 255] }
	const nodes = [...document.body.querySelectorAll("*")].filter(n => n.checkVisibility() && [...n.childNodes].some(c => c.nodeType === 3 && c.data.trim()) && !n.closest("script"))
	nodes.filter(n => { const a = luminance(parse(getComputedStyle(n).color).rgb), b = luminance(behind(n)); return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5 }).map(n => n.className + ": " + n.textContent.trim().slice(0, 40))
}`

func expectParts(t *testing.T, got string, wanted ...string) {
	t.Helper()
	for _, want := range wanted {
		if !strings.Contains(got, want) {
			t.Errorf("%q does not contain %q", got, want)
		}
	}
}

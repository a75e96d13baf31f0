//go:build report

package examples_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A browser is a headless Chromium that is driven by the DevTools protocol, over
// the two pipes that --remote-debugging-pipe opens: one JSON message after the
// other, each ended by a zero byte. It is for one goroutine.
type browser struct {
	in    io.Writer
	out   *bufio.Reader
	last  int
	pages map[string]*page
}

type message struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     json.RawMessage `json:"error,omitempty"`
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	path := os.Getenv("CHROMIUM_PATH")
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" {
		t.Fatal("no Chromium found: put chromium on the PATH or set CHROMIUM_PATH")
	}
	// Not t.TempDir: a browser that is going down may still write to it.
	profile, err := os.MkdirTemp("", "report-browser-") //nolint:usetesting // As said.
	must(t, err)
	childIn, in, err := os.Pipe()
	must(t, err)
	out, childOut, err := os.Pipe()
	must(t, err)
	command := exec.CommandContext(t.Context(), path,
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
		"--user-data-dir="+profile, "about:blank")
	command.ExtraFiles = []*os.File{childIn, childOut}
	must(t, command.Start())
	_ = childIn.Close()
	_ = childOut.Close()
	b := &browser{in: in, out: bufio.NewReader(out), pages: map[string]*page{}}
	t.Cleanup(func() {
		_, _ = io.WriteString(in, `{"id":-1,"method":"Browser.close"}`+"\x00")
		_, _ = io.Copy(io.Discard, out)
		_ = command.Wait()
		_ = in.Close()
		_ = os.RemoveAll(profile)
	})
	return b
}

// receive reads one message. Events are kept by their page.
func (b *browser) receive(t *testing.T) message {
	t.Helper()
	content, err := b.out.ReadBytes(0)
	must(t, err)
	var m message
	must(t, json.Unmarshal(content[:len(content)-1], &m))
	if p := b.pages[m.SessionID]; p != nil {
		p.event(m)
	}
	return m
}

// call sends one command and waits for its result.
func (b *browser) call(t *testing.T, session, method string, params map[string]any, result any) {
	t.Helper()
	content, err := json.Marshal(params)
	must(t, err)
	b.last++
	id := b.last
	content, err = json.Marshal(message{ID: id, SessionID: session, Method: method, Params: content})
	must(t, err)
	_, err = b.in.Write(append(content, 0))
	must(t, err)
	for {
		m := b.receive(t)
		if m.ID != id {
			continue
		}
		if m.Error != nil {
			t.Fatalf("%s: %s", method, m.Error)
		}
		if result != nil {
			must(t, json.Unmarshal(m.Result, result))
		}
		return
	}
}

// A page is one tab. It keeps every console message, every uncaught exception
// and every address that was requested.
type page struct {
	browser  *browser
	session  string
	loaded   bool
	console  []string
	requests []string
}

// A view is how a page is displayed.
type view struct {
	width        int
	dark         bool
	forcedColors bool
	media        string // screen if empty, or print
	noScript     bool
	now          string // of the page's clock
}

// open shows a file in a new tab and waits until its scripts have run.
func (b *browser) open(t *testing.T, file string, v view) *page {
	t.Helper()
	var target struct{ TargetID string }
	b.call(t, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call(t, "", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	p := &page{browser: b, session: attached.SessionID}
	b.pages[p.session] = p
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		p.call(t, domain+".enable", nil, nil)
	}
	p.call(t, "Emulation.setTimezoneOverride", map[string]any{"timezoneId": "Asia/Shanghai"}, nil)
	p.call(t, "Emulation.setScriptExecutionDisabled", map[string]any{"value": v.noScript}, nil)
	p.call(t, "Page.addScriptToEvaluateOnNewDocument", map[string]any{"source": `Date.now = () => Date.parse("` + v.now + `")`}, nil)
	p.call(t, "Page.bringToFront", nil, nil)
	p.look(t, v)
	p.call(t, "Page.navigate", map[string]any{"url": "file://" + file}, nil)
	for !p.loaded {
		b.receive(t)
	}
	t.Cleanup(func() {
		b.call(t, "", "Target.closeTarget", map[string]any{"targetId": target.TargetID}, nil)
	})
	return p
}

func (p *page) call(t *testing.T, method string, params map[string]any, result any) {
	t.Helper()
	p.browser.call(t, p.session, method, params, result)
}

// look changes the width, the colors and the medium of an open page.
func (p *page) look(t *testing.T, v view) {
	t.Helper()
	p.call(t, "Emulation.setDeviceMetricsOverride", map[string]any{
		"width": v.width, "height": 900, "deviceScaleFactor": 1, "mobile": v.width < 500,
	}, nil)
	feature := func(name string, on bool, value, otherwise string) map[string]string {
		if on {
			return map[string]string{"name": name, "value": value}
		}
		return map[string]string{"name": name, "value": otherwise}
	}
	p.call(t, "Emulation.setEmulatedMedia", map[string]any{"media": v.media, "features": []map[string]string{
		feature("prefers-color-scheme", v.dark, "dark", "light"),
		feature("forced-colors", v.forcedColors, "active", "none"),
	}}, nil)
}

func (p *page) event(m message) {
	switch m.Method {
	case "Page.loadEventFired":
		p.loaded = true
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
		p.console = append(p.console, string(m.Params))
	case "Network.requestWillBeSent":
		var sent struct{ Request struct{ URL string } }
		_ = json.Unmarshal(m.Params, &sent)
		p.requests = append(p.requests, sent.Request.URL)
	}
}

// quiet fails the test if the page wrote to the console or requested anything
// but itself.
func (p *page) quiet(t *testing.T) {
	t.Helper()
	eval[bool](t, p, "true") // Its events are read until now.
	for _, content := range p.console {
		t.Errorf("on the console: %s", content)
	}
	p.requests = slices.DeleteFunc(p.requests, func(url string) bool { return strings.HasPrefix(url, "data:") })
	if len(p.requests) != 1 {
		t.Errorf("requested %q", p.requests)
	}
}

// eval evaluates an expression in the page.
func eval[T any](t *testing.T, p *page, expression string) T {
	t.Helper()
	var answer struct {
		Result           struct{ Value T }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	p.call(t, "Runtime.evaluate", map[string]any{
		"expression": expression, "returnByValue": true, "awaitPromise": true,
	}, &answer)
	if answer.ExceptionDetails != nil {
		t.Fatalf("%s: %s", expression, answer.ExceptionDetails.Exception.Description)
	}
	return answer.Result.Value
}

// keep captures the page or prints it, and writes the result to build/report.
func (p *page) keep(t *testing.T, name, method string, params map[string]any) {
	t.Helper()
	var result struct{ Data string }
	p.call(t, method, params, &result)
	content, err := base64.StdEncoding.DecodeString(result.Data)
	must(t, err)
	folder := filepath.Join("..", "..", "build", "report")
	must(t, os.MkdirAll(folder, 0o750))
	must(t, os.WriteFile(filepath.Join(folder, name), content, 0o600))
}

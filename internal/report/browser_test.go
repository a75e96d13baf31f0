//go:build report

package report_test

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// browserPath finds Chromium: CHROMIUM_PATH, or chromium or google-chrome on
// the PATH.
func browserPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("CHROMIUM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("no Chromium found: put chromium on the PATH or set CHROMIUM_PATH")
	return ""
}

// deadline is how long a page may take to answer before the test gives up on
// it. It is there to end a hung test, not to measure anything.
const deadline = 2 * time.Minute

// A browser is a headless Chromium that is driven by the DevTools protocol,
// over the two pipes that --remote-debugging-pipe opens: one JSON message
// after the other, each ended by a zero byte.
type browser struct {
	mu      sync.Mutex
	in      io.Writer
	last    int
	pending map[int]chan message
	pages   map[string]*page
	gone    chan struct{}
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
	toBrowser, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, fromBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	// Not t.TempDir: a browser that is going down may still write to it.
	profile, err := os.MkdirTemp("", "report-browser-") //nolint:usetesting // As said.
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), browserPath(t),
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
		"--user-data-dir="+profile, "about:blank")
	command.ExtraFiles = []*os.File{toBrowser, fromBrowser}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_ = toBrowser.Close()
	_ = fromBrowser.Close()

	b := &browser{in: in, pending: map[int]chan message{}, pages: map[string]*page{}, gone: make(chan struct{})}
	go b.read(out)
	t.Cleanup(func() {
		_ = b.send(message{Method: "Browser.close"})
		_ = command.Wait()
		<-b.gone
		_ = in.Close()
		_ = out.Close()
		_ = os.RemoveAll(profile)
	})
	return b
}

func (b *browser) send(m message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.ID == 0 {
		b.last++
		m.ID = b.last
	}
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = b.in.Write(append(text, 0))
	return err
}

func (b *browser) read(out io.Reader) {
	defer close(b.gone)
	messages := bufio.NewReader(out)
	for {
		text, err := messages.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		answer, p := b.pending[m.ID], b.pages[m.SessionID]
		delete(b.pending, m.ID)
		b.mu.Unlock()
		switch {
		case answer != nil:
			answer <- m
		case p != nil:
			p.event(m)
		}
	}
}

// call sends one command and waits for its answer, which result takes unless
// it is nil.
func (b *browser) call(t *testing.T, session, method string, params, result any) {
	t.Helper()
	text, err := json.Marshal(params)
	if err != nil {
		t.Fatal(err)
	}
	answer := make(chan message, 1)
	b.mu.Lock()
	b.last++
	id := b.last
	b.pending[id] = answer
	b.mu.Unlock()
	if err := b.send(message{ID: id, SessionID: session, Method: method, Params: text}); err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			t.Fatalf("%s: %s", method, m.Error)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				t.Fatalf("%s: %v", method, err)
			}
		}
	case <-b.gone:
		t.Fatalf("%s: the browser is gone", method)
	case <-time.After(deadline):
		t.Fatalf("%s: no answer", method)
	}
}

// A page is one tab. It keeps every console message, every uncaught exception
// and every address that the page asked for.
type page struct {
	browser *browser
	session string
	loaded  chan struct{}

	mu       sync.Mutex
	console  []string
	requests []string
}

// A view is what the page is looked at with.
type view struct {
	width  int
	scheme string // light or dark
	media  string // screen if empty, or print
}

// open shows a file in a new tab and waits until its scripts have run.
func (b *browser) open(t *testing.T, file string, v view) *page {
	t.Helper()
	var target struct{ TargetID string }
	b.call(t, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call(t, "", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	p := &page{browser: b, session: attached.SessionID, loaded: make(chan struct{}, 1)}
	b.mu.Lock()
	b.pages[p.session] = p
	b.mu.Unlock()
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		p.call(t, domain+".enable", map[string]any{}, nil)
	}
	p.look(t, v)
	p.call(t, "Page.navigate", map[string]any{"url": "file://" + file}, nil)
	select {
	case <-p.loaded:
	case <-time.After(deadline):
		t.Fatal("the page did not load")
	}
	return p
}

func (p *page) call(t *testing.T, method string, params, result any) {
	t.Helper()
	p.browser.call(t, p.session, method, params, result)
}

// look changes the width, the colour scheme and the medium of an open page.
func (p *page) look(t *testing.T, v view) {
	t.Helper()
	p.call(t, "Emulation.setDeviceMetricsOverride", map[string]any{
		"width": v.width, "height": 900, "deviceScaleFactor": 1, "mobile": v.width < 500,
	}, nil)
	p.call(t, "Emulation.setEmulatedMedia", map[string]any{
		"media":    v.media,
		"features": []map[string]string{{"name": "prefers-color-scheme", "value": v.scheme}},
	}, nil)
}

func (p *page) event(m message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch m.Method {
	case "Page.loadEventFired":
		select {
		case p.loaded <- struct{}{}:
		default:
		}
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
		p.console = append(p.console, string(m.Params))
	case "Network.requestWillBeSent":
		var sent struct{ Request struct{ URL string } }
		if json.Unmarshal(m.Params, &sent) == nil {
			p.requests = append(p.requests, sent.Request.URL)
		}
	}
}

// messages is what the page wrote to the console until now.
func (p *page) messages() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.console...)
}

// quiet fails the test if the page wrote to the console or asked for anything
// but itself.
func (p *page) quiet(t *testing.T) {
	t.Helper()
	for _, text := range p.messages() {
		t.Errorf("on the console: %s", text)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, address := range p.requests {
		if i > 0 && !strings.HasPrefix(address, "data:") {
			t.Errorf("the page asked for %s", address)
		}
	}
}

// eval runs an expression in the page and gives its value, as JSON has it.
func eval[T any](t *testing.T, p *page, expression string) T {
	t.Helper()
	var answer struct {
		Result struct{ Value T }
		// The text of the exception alone says "Uncaught".
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

// keep writes an artefact to build/report.
func keep(t *testing.T, name string, content []byte) {
	t.Helper()
	folder := filepath.Join("..", "..", "build", "report")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// screenshot keeps a picture of the whole page, of its first 4,000 pixels if
// it is longer.
func (p *page) screenshot(t *testing.T, name string, v view) {
	t.Helper()
	height := min(4000, eval[int](t, p, `document.documentElement.scrollHeight`))
	var shot struct{ Data string }
	p.call(t, "Page.captureScreenshot", map[string]any{
		"format": "png", "captureBeyondViewport": true,
		"clip": map[string]any{"x": 0, "y": 0, "width": v.width, "height": height, "scale": 1},
	}, &shot)
	keep(t, fmt.Sprintf("%s-%d-%s.png", name, v.width, v.scheme), decode(t, shot.Data))
}

// pdf prints the page.
func (p *page) pdf(t *testing.T) []byte {
	t.Helper()
	var printed struct{ Data string }
	p.call(t, "Page.printToPDF", map[string]any{"paperWidth": 8.27, "paperHeight": 11.69}, &printed)
	return decode(t, printed.Data)
}

func decode(t *testing.T, text string) []byte {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

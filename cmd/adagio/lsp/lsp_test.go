package lsp

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"adagio/dsl"
	"adagio/dsl/index"

	protocol "github.com/tliron/glsp/protocol_3_16"
)

const uri = "file:///models/web.ballet"

const web = `component Database {
  places stopped, running
  initial stopped
  running running
  behavior start { boot: stopped -> running for 4s .. 6s }
  behavior stop { halt: running -> stopped for 1s }
  provide sql at running
}

component Server {
  places stopped, running
  initial stopped
  running running
  behavior start { boot: stopped -> running for 2s }
  behavior stop { halt: running -> stopped for 1s }
  use sql at running
}

assembly web(servers = 3) {
  node data { db: Database }
  for i in 0 ..< servers {
    node front[i] { server[i]: Server }
    connect db.sql -> server[i].sql
  }
}

plan restart of web {
  from running
  on data { push db stop, start; wait db }
  on front[i] { push server[i] stop, start; wait server[i] }
}
`

func TestMistakesComeAllAtOnce(t *testing.T) {
	c := dial(t, Options{}, false)
	wrong := strings.NewReplacer("initial stopped\n  running running\n  behavior start { boot: stopped -> running for 4s", "initial stoped\n  running running\n  behavior start { boot: stopped -> running for 4",
		"db: Database", "db: Datbase", "\n}\n\nplan restart", "\n  node data { }\n}\n\nplan restart").Replace(web)
	c.open(uri, wrong)
	list := c.diagnostics(uri, 1)
	var got []string
	for _, d := range list {
		got = append(got, fmt.Sprintf("%d:%d-%d %s", d.Range.Start.Line, d.Range.Start.Character, d.Range.End.Character, strings.ReplaceAll(d.Message, "\n", ": ")))
	}
	want := []string{
		`2:10-16 there is no place stoped in component type Database: did you mean stopped?`,
		`4:48-49 a duration needs a unit: 4: write 4s for seconds; the units are ns, us, ms, s, min, h and d`,
		`19:18-25 there is no component type Datbase: did you mean Database?`,
		`24:7-11 node data is declared twice: rename or remove one, or give it an index`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	last := list[len(list)-1]
	if r := last.RelatedInformation; len(r) != 1 || r[0].Message != "first declared here" || r[0].Location.URI != uri || r[0].Location.Range.Start.Line != 19 {
		t.Errorf("related: %+v", r)
	}

	c.change(uri, 2, web)
	if list := c.diagnostics(uri, 2); len(list) != 0 {
		t.Errorf("what is mended: %+v", list)
	}
}

// TestDebounce types many versions in a row, and saves: none but the last is looked
// at.
func TestDebounce(t *testing.T) {
	c := dial(t, Options{Debounce: time.Hour}, false)
	c.open(uri, web)
	c.diagnostics(uri, 1)
	const versions = 40
	for v := 2; v <= versions; v++ {
		c.change(uri, v, web+strings.Repeat("oops\n", versions-v))
	}
	c.tell("textDocument/didSave", lensParams())
	if list := c.diagnostics(uri, versions); len(list) != 0 {
		t.Error(list)
	}
	c.must("shutdown", "")
	for _, m := range c.notes {
		if m.Method == "textDocument/publishDiagnostics" && !strings.Contains(string(m.Params), fmt.Sprintf(`"version":%d`, versions)) {
			t.Errorf("a version in between: %s", m.Params)
		}
	}
}

// TestOtherFiles has mistakes in a file that a model reads: they are shown there,
// and taken back when the file is mended, and when the model is closed.
func TestOtherFiles(t *testing.T) {
	dir := t.TempDir()
	samples := filepath.Join(dir, "boot.csv")
	write := func(text string) {
		if err := os.WriteFile(samples, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("1s\n2 bananas\n")
	model := uriOf(filepath.Join(dir, "web.ballet"))
	c := dial(t, Options{}, false)
	c.open(model, strings.Replace(web, "for 4s .. 6s", `for empirical("boot.csv")`, 1))
	if list := c.diagnostics(uriOf(samples), 0); len(list) != 1 || list[0].Range.Start.Line != 1 {
		t.Fatalf("%+v", list)
	}
	write("1s\n2s\n")
	c.tell("workspace/didChangeWatchedFiles", `{"changes": []}`)
	if list := c.diagnostics(uriOf(samples), 0); len(list) != 0 {
		t.Errorf("what is mended: %+v", list)
	}
	write("bananas\n")
	c.tell("textDocument/didSave", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, model))
	if list := c.diagnostics(uriOf(samples), 0); len(list) != 1 {
		t.Errorf("%+v", list)
	}
	c.tell("textDocument/didClose", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, model))
	if list := c.diagnostics(uriOf(samples), 0); len(list) != 0 {
		t.Errorf("of a model that is closed: %+v", list)
	}
}

func TestHover(t *testing.T) {
	c := dial(t, Options{}, false)
	c.open(uri, web)
	for part, want := range map[string]string{
		"server[i]: Ser|ver":                 "component Server",
		"wai|t server[i] }":                  "waits until `server[i]` is idle: until it has run what has been pushed to it by then\\n- `stop, start`, pushed by `front[i]`",
		"connect db.s|ql ->":                 "provider `db`: `provide sql at running` of `Database`\\n- user `server`: `use sql at running` of `Server`",
		"halt: running -> stopped fo":        "",
		"{ bo|ot: stopped -> running for 4s": "`4s .. 6s` in the type",
	} {
		if want == "" {
			continue
		}
		if got := c.must("textDocument/hover", at(t, uri, web, part)); !strings.Contains(got, want) {
			t.Errorf("%s: %s is missing in %s", part, want, got)
		}
	}
	if got := c.must("textDocument/hover", at(t, uri, web, "|}\n\nassembly")); got != "null" {
		t.Errorf("of nothing: %s", got)
	}
}

func TestDefinitionAndReferences(t *testing.T) {
	c := dial(t, Options{}, false)
	c.open(uri, web)
	lines := func(text string) string {
		var list []protocol.Location
		if err := json.Unmarshal([]byte(text), &list); err != nil {
			t.Fatal(err)
		}
		out := []string{}
		for _, l := range list {
			out = append(out, fmt.Sprintf("%d:%d-%d", l.Range.Start.Line, l.Range.Start.Character, l.Range.End.Character))
		}
		return strings.Join(out, " ")
	}
	for _, k := range []struct{ part, definition, references string }{
		{"server[i]: Ser|ver", "9:10-16", "9:10-16 21:31-37"},                               // component type
		{"push serve|r[i]", "21:20-26", "21:20-26 22:22-28 29:21-27 29:49-55"},              // component
		{"on fron|t[i]", "21:9-14", "21:9-14 29:5-10"},                                      // node
		{"push server[i] sto|p", "14:11-15", "14:11-15 29:31-35"},                           // behaviour
		{"-> server[i].sq|l", "15:6-9", "15:6-9 22:32-35"},                                  // port
		{"0 ..< serve|rs", "18:13-20", "18:13-20 20:17-24"},                                 // parameter
		{"node front[|i]", "20:6-7", "20:6-7 21:15-16 21:27-28 22:29-30"},                   // loop variable
		{"on front[|i]", "29:11-12", "29:11-12 29:28-29 29:56-57"},                          // index that ranges
		{"restart of we|b", "18:9-12", "18:9-12 26:16-19"},                                  // assembly
		{"use sql at runnin|g", "10:18-25", "10:18-25 12:10-17 13:36-43 14:24-31 15:13-20"}, // place
		{"plan restar|t", "26:5-12", "26:5-12"},                                             // plan
	} {
		params := at(t, uri, web, k.part)
		if got := lines(c.must("textDocument/definition", params)); got != k.definition {
			t.Errorf("%s: declared at %s, want %s", k.part, got, k.definition)
		}
		params = strings.TrimSuffix(params, "}") + `, "context": {"includeDeclaration": true}}`
		if got := lines(c.must("textDocument/references", params)); got != k.references {
			t.Errorf("%s: used at %s, want %s", k.part, got, k.references)
		}
	}
}

func TestCompletion(t *testing.T) {
	c := dial(t, Options{}, false)
	text := strings.Replace(web, "wait server[i]", "wait ser", 1)
	c.open(uri, text)
	var items []protocol.CompletionItem
	if err := json.Unmarshal([]byte(c.must("textDocument/completion", at(t, uri, text, "wait ser| }"))), &items); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, i := range items {
		edit := i.TextEdit.(protocol.TextEdit)
		got = append(got, fmt.Sprintf("%s %d %d-%d", i.Label, *i.Kind, edit.Range.Start.Character, edit.Range.End.Character))
	}
	if want := []string{"db 6 49-52", "server[i] 6 49-52", "all 14 49-52"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFormatting(t *testing.T) {
	c := dial(t, Options{}, false)
	c.open(uri, web)
	params := fmt.Sprintf(`{"textDocument": {"uri": %q}, "options": {"tabSize": 2, "insertSpaces": true}}`, uri)
	if got := c.must("textDocument/formatting", params); got != "[]" {
		t.Errorf("what is in the canonical layout: %s", got)
	}
	ugly := strings.Replace(web, "  provide sql at running", "provide    sql at running", 1)
	c.change(uri, 2, ugly)
	var edits []protocol.TextEdit
	if err := json.Unmarshal([]byte(c.must("textDocument/formatting", params)), &edits); err != nil || len(edits) != 1 {
		t.Fatal(edits, err)
	}
	if d := newDocument(uri, 1, ugly, true).changed(2, []any{protocol.TextDocumentContentChangeEvent{Range: &edits[0].Range, Text: edits[0].NewText}}); d.text != web {
		t.Errorf("edited:\n%s", d.text)
	}
	if edits[0].Range.Start.Line != 6 || edits[0].Range.End.Line != 7 {
		t.Errorf("more than the line is replaced: %+v", edits[0])
	}
	c.change(uri, 3, web+"oops")
	if m := c.call("textDocument/formatting", params); m.Error == nil || m.Error.Code != requestFailed || !strings.Contains(m.Error.Message, "oops") {
		t.Errorf("of a file with mistakes: %+v", m)
	}
}

func TestSymbols(t *testing.T) {
	c := dial(t, Options{}, false)
	c.open(uri, web)
	var list []protocol.DocumentSymbol
	if err := json.Unmarshal([]byte(c.must("textDocument/documentSymbol", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, uri))), &list); err != nil {
		t.Fatal(err)
	}
	var got []string
	var show func(list []protocol.DocumentSymbol)
	show = func(list []protocol.DocumentSymbol) {
		for _, s := range list {
			got = append(got, s.Name)
			if before(s.Range, s.SelectionRange) > 0 {
				t.Errorf("%s: %+v does not hold %+v", s.Name, s.Range, s.SelectionRange)
			}
			show(s.Children)
		}
	}
	show(list)
	if want := "Database stopped running start boot stop halt sql Server stopped running start boot stop halt sql web servers data db front server restart on data on front[i]"; strings.Join(got, " ") != want {
		t.Errorf("%q", got)
	}
}

func lensParams() string { return fmt.Sprintf(`{"textDocument": {"uri": %q}}`, uri) }

// lenses asks for the code lenses of the text, and resolves them.
func (c *client) lenses() []string {
	c.t.Helper()
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(c.must("textDocument/codeLens", lensParams())), &list); err != nil {
		c.t.Fatal(err)
	}
	var out []string
	for _, l := range list {
		var lens protocol.CodeLens
		if err := json.Unmarshal(l, &lens); err != nil {
			c.t.Fatal(err)
		}
		if lens.Command == nil {
			if err := json.Unmarshal([]byte(c.must("codeLens/resolve", string(l))), &lens); err != nil {
				c.t.Fatal(err)
			}
		}
		out = append(out, fmt.Sprintf("%d: %s", lens.Range.Start.Line, lens.Command.Title))
	}
	return out
}

// TestCodeLens has the bounds of a plan above it, what the commands say of it.
func TestCodeLens(t *testing.T) {
	c := dial(t, Options{}, false)
	c.open(uri, web)
	got := c.lenses()
	if len(got) != 1 || got[0] != "26: done 5.006s .. 8.296s" {
		t.Errorf("%q", got)
	}
	// Once they are known they are there at once.
	if text := c.must("textDocument/codeLens", lensParams()); !strings.Contains(text, `"title":"done`) {
		t.Error(text)
	}
	deadlock, err := os.ReadFile("../../../testdata/gallery/deadlock.ballet")
	if err != nil {
		t.Fatal(err)
	}
	c.change(uri, 2, string(deadlock))
	got = c.lenses()
	if want := ": deadlock: the plan never ends"; len(got) != 1 || !strings.HasSuffix(got[0], want) {
		t.Errorf("%q, want %s", got, want)
	}
	for {
		list := c.diagnostics(uri, 2)
		if len(list) > 0 && strings.Contains(list[0].Message, "never ends") {
			break
		}
	}
	c.change(uri, 3, web+"oops")
	if got := c.lenses(); len(got) != 1 || got[0] != "26: no bounds: the model has mistakes" {
		t.Errorf("%q", got)
	}
}

// TestStaleBounds changes the text while its bounds are computed: the analysis is
// stopped, and what it was asked for is not shown.
func TestStaleBounds(t *testing.T) {
	start, answers := make(chan string), make(chan Answer)
	c := dial(t, Options{Bound: slow(start, answers)}, false)
	c.open(uri, web)
	<-start
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(c.must("textDocument/codeLens", lensParams())), &list); err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	id := c.ask("codeLens/resolve", string(list[0]))
	c.change(uri, 2, web+"\n")
	if m := c.answer(id); m.Error == nil || m.Error.Code != contentModified {
		t.Errorf("the bounds of the old text: %+v", m)
	}
	<-start // of the new text
	if m := c.call("codeLens/resolve", string(list[0])); m.Error == nil || m.Error.Code != contentModified {
		t.Errorf("the lens of the old text: %+v", m)
	}
	answers <- Answer{Title: "soon"}
	if got := c.lenses(); len(got) != 1 || got[0] != "26: soon" {
		t.Errorf("%q", got)
	}
}

// TestBudget bounds a plan that takes too long.
func TestBudget(t *testing.T) {
	start, answers := make(chan string, 10), make(chan Answer)
	c := dial(t, Options{Bound: slow(start, answers), Budget: 10 * time.Millisecond}, false)
	c.open(uri, web)
	if got := c.lenses(); len(got) != 1 || got[0] != "26: no bounds within 10ms: run adagio bound" {
		t.Errorf("%q", got)
	}
}

func TestCancel(t *testing.T) {
	start, answers := make(chan string, 10), make(chan Answer)
	c := dial(t, Options{Bound: slow(start, answers)}, false)
	c.open(uri, web)
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(c.must("textDocument/codeLens", lensParams())), &list); err != nil {
		t.Fatal(err)
	}
	id := c.ask("codeLens/resolve", string(list[0]))
	c.tell("$/cancelRequest", fmt.Sprintf(`{"id": %d}`, id))
	c.tell("$/cancelRequest", `{"id": "nobody"}`)
	c.tell("$/cancelRequest", `{"id": {}}`)
	if m := c.answer(id); m.Error == nil || m.Error.Code != requestCancelled {
		t.Errorf("%+v", m)
	}
}

func TestUnknownFiles(t *testing.T) {
	c := dial(t, Options{}, false)
	for _, method := range []string{"textDocument/hover", "textDocument/definition", "textDocument/references", "textDocument/completion", "textDocument/documentSymbol", "textDocument/formatting", "textDocument/codeLens"} {
		m := c.call(method, `{"textDocument": {"uri": "file:///nowhere.ballet"}, "position": {"line": 0, "character": 0}, "context": {"includeDeclaration": true}, "options": {}}`)
		if m.Error == nil || !strings.Contains(m.Error.Message, "not open: file:///nowhere.ballet") {
			t.Errorf("%s: %+v", method, m)
		}
	}
	c.tell("textDocument/didChange", `{"textDocument": {"uri": "file:///nowhere.ballet", "version": 2}, "contentChanges": [{"text": ""}]}`)
	c.tell("textDocument/didClose", `{"textDocument": {"uri": "file:///nowhere.ballet"}}`)
	c.must("shutdown", "")
}

func TestClose(t *testing.T) {
	c := dial(t, Options{}, false)
	c.open(uri, web+"oops")
	if list := c.diagnostics(uri, 1); len(list) != 1 {
		t.Fatal(list)
	}
	c.tell("textDocument/didClose", lensParams())
	if list := c.diagnostics(uri, 0); len(list) != 0 {
		t.Errorf("of a closed text: %v", list)
	}
	if m := c.call("textDocument/codeLens", lensParams()); m.Error == nil {
		t.Errorf("%+v", m)
	}
}

func TestBadMessages(t *testing.T) {
	c := dial(t, Options{}, false)
	c.frame(`{"jsonrpc": "2.0", "id": 77, "method": "textDocument/hover", `)
	if m := c.next(); m.ID != nil || m.Error == nil || m.Error.Code != -32700 {
		t.Errorf("what is not JSON: %+v", m)
	}
	for _, text := range []string{`{}`, `[]`, `17`, `"exit"`, `null`} {
		c.frame(text)
		if m := c.next(); m.Error == nil || m.Error.Code != -32600 {
			t.Errorf("%s: %+v", text, m)
		}
	}
	if m := c.call("textDocument/hover", `{"textDocument": 3}`); m.Error == nil || m.Error.Code != -32602 {
		t.Errorf("parameters: %+v", m)
	}
	if m := c.call("textDocument/hover", ""); m.Error == nil || m.Error.Code != -32602 {
		t.Errorf("no parameters: %+v", m)
	}
	if m := c.call("textDocument/dance", "{}"); m.Error == nil || m.Error.Code != -32601 {
		t.Errorf("a method that there is not: %+v", m)
	}
	c.tell("textDocument/dance", "{}")
	c.tell("textDocument/didOpen", "[]")
	c.open(uri, web)
	if list := c.diagnostics(uri, 1); len(list) != 0 {
		t.Errorf("%v", list)
	}
}

// TestOrder goes through the states of a session in other orders than the right
// one.
func TestOrder(t *testing.T) {
	t.Run("before initialize", func(t *testing.T) {
		c := dial(t, Options{}, true)
		if m := c.call("shutdown", ""); m.Error == nil || m.Error.Code != notInitialized {
			t.Errorf("%+v", m)
		}
		c.open(uri, web)
		c.must("initialize", `{"capabilities": {}}`)
		if m := c.call("initialize", `{}`); m.Error == nil || m.Error.Code != -32600 {
			t.Errorf("twice: %+v", m)
		}
		if m := c.call("textDocument/codeLens", lensParams()); m.Error == nil {
			t.Errorf("what was opened before initialize: %+v", m)
		}
		if code := c.exit(); code != 1 {
			t.Errorf("exit without shutdown: %d", code)
		}
	})
	t.Run("after shutdown", func(t *testing.T) {
		c := dial(t, Options{}, false)
		c.open(uri, web)
		if got := c.must("shutdown", ""); got != "null" {
			t.Error(got)
		}
		if m := c.call("textDocument/codeLens", lensParams()); m.Error == nil || m.Error.Code != -32600 {
			t.Errorf("%+v", m)
		}
		if code := c.exit(); code != 0 {
			t.Errorf("exit after shutdown: %d", code)
		}
	})
	t.Run("the client is gone", func(t *testing.T) {
		c := dial(t, Options{}, false)
		c.open(uri, web)
		c.in.Close()
		if code := c.end(); code != 1 {
			t.Errorf("%d", code)
		}
	})
	t.Run("no header", func(t *testing.T) {
		c := dial(t, Options{}, false)
		fmt.Fprint(c.in, "GET / HTTP/1.1\r\n\r\n")
		if code := c.end(); code != 1 {
			t.Errorf("%d", code)
		}
	})
}

// TestUTF16 has characters outside the Basic Multilingual Plane, which take two
// units each in the protocol and one column in the language.
func TestUTF16(t *testing.T) {
	c := dial(t, Options{}, false)
	text := strings.Replace(web, "wait db }", `wait db; wait "🚀🚀"; wait 𝒹b }`, 1)
	c.open(uri, text)
	list := c.diagnostics(uri, 1)
	var got []protocol.Position
	for _, d := range list {
		got = append(got, d.Range.Start, d.Range.End)
	}
	rockets := place(t, text, `wait |"🚀🚀"`)
	want := []protocol.Position{rockets, place(t, text, `wait "🚀🚀"|`), place(t, text, `wait |𝒹b`), place(t, text, `wait 𝒹b|`)}
	if !slices.Equal(got, want) || want[1].Character != rockets.Character+6 || want[3].Character != want[2].Character+3 {
		t.Errorf("%v, want %v", got, want)
	}
	// The position right behind them, and a change there.
	p := place(t, text, `"🚀🚀"; wait |𝒹b`)
	c.tell("textDocument/didChange", fmt.Sprintf(`{"textDocument": {"uri": %q, "version": 2}, "contentChanges": [
		{"range": {"start": {"line": %d, "character": %d}, "end": {"line": %[2]d, "character": %[4]d}}, "text": "db"},
		{"range": {"start": {"line": %[2]d, "character": %[5]d}, "end": {"line": %[2]d, "character": %[6]d}}, "text": "db"}]}`,
		uri, p.Line, p.Character, p.Character+3, rockets.Character, rockets.Character+6))
	if list := c.diagnostics(uri, 2); len(list) > 0 && strings.Contains(list[0].Message, "there is no") {
		t.Errorf("%+v", list)
	}
	mended := strings.Replace(web, "wait db }", "wait db; wait db; wait db }", 1)
	if got := c.must("textDocument/definition", at(t, uri, mended, "wait db; wait db; wait d|b")); !strings.Contains(got, `"line":19,"character":14`) {
		t.Error(got)
	}
}

// TestModels opens a file of a model of several, which are on disk.
func TestModels(t *testing.T) {
	dir := t.TempDir()
	types, plans, _ := strings.Cut(web, "assembly")
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return uriOf(path)
	}
	typesURI, plansURI := write("types.ballet", types), write("my plans.ballet", "assembly"+plans)
	c := dial(t, Options{}, true)
	c.must("initialize", fmt.Sprintf(`{"workspaceFolders": [{"uri": %q, "name": "x"}], "initializationOptions": {"models": [["types.ballet", "my plans.ballet"]]}}`, uriOf(dir)))
	c.open(plansURI, "assembly"+plans)
	if list := c.diagnostics(plansURI, 1); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	if got := c.must("textDocument/definition", at(t, plansURI, "assembly"+plans, "server[i]: Serve|r")); !strings.Contains(got, quote(typesURI)) {
		t.Errorf("declared in %s", got)
	}
	// A mistake in the other file is shown there, and goes when it goes.
	c.open(typesURI, strings.Replace(types, "component Server", "component Srver", 1))
	if list := c.diagnostics(plansURI, 1); len(list) != 1 || !strings.Contains(list[0].Message, "Srver") {
		t.Errorf("%+v", list)
	}
	c.change(typesURI, 2, types)
	if list := c.diagnostics(plansURI, 1); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	c.tell("textDocument/didClose", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, typesURI))
	c.tell("textDocument/didClose", fmt.Sprintf(`{"textDocument": {"uri": %q}}`, plansURI))
	c.must("shutdown", "")
	if code := c.exit(); code != 0 {
		t.Error(code)
	}
}

// TestAnyText opens every model of the repository and asks everything about it.
func TestAnyText(t *testing.T) {
	paths, err := filepath.Glob("../../../testdata/*.ballet")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	c := dial(t, Options{}, false)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		full, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		c.open(uriOf(full), string(text))
		if list := c.diagnostics(uriOf(full), 1); len(list) != 0 {
			t.Errorf("%s: %+v", path, list)
		}
		for line := 0; line < strings.Count(string(text), "\n"); line += 7 {
			params := fmt.Sprintf(`{"textDocument": {"uri": %q}, "position": {"line": %d, "character": %d}}`, uriOf(full), line, line%30)
			c.must("textDocument/hover", params)
			c.must("textDocument/completion", params)
		}
	}
}

// FuzzChange changes a text in any way, and compares the positions of the document
// with each other.
func FuzzChange(f *testing.F) {
	f.Add(web, uint32(3), uint32(4), uint32(5), uint32(6), "🚀\r\n", uint16(7))
	f.Add("\uFEFFlet k = 1\r# 𝒹\r\nx", uint32(0), uint32(1), uint32(1), uint32(4), "\r", uint16(3))
	f.Add("", uint32(1<<31), uint32(1<<31), uint32(0), uint32(0), "a", uint16(0))
	f.Fuzz(func(t *testing.T, text string, l1, c1, l2, c2 uint32, insert string, at uint16) {
		text, insert = strings.ToValidUTF8(text, "?"), strings.ToValidUTF8(insert, "?")
		d := newDocument(uri, 1, text, true)
		d = d.changed(2, []any{protocol.TextDocumentContentChangeEvent{Range: &protocol.Range{Start: protocol.Position{Line: l1, Character: c1}, End: protocol.Position{Line: l2, Character: c2}}, Text: insert}})
		if !strings.Contains(d.text, insert) {
			t.Fatalf("%q is not in %q", insert, d.text)
		}
		offset := 0
		for i := range d.text {
			if i <= int(at) {
				offset = i
			}
		}
		if back := d.offsetOf(d.position(offset)); back != offset && !(offset > 0 && strings.ContainsAny(d.text[back:offset], "\r\n")) {
			t.Fatalf("offset %d is %v, which is offset %d", offset, d.position(offset), back)
		}
		if back := d.offset(d.pos(offset)); back != offset && !strings.HasPrefix(d.text, byteOrderMark) {
			t.Fatalf("offset %d is %v, which is offset %d", offset, d.pos(offset), back)
		}
		file, list := d.parse()
		for _, e := range list {
			diagnostic(e, d, func(string) *document { return d })
		}
		if !list.HasErrors() {
			for _, e := range d.edit(insert) {
				if got := d.changed(3, []any{protocol.TextDocumentContentChangeEvent{Range: &e.Range, Text: e.NewText}}); got.text != insert {
					t.Fatalf("edited to %q, not %q", got.text, insert)
				}
			}
		}
		x := index.Build([]*dsl.File{file})
		symbols(d, x.Outline(file))
		x.Complete(file, d.pos(offset))
		if text, part := x.Describe(d.pos(offset)); text != "" {
			if r := d.span(part.Pos, part.Length); before(r, protocol.Range{Start: r.End}) > 0 {
				t.Fatalf("a range that ends before it begins: %+v", r)
			}
		}
	})
}

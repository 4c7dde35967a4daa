package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"adagio/dsl/golden"
)

// TestSession records a session: what the client and the server say to one
// another, where that is long only its begin. The editor's README shows it.
func TestSession(t *testing.T) {
	const recorded, readme = "testdata/session.txt", "../editor/README.md"
	asked := make(chan bool)
	c := dial(t, Options{Bound: func(ctx context.Context, job Job) (Answer, error) {
		select { // or the first answer could come before or after the bounds
		case <-asked:
			return Analyse(ctx, job)
		case <-ctx.Done():
			return Answer{}, ctx.Err()
		}
	}}, true)
	var log strings.Builder
	write := func(arrow, method, text string) {
		const most = 330
		var compact bytes.Buffer
		if err := json.Compact(&compact, []byte(text)); err != nil {
			t.Fatal(err, text)
		}
		text = strings.ReplaceAll(compact.String(), uri, "file:///…/web.ballet")
		if runes := []rune(text); len(runes) > most {
			text = string(runes[:most]) + " …"
		}
		fmt.Fprintf(&log, "%s %-31s %s\n", arrow, method, text)
	}
	say := func(comment string) { fmt.Fprintf(&log, "\n# %s\n", comment) }
	tell := func(method, params string) {
		write("→", method, params)
		c.tell(method, params)
	}
	call := func(method, params string) string {
		write("→", method, params)
		result := c.must(method, params)
		write("←", method, result)
		return result
	}
	diagnostics := func(version int) {
		list := c.diagnostics(uri, version)
		const method = "textDocument/publishDiagnostics"
		fmt.Fprintf(&log, "← %-31s version %d: %d\n", method, version, len(list))
		for _, d := range list {
			fmt.Fprintf(&log, "    %d:%d %s\n", d.Range.Start.Line, d.Range.Start.Character, strings.ReplaceAll(d.Message, "\n", "; "))
		}
	}
	edit := func(version int, now, part, text string) string {
		from := place(t, now, strings.Replace(strings.Replace(part, "[[", "|", 1), "]]", "", 1))
		to := place(t, now, strings.Replace(strings.Replace(part, "[[", "", 1), "]]", "|", 1))
		tell("textDocument/didChange", fmt.Sprintf(`{"textDocument": {"uri": %q, "version": %d}, "contentChanges": [{"range": {"start": {"line": %d, "character": %d}, "end": {"line": %d, "character": %d}}, "text": %s}]}`,
			uri, version, from.Line, from.Character, to.Line, to.Character, quote(text)))
		diagnostics(version)
		before, rest, _ := strings.Cut(part, "[[")
		old, after, _ := strings.Cut(rest, "]]")
		return strings.Replace(now, before+old+after, before+text+after, 1)
	}
	position := func(now, part string) string { return at(t, uri, now, part) }

	fmt.Fprintln(&log, "# The editor starts the server, and opens a file with three mistakes")
	call("initialize", `{"processId": null, "rootUri": "file:///models", "capabilities": {}}`)
	tell("initialized", `{}`)
	text := strings.NewReplacer("db: Database", "db: Datbase", "servers = 3", "servers = ", "on data { push db stop, start", "on data { psh db stop, start").Replace(web)
	text = strings.Replace(text, "  provide sql at running", "  provide   sql at running", 1)
	tell("textDocument/didOpen", fmt.Sprintf(`{"textDocument": {"uri": %q, "languageId": "ballet", "version": 1, "text": %s}}`, uri, quote(text)))
	diagnostics(1)
	say("One is mended; what does a wait wait for?")
	text = edit(2, text, "on data { [[psh]] db", "push")
	call("textDocument/hover", position(text, "wai|t server[i]"))
	say("The others; the file is formatted")
	text = edit(3, text, "servers = [[]])", "3")
	text = edit(4, text, "db: [[Datbase]]", "Database")
	call("textDocument/formatting", fmt.Sprintf(`{"textDocument": {"uri": %q}, "options": {"tabSize": 2, "insertSpaces": true}}`, uri))
	text = edit(5, text, "provide[[   ]]sql", " ")
	say("How long does the plan take?")
	var list []json.RawMessage
	if err := json.Unmarshal([]byte(call("textDocument/codeLens", lensParams())), &list); err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	close(asked)
	call("codeLens/resolve", string(list[0]))
	say("Where is a component declared, and where is it used? What could be written?")
	call("textDocument/definition", position(text, "push serve|r[i]"))
	call("textDocument/references", strings.TrimSuffix(position(text, "push serve|r[i]"), "}")+`, "context": {"includeDeclaration": false}}`)
	call("textDocument/completion", position(text, "push server[i] |stop"))
	say("The end")
	tell("textDocument/didClose", lensParams())
	diagnostics(0)
	call("shutdown", "null")
	tell("exit", "null")
	if code := c.end(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	golden.Check(t, recorded, log.String())

	page, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "```lsp\n", "```\n"
	before, rest, ok := strings.Cut(string(page), begin)
	_, after, okAfter := strings.Cut(rest, end)
	if !ok || !okAfter {
		t.Fatal("the README has no session")
	}
	golden.Check(t, readme, before+begin+log.String()+end+after)
}

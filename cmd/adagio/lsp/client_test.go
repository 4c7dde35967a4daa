package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"

	protocol "github.com/tliron/glsp/protocol_3_16"
)

// client drives a server as an editor does.
type client struct {
	t     *testing.T
	in    io.WriteCloser
	from  chan message
	code  chan int
	id    int
	notes []message // notifications that nobody has looked at
}

// message is a message of the server.
type message struct {
	ID     any
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct {
		Code    int
		Message string
	}
}

const patience = 30 * time.Second

// dial starts a server and says initialize, unless it is to be raw.
func dial(t *testing.T, opts Options, raw bool) *client {
	t.Helper()
	if opts.Bound == nil {
		opts.Bound = Analyse
	}
	if opts.Debounce == 0 {
		opts.Debounce = time.Millisecond
	}
	if opts.Log == nil {
		log := &output{w: t.Output()}
		t.Cleanup(log.end)
		opts.Log = log
	}
	hear, in := io.Pipe()
	out, say := io.Pipe()
	c := &client{t: t, in: in, from: make(chan message, 1000), code: make(chan int, 1)}
	go func() {
		c.code <- Serve(hear, say, opts)
		say.Close()
	}()
	go func() {
		defer close(c.from)
		r := bufio.NewReader(out)
		for {
			header, err := textproto.NewReader(r).ReadMIMEHeader()
			if err != nil {
				return
			}
			n, err := strconv.Atoi(header.Get("Content-Length"))
			if err != nil {
				t.Errorf("header %v", header)
				return
			}
			text := make([]byte, n)
			if _, err := io.ReadFull(r, text); err != nil {
				t.Error(err)
				return
			}
			var m message
			if err := json.Unmarshal(text, &m); err != nil {
				t.Errorf("%v: %s", err, text)
			}
			c.from <- m
		}
	}()
	t.Cleanup(func() {
		in.Close()
		for range c.from {
		}
	})
	if !raw {
		c.must("initialize", `{"capabilities": {}, "rootUri": "file:///models"}`)
		c.tell("initialized", `{}`)
	}
	return c
}

// frame sends a text as it is.
func (c *client) frame(text string) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.in, "Content-Length: %d\r\n\r\n%s", len(text), text); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) tell(method, params string) {
	c.t.Helper()
	c.frame(fmt.Sprintf(`{"jsonrpc": "2.0", "method": %q, "params": %s}`, method, params))
}

// ask sends a request and returns its number.
func (c *client) ask(method, params string) int {
	c.t.Helper()
	c.id++
	if params == "" {
		c.frame(fmt.Sprintf(`{"jsonrpc": "2.0", "id": %d, "method": %q}`, c.id, method))
	} else {
		c.frame(fmt.Sprintf(`{"jsonrpc": "2.0", "id": %d, "method": %q, "params": %s}`, c.id, method, params))
	}
	return c.id
}

// next is the next message of the server.
func (c *client) next() message {
	c.t.Helper()
	select {
	case m, ok := <-c.from:
		if !ok {
			c.t.Fatal("the server is gone")
		}
		return m
	case <-time.After(patience):
		c.t.Fatal("no message")
	}
	return message{}
}

// answer waits for the answer to a request.
func (c *client) answer(id int) message {
	c.t.Helper()
	for {
		m := c.next()
		if m.Method == "" && fmt.Sprint(m.ID) == fmt.Sprint(id) {
			return m
		}
		c.notes = append(c.notes, m)
	}
}

// call sends a request and waits for its answer.
func (c *client) call(method, params string) message {
	c.t.Helper()
	return c.answer(c.ask(method, params))
}

// must is call for an answer that is no error.
func (c *client) must(method, params string) string {
	c.t.Helper()
	m := c.call(method, params)
	if m.Error != nil {
		c.t.Fatalf("%s: %v", method, m.Error)
	}
	return string(m.Result)
}

// note waits for a notification that fits.
func (c *client) note(method string, fits func(message) bool) message {
	c.t.Helper()
	for i, m := range c.notes {
		if m.Method == method && fits(m) {
			c.notes = append(c.notes[:i:i], c.notes[i+1:]...)
			return m
		}
	}
	for {
		m := c.next()
		if m.Method == method && fits(m) {
			return m
		}
		c.notes = append(c.notes, m)
	}
}

// diagnostics waits for the diagnostics of a version of a text.
func (c *client) diagnostics(uri string, version int) []protocol.Diagnostic {
	c.t.Helper()
	var p protocol.PublishDiagnosticsParams
	c.note("textDocument/publishDiagnostics", func(m message) bool {
		p = protocol.PublishDiagnosticsParams{}
		if err := json.Unmarshal(m.Params, &p); err != nil {
			c.t.Fatal(err)
		}
		return p.URI == uri && (p.Version == nil && version == 0 || p.Version != nil && int(*p.Version) == version)
	})
	return p.Diagnostics
}

func (c *client) open(uri, text string) {
	c.t.Helper()
	c.tell("textDocument/didOpen", fmt.Sprintf(`{"textDocument": {"uri": %q, "languageId": "ballet", "version": 1, "text": %s}}`, uri, quote(text)))
}

// change puts a new text in place of the old one.
func (c *client) change(uri string, version int, text string) {
	c.t.Helper()
	c.tell("textDocument/didChange", fmt.Sprintf(`{"textDocument": {"uri": %q, "version": %d}, "contentChanges": [{"text": %s}]}`, uri, version, quote(text)))
}

// exit ends the session and returns the exit code of the server.
func (c *client) exit() int {
	c.t.Helper()
	c.tell("exit", "null")
	return c.end()
}

func (c *client) end() int {
	c.t.Helper()
	for {
		select {
		case code := <-c.code:
			return code
		case <-c.from:
		case <-time.After(patience):
			c.t.Fatal("the server goes on")
		}
	}
}

func quote(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return string(out)
}

// at is the position of the | in a part of a text, as parameters have it.
func at(t *testing.T, uri, text, part string) string {
	t.Helper()
	p := place(t, text, part)
	return fmt.Sprintf(`{"textDocument": {"uri": %q}, "position": {"line": %d, "character": %d}}`, uri, p.Line, p.Character)
}

func place(t *testing.T, text, part string) protocol.Position {
	t.Helper()
	plain := strings.Replace(part, "|", "", 1)
	if strings.Count(text, plain) != 1 {
		t.Fatalf("%q is there %d times", plain, strings.Count(text, plain))
	}
	before := text[:strings.Index(text, plain)+strings.Index(part, "|")]
	line := before[strings.LastIndex(before, "\n")+1:]
	return protocol.Position{Line: uint32(strings.Count(before, "\n")), Character: uint32(len(utf16.Encode([]rune(line))))}
}

// slow bounds plans when it is told to.
func slow(start chan<- string, go_ <-chan Answer) func(context.Context, Job) (Answer, error) {
	return func(ctx context.Context, job Job) (Answer, error) {
		start <- job.Plan
		select {
		case a := <-go_:
			return a, nil
		case <-ctx.Done():
			return Answer{}, ctx.Err()
		}
	}
}

// output writes to the output of a test until that ends: the connection may still log that it is
// closed when nobody waits for it any more.
type output struct {
	mu sync.Mutex
	w  io.Writer
}

func (o *output) Write(text []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.w.Write(text)
}

func (o *output) end() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.w = io.Discard
}

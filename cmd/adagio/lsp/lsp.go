// Package lsp is the language server: what an editor asks about models while they
// are written, in the Language Server Protocol over two streams.
//
//	code := lsp.Serve(os.Stdin, os.Stdout, lsp.Options{Bound: lsp.Analyse})
//
// It is about the protocol alone. Package dsl finds the mistakes, dsl/index knows
// what is where, and the analysis of plans is what Options.Bound does.
package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"maps"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sourcegraph/jsonrpc2"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// Options says how to serve.
type Options struct {
	// Bound answers for one plan. It may take long, and stops when its context
	// ends.
	Bound func(context.Context, Job) (Answer, error)
	// Budget is how long Bound may take, and Debounce how long the editor must be
	// quiet before a text is checked; 0 is 10 s and 200 ms.
	Budget, Debounce time.Duration
	// Log gets what goes wrong with the program itself; nil for nobody.
	Log io.Writer
	// Version is what the server says of itself.
	Version string
}

// Serve answers the requests that come in until the client says exit, or is gone,
// and returns the exit code that the protocol has for it: 0 where shutdown came
// before exit, else 1.
func Serve(in io.Reader, out io.Writer, opts Options) int {
	if opts.Budget == 0 {
		opts.Budget = 10 * time.Second
	}
	if opts.Debounce == 0 {
		opts.Debounce = 200 * time.Millisecond
	}
	if opts.Log == nil {
		opts.Log = io.Discard
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &server{
		opts: opts, log: log.New(opts.Log, "adagio lsp: ", 0), ctx: ctx, stop: stop,
		running: map[jsonrpc2.ID]context.CancelFunc{}, published: map[string]string{},
		checking: make(chan struct{}, 1), bounding: make(chan struct{}, 1),
	}
	s.workspace.Store(&workspace{docs: map[string]*document{}, models: map[string]*bundle{}})
	conn := jsonrpc2.NewConn(context.Background(), &stream{in: bufio.NewReader(in), out: out}, s, jsonrpc2.SetLogger(s.log))
	<-conn.DisconnectNotify()
	stop()
	s.work.Wait()
	if s.state == exited {
		return 0
	}
	return 1
}

// state is where a session is.
type state int

const (
	fresh state = iota
	serving
	shut
	exited // after shutdown
)

// The error codes of the protocol that JSON-RPC does not have.
const (
	notInitialized   = -32002
	requestCancelled = -32800
	contentModified  = -32801
	requestFailed    = -32803
)

func failed(code int64, format string, args ...any) error {
	return &jsonrpc2.Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// server is one session.
type server struct {
	opts  Options
	log   *log.Logger
	ctx   context.Context // of the work
	stop  context.CancelFunc
	state state          // of the goroutine that reads
	work  sync.WaitGroup // what goes on beside it

	workspace atomic.Pointer[workspace]

	mu        sync.Mutex
	running   map[jsonrpc2.ID]context.CancelFunc
	published map[string]string // the texts that the client shows diagnostics of, with the first file of the model that they are about

	checking, bounding chan struct{} // full while somebody does
}

// Handle takes messages in their order. Notifications change the workspace before
// the next message is looked at; requests see it as it was when they came, and are
// answered on the side.
func (s *server) Handle(_ context.Context, conn *jsonrpc2.Conn, req *jsonrpc2.Request) {
	if req.Notif {
		s.notification(conn, req)
		return
	}
	var params json.RawMessage
	if req.Params != nil {
		params = *req.Params
	}
	if result, done, err := s.lifecycle(req.Method, params); done {
		s.reply(conn, req.ID, result, err)
		return
	}
	m, ok := methods[req.Method]
	if !ok {
		s.reply(conn, req.ID, nil, failed(jsonrpc2.CodeMethodNotFound, "there is no method %s", req.Method))
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	s.mu.Lock()
	s.running[req.ID] = cancel
	s.mu.Unlock()
	r := &request{ctx, s, conn, s.workspace.Load()}
	s.work.Go(func() {
		result, err := r.run(m, params)
		if ctx.Err() != nil {
			err = failed(requestCancelled, "cancelled")
		}
		s.mu.Lock()
		delete(s.running, req.ID)
		s.mu.Unlock()
		cancel()
		s.reply(conn, req.ID, result, err)
	})
}

// lifecycle answers the requests that begin and end a session, and those that come
// too early or too late. After shutdown nothing goes on any more.
func (s *server) lifecycle(method string, params json.RawMessage) (result any, done bool, err error) {
	switch {
	case s.state == fresh && method != protocol.MethodInitialize:
		return nil, true, failed(notInitialized, "the first request is initialize")
	case s.state == shut:
		return nil, true, failed(jsonrpc2.CodeInvalidRequest, "nothing but exit comes after shutdown")
	case s.state == serving && method == protocol.MethodInitialize:
		return nil, true, failed(jsonrpc2.CodeInvalidRequest, "initialize comes once")
	case method == protocol.MethodInitialize:
		if result, err = s.initialize(params); err == nil {
			s.state = serving
		}
		return result, true, err
	case method == protocol.MethodShutdown:
		s.state = shut
		s.stop()
		s.work.Wait()
		return nil, true, nil
	}
	return nil, false, nil
}

func (s *server) reply(conn *jsonrpc2.Conn, id jsonrpc2.ID, result any, err error) {
	response := &jsonrpc2.Response{ID: id}
	if err == nil {
		err = response.SetResult(result)
	}
	if err != nil {
		e, ok := err.(*jsonrpc2.Error)
		if !ok {
			e = &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: err.Error()}
		}
		response.Result, response.Error = nil, e
	}
	conn.SendResponse(context.Background(), response) // an error means that nobody listens any more
}

// notification does what a notification says.
func (s *server) notification(conn *jsonrpc2.Conn, req *jsonrpc2.Request) {
	switch req.Method {
	case protocol.MethodExit:
		if s.state == shut {
			s.state = exited
		}
		conn.Close()
		return
	case protocol.MethodCancelRequest:
		var p struct{ ID jsonrpc2.ID }
		if req.Params != nil && json.Unmarshal(*req.Params, &p) == nil {
			s.mu.Lock()
			if cancel := s.running[p.ID]; cancel != nil {
				cancel()
			}
			s.mu.Unlock()
		}
		return
	}
	n, ok := notifications[req.Method]
	if !ok || s.state != serving {
		return
	}
	var params json.RawMessage
	if req.Params != nil {
		params = *req.Params
	}
	if _, err := (&request{s.ctx, s, conn, s.workspace.Load()}).run(n, params); err != nil {
		s.log.Printf("%s: %v", req.Method, err)
	}
}

// request is a message while it is looked at.
type request struct {
	context.Context
	*server
	conn *jsonrpc2.Conn
	at   *workspace // when it came
}

// method answers a message.
type method func(r *request, params json.RawMessage) (any, error)

// run answers a message, also where there is a fault in the program.
func (r *request) run(m method, params json.RawMessage) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.Printf("internal error: %v\n%s", p, debug.Stack())
			err = failed(jsonrpc2.CodeInternalError, "internal error: %v", p)
		}
	}()
	return m(r, params)
}

// on makes a method of a function that knows its parameters.
func on[P any](f func(r *request, p *P) (any, error)) method {
	return func(r *request, params json.RawMessage) (any, error) {
		var p P
		if err := json.Unmarshal(params, &p); err != nil {
			return nil, failed(jsonrpc2.CodeInvalidParams, "%v", err)
		}
		return f(r, &p)
	}
}

var methods = map[string]method{
	protocol.MethodTextDocumentHover:          on(hover),
	protocol.MethodTextDocumentDefinition:     on(definition),
	protocol.MethodTextDocumentReferences:     on(references),
	protocol.MethodTextDocumentCompletion:     on(completion),
	protocol.MethodTextDocumentDocumentSymbol: on(documentSymbol),
	protocol.MethodTextDocumentFormatting:     on(formatting),
	protocol.MethodTextDocumentCodeLens:       on(codeLens),
	protocol.MethodCodeLensResolve:            on(resolveLens),
}

var notifications = map[string]method{
	protocol.MethodTextDocumentDidOpen:            on(didOpen),
	protocol.MethodTextDocumentDidChange:          on(didChange),
	protocol.MethodTextDocumentDidSave:            on(didSave),
	protocol.MethodTextDocumentDidClose:           on(didClose),
	protocol.MethodWorkspaceDidChangeWatchedFiles: on(didChangeWatchedFiles),
}

// initialize begins a session.
func (s *server) initialize(params json.RawMessage) (any, error) {
	// Not protocol.InitializeParams: what clients say of themselves grows with each
	// version of the protocol.
	var p struct {
		RootURI               string                     `json:"rootUri"`
		WorkspaceFolders      []protocol.WorkspaceFolder `json:"workspaceFolders"`
		InitializationOptions struct {
			Models [][]string `json:"models"`
		} `json:"initializationOptions"`
	}
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, failed(jsonrpc2.CodeInvalidParams, "%v", err)
	}
	root := pathOf(p.RootURI)
	if len(p.WorkspaceFolders) > 0 {
		root = pathOf(p.WorkspaceFolders[0].URI)
	}
	w := *s.workspace.Load()
	w.lists = absolute(root, p.InitializationOptions.Models)
	s.workspace.Store(&w)
	incremental, yes := protocol.TextDocumentSyncKindIncremental, true
	return protocol.InitializeResult{
		ServerInfo: &protocol.InitializeResultServerInfo{Name: "adagio", Version: &s.opts.Version},
		Capabilities: protocol.ServerCapabilities{
			TextDocumentSync:           protocol.TextDocumentSyncOptions{OpenClose: &yes, Change: &incremental, Save: yes},
			HoverProvider:              yes,
			DefinitionProvider:         yes,
			ReferencesProvider:         yes,
			DocumentSymbolProvider:     yes,
			DocumentFormattingProvider: yes,
			CompletionProvider:         &protocol.CompletionOptions{TriggerCharacters: []string{".", ":", "["}},
			CodeLensProvider:           &protocol.CodeLensOptions{ResolveProvider: &yes},
		},
	}, nil
}

// change puts another workspace in place of the present one. The goroutine that
// reads is the only one that does.
func (s *server) change(f func(w *workspace)) {
	w := *s.workspace.Load()
	w.docs, w.models = maps.Clone(w.docs), maps.Clone(w.models)
	f(&w)
	s.workspace.Store(&w)
}

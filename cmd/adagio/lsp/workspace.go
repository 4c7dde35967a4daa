package lsp

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"adagio/dsl"
	"adagio/dsl/diag"
	"adagio/dsl/index"

	"github.com/sourcegraph/jsonrpc2"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// workspace is what the editor has open, and which files belong together. It is
// never changed.
type workspace struct {
	docs   map[string]*document // by URI
	models map[string]*bundle   // by the paths of their files
	lists  [][]string           // the files of models of several files
}

// bundle is a model as it is written at the moment: the files that make it up, one
// unless the client has said otherwise, and what is known of them.
type bundle struct {
	ctx    context.Context // ends when one of the files changes
	cancel context.CancelFunc
	docs   []*document
	index  func() *index.Index
	check  func() diag.List

	mu     sync.Mutex
	bounds map[string]*bounds // by plan
}

// bounds is what is found out about a plan.
type bounds struct {
	done   chan struct{} // closed when there is an answer
	answer Answer
}

func absolute(root string, lists [][]string) [][]string {
	var out [][]string
	for _, list := range lists {
		var paths []string
		for _, path := range list {
			if !filepath.IsAbs(path) {
				path = filepath.Join(root, path)
			}
			paths = append(paths, filepath.Clean(path))
		}
		out = append(out, paths)
	}
	return out
}

// renew makes the model of a file anew, after one of its files has changed.
func (s *server) renew(w *workspace, path string) *bundle {
	paths := []string{path}
	for _, list := range w.lists {
		if slices.Contains(list, path) {
			paths = list
		}
	}
	if old := w.models[path]; old != nil {
		old.cancel()
	}
	m := &bundle{bounds: map[string]*bounds{}}
	m.ctx, m.cancel = context.WithCancel(s.ctx)
	open := map[string]*document{}
	for _, d := range w.docs {
		open[d.path] = d
	}
	opened := false
	for _, p := range paths {
		d := open[p]
		opened = opened || d != nil
		if d == nil {
			text, list := dsl.ReadFile(p)
			d = newDocument(uriOf(p), 0, string(text), false)
			if list != nil {
				d.parse = func() (*dsl.File, diag.List) { f, _ := dsl.Parse(p, nil); return f, list }
			}
		}
		m.docs = append(m.docs, d)
	}
	for _, p := range paths {
		if w.models[p] = m; !opened {
			delete(w.models, p)
		}
	}
	m.index = sync.OnceValue(func() *index.Index {
		var files []*dsl.File
		for _, d := range m.docs {
			f, _ := d.parse()
			files = append(files, f)
		}
		return index.Build(files)
	})
	m.check = sync.OnceValue(func() diag.List {
		_, list := dsl.Check(dsl.Options{Sources: m.sources()})
		return list
	})
	return m
}

// sources are the texts of a model.
func (m *bundle) sources() []dsl.Source {
	var out []dsl.Source
	for _, d := range m.docs {
		out = append(out, dsl.Source{Name: d.path, Text: []byte(d.text)})
	}
	return out
}

// plans are the names of the plans of a model.
func (m *bundle) plans() []string {
	var out []string
	for _, d := range m.docs {
		f, _ := d.parse()
		out = append(out, dsl.Plans(f)...)
	}
	return out
}

// bound begins to find out about a plan, or goes on with that.
func (s *server) bound(m *bundle, plan string) *bounds {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.bounds[plan]
	if b != nil {
		return b
	}
	b = &bounds{done: make(chan struct{})}
	m.bounds[plan] = b
	s.work.Go(func() {
		defer close(b.done)
		if !enter(m.ctx, s.bounding) {
			return
		}
		defer func() { <-s.bounding }()
		ctx, cancel := context.WithTimeout(m.ctx, s.opts.Budget)
		defer cancel()
		answer, err := s.opts.Bound(ctx, Job{m.sources(), plan})
		switch {
		case err == nil:
			b.answer = answer
		case ctx.Err() != nil:
			b.answer = Answer{Title: fmt.Sprintf("no bounds within %v: run adagio bound", s.opts.Budget)}
		default:
			s.log.Print(err)
			b.answer = Answer{Title: "no bounds: " + err.Error()}
		}
	})
	return b
}

// enter waits until a channel has room, or says that nobody needs it any more.
func enter(ctx context.Context, room chan struct{}) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case room <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// checkLater says what is wrong with a model when the editor has been quiet for
// some time: first its mistakes, then what its plans come to.
func (s *server) checkLater(conn *jsonrpc2.Conn, m *bundle, after time.Duration) {
	s.work.Go(func() {
		select {
		case <-m.ctx.Done():
			return
		case <-time.After(after):
		}
		if !enter(m.ctx, s.checking) {
			return
		}
		list := m.check()
		<-s.checking
		s.publish(conn, m, list)
		if list.HasErrors() {
			return
		}
		var more diag.List
		for _, plan := range m.plans() {
			b := s.bound(m, plan)
			<-b.done
			more = append(more, b.answer.Diagnostics...)
		}
		if len(more) > 0 {
			s.publish(conn, m, slices.Concat(list, more))
		}
	})
}

// publish shows what is wrong with a model, unless it is not the present one.
func (s *server) publish(conn *jsonrpc2.Conn, m *bundle, list diag.List) {
	shown := map[string]*protocol.PublishDiagnosticsParams{}
	others := map[string]*document{}
	docOf := func(path string) *document {
		for _, d := range m.docs {
			if d.path == path {
				return d
			}
		}
		if others[path] == nil {
			text, _ := dsl.ReadFile(path)
			others[path] = newDocument(uriOf(path), 0, string(text), false)
		}
		return others[path]
	}
	page := func(d *document) *protocol.PublishDiagnosticsParams {
		p := shown[d.uri]
		if p == nil {
			p = &protocol.PublishDiagnosticsParams{URI: d.uri, Diagnostics: []protocol.Diagnostic{}}
			if d.open {
				version := uint32(d.version)
				p.Version = &version
			}
			shown[d.uri] = p
		}
		return p
	}
	for _, d := range m.docs {
		page(d)
	}
	for _, d := range list {
		doc := m.docs[0]
		if d.Subject.File != "" {
			doc = docOf(d.Subject.File)
		}
		p := page(doc)
		p.Diagnostics = append(p.Diagnostics, diagnostic(d, doc, docOf))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.ctx.Err() != nil {
		return
	}
	s.retract(conn, m, func(uri string) bool {
		return shown[uri] == nil || len(shown[uri].Diagnostics) == 0 && shown[uri].Version == nil
	})
	for _, uri := range slices.Sorted(maps.Keys(shown)) {
		if p := shown[uri]; p.Version != nil || len(p.Diagnostics) > 0 {
			s.published[uri] = m.docs[0].path
			conn.Notify(s.ctx, protocol.ServerTextDocumentPublishDiagnostics, p)
		}
	}
}

// retract takes back the diagnostics of a model in the texts that are told.
func (s *server) retract(conn *jsonrpc2.Conn, m *bundle, gone func(uri string) bool) {
	for _, uri := range slices.Sorted(maps.Keys(s.published)) {
		if s.published[uri] == m.docs[0].path && gone(uri) {
			delete(s.published, uri)
			conn.Notify(s.ctx, protocol.ServerTextDocumentPublishDiagnostics, protocol.PublishDiagnosticsParams{URI: uri, Diagnostics: []protocol.Diagnostic{}})
		}
	}
}

// diagnostic is a diagnostic as the protocol has it.
func diagnostic(d diag.Diagnostic, doc *document, docOf func(string) *document) protocol.Diagnostic {
	severity := [...]protocol.DiagnosticSeverity{diag.Error: protocol.DiagnosticSeverityError, diag.Warning: protocol.DiagnosticSeverityWarning, diag.Note: protocol.DiagnosticSeverityInformation}[d.Severity]
	source, message := "adagio", d.Summary
	if d.Detail != "" {
		message += "\n" + d.Detail
	}
	out := protocol.Diagnostic{Range: doc.span(d.Subject, max(d.Length, 1)), Severity: &severity, Source: &source, Message: message}
	if d.Subject.Line == 0 {
		out.Range = protocol.Range{}
	}
	for _, r := range d.Related {
		if r.Pos.Line > 0 {
			at := docOf(r.Pos.File)
			out.RelatedInformation = append(out.RelatedInformation, protocol.DiagnosticRelatedInformation{
				Location: protocol.Location{URI: at.uri, Range: at.span(r.Pos, 1)}, Message: r.Text,
			})
		}
	}
	return out
}

func didOpen(r *request, p *protocol.DidOpenTextDocumentParams) (any, error) {
	t := p.TextDocument
	r.renewed(newDocument(t.URI, t.Version, t.Text, true), 0)
	return nil, nil
}

func didChange(r *request, p *protocol.DidChangeTextDocumentParams) (any, error) {
	d := r.at.docs[p.TextDocument.URI]
	if d == nil {
		return nil, notOpen(p.TextDocument.URI)
	}
	r.renewed(d.changed(p.TextDocument.Version, p.ContentChanges), r.opts.Debounce)
	return nil, nil
}

// renewed puts a version of a document in place of the one before.
func (r *request) renewed(d *document, quiet time.Duration) {
	r.change(func(w *workspace) {
		w.docs[d.uri] = d
		r.checkLater(r.conn, r.renew(w, d.path), quiet)
	})
}

// didSave and what other programs do to files may matter to every model: for
// platforms and samples that it reads.
func didSave(r *request, _ *protocol.DidSaveTextDocumentParams) (any, error) {
	r.renewAll()
	return nil, nil
}

func didChangeWatchedFiles(r *request, _ *protocol.DidChangeWatchedFilesParams) (any, error) {
	r.renewAll()
	return nil, nil
}

func (r *request) renewAll() {
	r.change(func(w *workspace) {
		done := map[*bundle]bool{}
		for _, d := range w.docs {
			if !done[w.models[d.path]] {
				m := r.renew(w, d.path)
				done[m] = true
				r.checkLater(r.conn, m, 0)
			}
		}
	})
}

func didClose(r *request, p *protocol.DidCloseTextDocumentParams) (any, error) {
	d := r.at.docs[p.TextDocument.URI]
	if d == nil {
		return nil, notOpen(p.TextDocument.URI)
	}
	r.change(func(w *workspace) {
		delete(w.docs, d.uri)
		m := r.renew(w, d.path)
		if w.models[d.path] != nil {
			r.checkLater(r.conn, m, 0)
			return
		}
		m.cancel()
		r.mu.Lock()
		defer r.mu.Unlock()
		r.retract(r.conn, m, func(string) bool { return true })
	})
	return nil, nil
}

func notOpen(uri string) error {
	return failed(jsonrpc2.CodeInvalidParams, "the file is not open: %s", uri)
}

package lsp

import (
	"slices"

	"adagio/dsl"
	"adagio/dsl/index"
	"adagio/dsl/model"

	protocol "github.com/tliron/glsp/protocol_3_16"
)

// document finds an open text, and the model that it is a part of.
func (r *request) document(uri string) (*document, *bundle, error) {
	d := r.at.docs[uri]
	if d == nil {
		return nil, nil, notOpen(uri)
	}
	return d, r.at.models[d.path], nil
}

// position finds what a position of an open text is in the language.
func (r *request) position(p protocol.TextDocumentPositionParams) (*document, *bundle, model.Pos, error) {
	d, m, err := r.document(p.TextDocument.URI)
	if err != nil {
		return nil, nil, model.Pos{}, err
	}
	return d, m, d.pos(d.offsetOf(p.Position)), nil
}

func hover(r *request, p *protocol.HoverParams) (any, error) {
	d, m, at, err := r.position(p.TextDocumentPositionParams)
	if err != nil {
		return nil, err
	}
	text, part := m.index().Describe(at)
	if text == "" {
		return nil, nil
	}
	if mark, ok := m.index().At(at); ok && mark.Symbol.Kind == index.Plan {
		m.mu.Lock()
		b := m.bounds[mark.Symbol.Name]
		m.mu.Unlock()
		if b != nil {
			select {
			case <-b.done:
				text += "\n\n" + b.answer.Title
			default:
			}
		}
	}
	part.Length = max(part.Length, 1)
	span := d.span(part.Pos, part.Length)
	return protocol.Hover{Contents: protocol.MarkupContent{Kind: protocol.MarkupKindMarkdown, Value: text}, Range: &span}, nil
}

// locations turns spans of a model into what the protocol has.
func (m *bundle) locations(spans []dsl.Span) []protocol.Location {
	out := []protocol.Location{}
	for _, s := range spans {
		for _, d := range m.docs {
			if d.path == s.File {
				out = append(out, protocol.Location{URI: d.uri, Range: d.span(s.Pos, s.Length)})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b protocol.Location) int {
		if a.URI != b.URI {
			return 0
		}
		return before(a.Range, b.Range)
	})
	return out
}

// mark is what stands at a position of a model; ok is false where that is nothing.
func (r *request) mark(p protocol.TextDocumentPositionParams) (m *bundle, mark index.Mark, ok bool, err error) {
	_, m, at, err := r.position(p)
	if err != nil {
		return nil, mark, false, err
	}
	mark, ok = m.index().At(at)
	return m, mark, ok, nil
}

func definition(r *request, p *protocol.DefinitionParams) (any, error) {
	m, mark, ok, err := r.mark(p.TextDocumentPositionParams)
	if err != nil || !ok {
		return nil, err
	}
	return m.locations(mark.Symbol.Decls), nil
}

func references(r *request, p *protocol.ReferenceParams) (any, error) {
	m, mark, ok, err := r.mark(p.TextDocumentPositionParams)
	if err != nil || !ok {
		return nil, err
	}
	spans := mark.Symbol.Uses
	if p.Context.IncludeDeclaration {
		spans = slices.Concat(mark.Symbol.Decls, spans)
	}
	return m.locations(spans), nil
}

// icons are what editors show beside completions, and in outlines.
var icons = map[index.Kind]struct {
	item   protocol.CompletionItemKind
	symbol protocol.SymbolKind
}{
	index.Type:       {protocol.CompletionItemKindClass, protocol.SymbolKindClass},
	index.Place:      {protocol.CompletionItemKindEnumMember, protocol.SymbolKindEnumMember},
	index.Group:      {protocol.CompletionItemKindEnum, protocol.SymbolKindEnum},
	index.Behaviour:  {protocol.CompletionItemKindMethod, protocol.SymbolKindMethod},
	index.Transition: {protocol.CompletionItemKindEvent, protocol.SymbolKindEvent},
	index.Port:       {protocol.CompletionItemKindInterface, protocol.SymbolKindInterface},
	index.Assembly:   {protocol.CompletionItemKindModule, protocol.SymbolKindModule},
	index.Parameter:  {protocol.CompletionItemKindProperty, protocol.SymbolKindProperty},
	index.Node:       {protocol.CompletionItemKindUnit, protocol.SymbolKindNamespace},
	index.Component:  {protocol.CompletionItemKindVariable, protocol.SymbolKindObject},
	index.Plan:       {protocol.CompletionItemKindFunction, protocol.SymbolKindFunction},
	index.Property:   {protocol.CompletionItemKindEvent, protocol.SymbolKindBoolean},
	index.Program:    {protocol.CompletionItemKindFunction, protocol.SymbolKindFunction},
	index.Timings:    {protocol.CompletionItemKindStruct, protocol.SymbolKindStruct},
	index.Network:    {protocol.CompletionItemKindModule, protocol.SymbolKindPackage},
	index.Constant:   {protocol.CompletionItemKindConstant, protocol.SymbolKindConstant},
	index.Variable:   {protocol.CompletionItemKindVariable, protocol.SymbolKindVariable},
	index.Host:       {protocol.CompletionItemKindUnit, protocol.SymbolKindObject},
	index.Link:       {protocol.CompletionItemKindUnit, protocol.SymbolKindObject},
	index.Factor:     {protocol.CompletionItemKindValue, protocol.SymbolKindNumber},
}

func completion(r *request, p *protocol.CompletionParams) (any, error) {
	d, m, at, err := r.position(p.TextDocumentPositionParams)
	if err != nil {
		return nil, err
	}
	from, to := d.word(d.offsetOf(p.Position))
	span := protocol.Range{Start: d.position(from), End: d.position(to)}
	f, _ := d.parse()
	items := []protocol.CompletionItem{}
	for _, c := range m.index().Complete(f, at) {
		kind, detail := protocol.CompletionItemKindKeyword, ""
		if c.Symbol != nil {
			kind, detail = icons[c.Symbol.Kind].item, c.Symbol.Kind.String()
		}
		item := protocol.CompletionItem{Label: c.Text, Kind: &kind, TextEdit: protocol.TextEdit{Range: span, NewText: c.Text}}
		if detail != "" {
			item.Detail = &detail
		}
		items = append(items, item)
	}
	return items, nil
}

func documentSymbol(r *request, p *protocol.DocumentSymbolParams) (any, error) {
	d, m, err := r.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	f, _ := d.parse()
	return symbols(d, m.index().Outline(f)), nil
}

func symbols(d *document, entries []index.Entry) []protocol.DocumentSymbol {
	out := []protocol.DocumentSymbol{}
	for _, e := range entries {
		s := protocol.DocumentSymbol{Name: e.Name, Kind: icons[e.Kind].symbol, Range: d.reach(e.Span.Pos, e.End), SelectionRange: d.span(e.Span.Pos, e.Span.Length)}
		if e.Detail != "" {
			s.Detail = &e.Detail
		}
		if len(e.Entries) > 0 {
			s.Children = symbols(d, e.Entries)
		}
		out = append(out, s)
	}
	return out
}

func formatting(r *request, p *protocol.DocumentFormattingParams) (any, error) {
	d, _, err := r.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	f, list := d.parse()
	if list.HasErrors() {
		return nil, failed(requestFailed, "a file with mistakes is not formatted: %v", list[0])
	}
	return d.edit(string(dsl.Format(f))), nil
}

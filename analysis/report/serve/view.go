package serve

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"io"
	"net/http"
	"sync"

	"adagio/analysis/report/palette"
)

var (
	//go:embed serve.html
	serveHTML string
	//go:embed serve.css
	serveCSS string
	//go:embed serve.js
	serveJS string

	// parsed is made when the first page is.
	parsed = sync.OnceValue(func() *template.Template {
		return template.Must(template.New("serve").Funcs(template.FuncMap{
			"style":  func() template.CSS { return template.CSS(style) },
			"script": func() template.JS { return template.JS(serveJS) },
		}).Parse(serveHTML))
	})

	style = ":root{color-scheme:light;" + palette.CSS(palette.Light) + "}\n" +
		"@media (prefers-color-scheme:dark){:root{color-scheme:dark;" + palette.CSS(palette.Dark) + "}}\n" + serveCSS
	policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + hash(serveJS) +
		"'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// head begins a page that is loaded again when what is at Address is not Version any
// more.
type head struct{ Title, Version, Address string }

// row is a plan in the list.
type row struct {
	Name, Plan, Address, Text string
	First, Bad                bool
}

// view is what can be chosen of a model.
type view struct {
	Title, File, Plan, Changes, Diagnostics, Frame string
	Plans                                          []string
	Parameters                                     []parameter
	Lower                                          bool
}

// parameter is a parameter of the assembly and what was typed for it.
type parameter struct{ Name, Field, Value string }

// text is a text in the frame. Again has it loaded again after a moment.
type text struct {
	Title, Text string
	Again       bool
}

// html begins the answer with a page that is in no frame.
func (h *Handler) html(w http.ResponseWriter, status int) { begin(w, status, "'none'") }

// framed begins the answer with a page for the frame.
func (h *Handler) framed(w http.ResponseWriter, status int) { begin(w, status, "'self'") }

func begin(w http.ResponseWriter, status int, ancestors string) {
	w.Header().Set("Content-Security-Policy", policy+ancestors)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
}

// write writes a part of a page. That the reader has gone is no error of the program.
func write(w io.Writer, part string, data any) { parsed().ExecuteTemplate(w, part, data) }

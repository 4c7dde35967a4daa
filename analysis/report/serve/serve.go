// Package serve shows the models of a folder in a browser: a list with their bounds,
// and for each the page of package page, with a plan, parameters and what-if to choose.
// A page is loaded again when a file that it is made from changes.
//
//	h, err := serve.New("models", serve.Options{})
//	defer h.Close()
//	listener, err := net.Listen("tcp", "127.0.0.1:0")
//	http.Serve(listener, h)
//
// A handler answers the browser of the machine that it runs on and nobody else: the
// address must be a loopback one, and Host, Origin and Sec-Fetch-Site of a request must
// say that it is meant for that address and comes from no other site. All
// requests are GET and change nothing; answers are kept in memory only. No file outside
// of the folder is read, whatever a request, a model or a symbolic link names.
package serve

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Options says how a folder is served.
type Options struct {
	// Budget is how long a request waits for an analysis before it says that it takes
	// longer; the analysis goes on. 0 is ten seconds.
	Budget time.Duration
	// Made tells by which program pages are made.
	Made string
}

// Handler answers requests.
type Handler struct {
	folder   folder
	name     string // of the folder
	opts     Options
	answers  answers
	versions versions
	mux      *http.ServeMux
}

// New opens a folder to serve.
func New(name string, opts Options) (*Handler, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	if opts.Budget == 0 {
		opts.Budget = 10 * time.Second
	}
	h := &Handler{folder: folder{root}, name: name, opts: opts, mux: http.NewServeMux()}
	if _, err := h.folder.stamp(); err != nil {
		root.Close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	h.mux.HandleFunc("/{$}", h.index)
	h.mux.HandleFunc("/model", h.model)
	h.mux.HandleFunc("/report", h.report)
	h.mux.HandleFunc("/version", h.version)
	return h, nil
}

// Close closes the folder.
func (h *Handler) Close() error { return h.folder.root.Close() }

// ServeHTTP answers a request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	if !own(r) {
		http.Error(w, "only requests from this machine to the address that is served are answered", http.StatusForbidden)
		return
	}
	if r.Method != http.MethodGet {
		head.Set("Allow", http.MethodGet)
		http.Error(w, "only GET is answered", http.StatusMethodNotAllowed)
		return
	}
	h.mux.ServeHTTP(w, r)
}

// own says whether a request came over the loopback, is meant for the address that it
// came to, and was made by the user or by a page from there. A page of another site
// can have a browser send requests here, and its name can be made to lead here; but
// then the browser tells in these headers.
func own(r *http.Request) bool {
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	if !ok || !local.IP.IsLoopback() {
		return false
	}
	port := strconv.Itoa(local.Port)
	hosts := []string{net.JoinHostPort(local.IP.String(), port), "localhost:" + port}
	if local.Port == 80 { // which browsers leave out
		hosts = append(hosts, local.IP.String(), "localhost")
	}
	for _, host := range hosts {
		if strings.EqualFold(r.Host, host) {
			for _, origin := range r.Header.Values("Origin") {
				if !strings.EqualFold(origin, "http://"+host) {
					return false
				}
			}
			site := r.Header.Get("Sec-Fetch-Site")
			return site == "" || site == "same-origin" || site == "none"
		}
	}
	return false
}

// asked reads which model is asked for, and what about it. It has answered if the
// model is nil.
func (h *Handler) asked(w http.ResponseWriter, r *http.Request) (*entry, question) {
	q, name, err := parse(r.URL.RawQuery)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return nil, q
	}
	m, err := h.folder.model(name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	} else if m == nil {
		http.Error(w, "there is no such model in the folder", http.StatusNotFound)
	}
	return m, q
}

// setPrefix begins the names of query parameters that give a parameter of the assembly
// a value.
const setPrefix = "set."

// parse reads a query. What is empty is not given.
func parse(query string) (q question, file string, err error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return q, "", err
	}
	q.set = map[string]int{}
	for name, list := range values {
		if name == "what-if" {
			for line := range strings.Lines(strings.Join(list, "\n")) {
				if line = strings.TrimSpace(line); line != "" {
					q.changes = append(q.changes, line)
				}
			}
			continue
		}
		if len(list) > 1 {
			return q, "", fmt.Errorf("%q is given more than once", name)
		}
		value := strings.TrimSpace(list[0])
		parameter, isSet := strings.CutPrefix(name, setPrefix)
		switch {
		case name == "file":
			file = list[0]
		case name == "plan":
			q.plan = value
		case name == "end" && (value == "" || value == "upper" || value == "lower"):
			q.lower = value == "lower"
		case name == "end":
			return q, "", fmt.Errorf("end is %q, not upper or lower", value)
		case isSet && value != "":
			if q.set[parameter], err = strconv.Atoi(value); err != nil {
				return q, "", fmt.Errorf("parameter %q is %q, not an integer", parameter, value)
			}
		case !isSet:
			return q, "", fmt.Errorf("there is no query parameter %q", name)
		}
	}
	return q, file, nil
}

// query is the query of a question about a model.
func query(file string, q question) string {
	v := url.Values{"file": {file}}
	if q.plan != "" {
		v.Set("plan", q.plan)
	}
	for name, n := range q.set {
		v.Set(setPrefix+name, strconv.Itoa(n))
	}
	if q.lower {
		v.Set("end", "lower")
	}
	if len(q.changes) > 0 {
		v.Set("what-if", strings.Join(q.changes, "\n"))
	}
	return v.Encode()
}

// version says in a word what the pages of the folder, or of a model of it, are made
// from: it is another one after a change.
func (h *Handler) version(w http.ResponseWriter, r *http.Request) {
	version, err := h.folder.stamp()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	if stamp := version; r.URL.RawQuery != "" {
		if version = h.versions.get(stamp, r.URL.RawQuery); version == "" {
			m, q := h.asked(w, r)
			if m == nil {
				return
			}
			_, version = h.keyed(m, q, stamp)
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, version)
}

// versions keeps what the models of a folder are made from, as long as no file changes:
// the browser asks every second.
type versions struct {
	mu    sync.Mutex
	stamp string            // of the folder
	keys  map[string]string // by the query
}

func (v *versions) get(stamp, query string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stamp != stamp {
		return ""
	}
	return v.keys[query]
}

func (v *versions) put(stamp, query, key string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.stamp != stamp || len(v.keys) >= maxAnswers {
		v.stamp, v.keys = stamp, map[string]string{}
	}
	v.keys[query] = key
}

// keyed reads a model, and keeps its key. The stamp is of the folder before.
func (h *Handler) keyed(m *entry, q question, stamp string) (*loaded, string) {
	l := h.folder.load(m, q)
	key := l.key()
	h.versions.put(stamp, query(m.name(), q), key)
	return l, key
}

// index lists the models, and the files that belong to none. Each row is sent when its bounds are there.
func (h *Handler) index(w http.ResponseWriter, r *http.Request) {
	stamp, err := h.folder.stamp()
	if err == nil {
		var all []*entry
		var rest []string
		if all, rest, err = h.folder.models(); err == nil {
			h.list(w, r, stamp, all, rest)
			return
		}
	}
	http.Error(w, err.Error(), http.StatusInternalServerError)
}

func (h *Handler) list(w http.ResponseWriter, r *http.Request, stamp string, all []*entry, rest []string) {
	h.html(w, http.StatusOK)
	write(w, "head", head{Title: "Models of " + h.name, Version: stamp, Address: "/version"})
	write(w, "index", map[string]any{"Title": "Models of " + h.name, "Empty": len(all)+len(rest) == 0})
	ctx, cancel := context.WithTimeout(r.Context(), h.opts.Budget)
	defer cancel()
	flush := http.NewResponseController(w)
	for _, m := range all {
		names := m.plans()
		if len(names) == 0 {
			names = []string{""}
		}
		for i, plan := range names {
			if r.Context().Err() != nil {
				return
			}
			one := row{Name: m.title(), First: i == 0, Plan: plan, Address: "/model?" + query(m.name(), question{plan: plan})}
			l := h.folder.load(m, question{plan: plan})
			if l.scenario == nil {
				one.Text, one.Bad = l.diagnostics(), true
			} else if x := h.answers.get(ctx, "line "+l.key(), l.line); x == nil {
				one.Text = h.longer()
			} else {
				one.Text, one.Bad = x.text, x.bad
			}
			write(w, "row", one)
			flush.Flush()
		}
	}
	write(w, "end", rest)
}

// wait waits for an answer within the budget.
func (h *Handler) wait(r *http.Request, key string, find func(*answer) error) *answer {
	ctx, cancel := context.WithTimeout(r.Context(), h.opts.Budget)
	defer cancel()
	return h.answers.get(ctx, key, find)
}

func (h *Handler) longer() string {
	return fmt.Sprintf("the analysis takes longer than %v and goes on: load the page again", h.opts.Budget)
}

// model shows what can be chosen, and the report in a frame.
func (h *Handler) model(w http.ResponseWriter, r *http.Request) {
	stamp, err := h.folder.stamp()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	m, q := h.asked(w, r)
	if m == nil {
		return
	}
	v := view{Title: m.title(), File: m.name(), Plan: q.plan, Plans: m.plans(), Lower: q.lower, Changes: strings.Join(q.changes, "\n")}
	if v.Plan == "" && len(v.Plans) > 0 {
		v.Plan = v.Plans[len(v.Plans)-1]
	}
	for _, name := range m.parameters(q.plan) {
		p := parameter{Name: name, Field: setPrefix + name}
		if n, ok := q.set[name]; ok {
			p.Value = strconv.Itoa(n)
		}
		v.Parameters = append(v.Parameters, p)
	}
	asked := query(m.name(), q)
	l, version := h.keyed(m, q, stamp)
	if v.Diagnostics = l.diagnostics(); l.scenario != nil {
		v.Frame = "/report?" + asked
	}
	h.html(w, http.StatusOK)
	write(w, "head", head{Title: m.title(), Version: version, Address: "/version?" + asked})
	write(w, "model", v)
}

// report is what is in the frame: the page, or the answer to what-if.
func (h *Handler) report(w http.ResponseWriter, r *http.Request) {
	m, q := h.asked(w, r)
	if m == nil {
		return
	}
	l := h.folder.load(m, q)
	x := &answer{text: l.diagnostics(), bad: true}
	switch key := l.key(); {
	case l.scenario == nil:
	case len(q.changes) > 0:
		x = h.wait(r, "what-if "+key, l.whatIf)
	default:
		x = h.wait(r, "report "+key, func(x *answer) error { return l.report(x, h.opts.Made) })
	}
	switch {
	case x == nil:
		h.framed(w, http.StatusServiceUnavailable)
		write(w, "text", text{Title: m.title(), Text: h.longer(), Again: true})
	case x.bad:
		h.framed(w, http.StatusUnprocessableEntity)
		write(w, "text", text{Title: m.title(), Text: x.text})
	case x.page != nil:
		// The page has a policy of its own, which lets its script run.
		w.Header().Set("Content-Security-Policy", "frame-ancestors 'self'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(x.page)
	default:
		h.framed(w, http.StatusOK)
		write(w, "text", text{Title: m.title(), Text: x.text})
	}
}

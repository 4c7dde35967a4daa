package serve_test

import (
	"context"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"adagio/analysis/report/serve"
)

// small is a model whose work takes 2s, or what is put in its place.
const small = `component C {
  places off, on
  initial off
  behavior go { work: off -> on for 2s }
}
assembly one(n = 1 in 1 .. 5) { for i in 0 ..< n { node m[i] { c[i]: C } } }
plan go of one {
  from { c[i]: off }
  on m[i] { push c[i] go; wait c[i] }
}
network ideal { executor ideal }
`

// server serves a folder with some files.
type server struct {
	*httptest.Server
	t   *testing.T
	dir string
}

func start(t *testing.T, opts serve.Options, files map[string]string) *server {
	t.Helper()
	s := &server{t: t, dir: filepath.Join(t.TempDir(), "served")}
	if err := os.Mkdir(s.dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		s.put(name, text)
	}
	h, err := serve.New(s.dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewServer(h)
	t.Cleanup(func() { s.Close(); h.Close() })
	return s
}

// put writes a file, with a modification time that no file had before.
func (s *server) put(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		s.t.Fatal(err)
	}
	var next time.Time
	if info, err := os.Stat(path); err == nil {
		next = info.ModTime().Add(time.Second)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		s.t.Fatal(err)
	}
	if !next.IsZero() {
		if err := os.Chtimes(path, next, next); err != nil {
			s.t.Fatal(err)
		}
	}
}

// get sends a request, changed by those that are given.
func (s *server) get(address string, change ...func(*http.Request)) (int, string, http.Header) {
	s.t.Helper()
	r, err := http.NewRequest("GET", s.URL+address, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range change {
		c(r)
	}
	answer, err := s.Client().Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(text), answer.Header
}

// want gets a page and compares its status, and the texts that it must have.
func (s *server) want(status int, address string, texts ...string) string {
	s.t.Helper()
	got, text, _ := s.get(address)
	if got != status {
		s.t.Errorf("%s: status %d, want %d: %s", address, got, status, text)
	}
	for _, t := range texts {
		if !strings.Contains(text, t) && !strings.Contains(html.UnescapeString(text), t) {
			s.t.Errorf("%s does not have %q:\n%s", address, t, body(text))
		}
	}
	return text
}

// body is a page without its head, for messages.
func body(page string) string {
	if _, rest, ok := strings.Cut(page, "</script>"); ok {
		page = rest
	}
	return page[:min(len(page), 4000)]
}

// lacks fails where a text has what it must not have.
func lacks(t *testing.T, text string, texts ...string) {
	t.Helper()
	for _, not := range texts {
		if strings.Contains(text, not) {
			t.Errorf("%q is in\n%s", not, body(text))
		}
	}
}

// TestIndex lists the models of a folder, of which one has several files, with the
// bounds of each plan; a link leads to the model.
func TestIndex(t *testing.T) {
	at := strings.Index(small, "plan go")
	s := start(t, serve.Options{}, map[string]string{
		"a.ballet": small, "sub/types.ballet": small[:at], "sub/plans.ballet": strings.ReplaceAll(small[at:], "go of", "later of"),
		"networks/only.ballet": "network ideal { executor ideal }\n", ".hidden/b.ballet": small, "c.txt": small,
		"wrong.ballet": strings.Replace(small, "-> on", "-> onn", 1),
	})
	text := s.want(200, "/", "a.ballet", "sub/plans.ballet + sub/types.ballet", ">later</a>", "done 2s",
		"there is no place onn", "did you mean on?", "Files without a plan: networks/only.ballet.")
	lacks(t, text, ".hidden/", "c.txt")
	if n := strings.Count(text, "done 2s"); n != 2 {
		t.Errorf("%d plans have bounds, want 2:\n%s", n, text)
	}
	for _, link := range regexp.MustCompile(`href="(/model[^"]*)"`).FindAllStringSubmatch(text, -1) {
		s.want(200, html.UnescapeString(link[1]))
	}
	empty := start(t, serve.Options{}, nil)
	empty.want(200, "/", "There is no .ballet file")
}

// TestModel asks for the page of a model with plan, parameters and what-if.
func TestModel(t *testing.T) {
	s := start(t, serve.Options{Made: "the program"}, map[string]string{"a.ballet": small + strings.ReplaceAll(small[strings.Index(small, "plan go"):strings.Index(small, "network")], "plan go", "plan again")})
	s.want(200, "/model?file=a.ballet&plan=go&set.n=3&end=lower&what-if=C.go.work+%3D+9s", `<option selected>go</option>`, `<option>again</option>`, `name="set.n" value="3"`,
		`value="lower" selected`, `>C.go.work = 9s</textarea>`, `<iframe src="/report?end=lower&amp;file=a.ballet&amp;plan=go&amp;set.n=3&amp;what-if=C.go.work`)
	s.want(200, "/model?file=a.ballet", `<option selected>again</option>`)
	page := s.want(200, "/report?file=a.ballet&plan=go", "plan go of one", "the program", "m[0]")
	lacks(t, page, "m[1]")
	s.want(200, "/report?file=a.ballet&plan=go&set.n=3", "m[2]")
	s.want(200, "/report?file=a.ballet&end=lower", "every delay at its lower end")
	s.want(200, "/report?file=a.ballet&plan=go&set.n=&what-if=C.go.work+%3D+9s", "<pre>", "9s", "C.go.work = 9s")
	s.want(200, "/report?file=a.ballet&what-if=n+%3D+2%0AC.go.work+%3D+7s", "7s")
	// Mistakes are told as the command line tells them.
	s.want(200, "/model?file=a.ballet&plan=gone", "there is no plan gone")
	s.want(422, "/report?file=a.ballet&set.m=3", "has no parameter m", "did you mean n?")
	s.want(422, "/report?file=a.ballet&set.n=9", "error:")
	s.want(422, "/report?file=a.ballet&what-if=C.go.wrk+%3D+9s", "wrk")
	s.want(422, "/report?file=a.ballet&what-if=C.go.work+%3D+9", "what if:1:")
	for _, bad := range []string{"set.n=x", "end=middle", "format=json", "plan=go&plan=go", "%zz"} {
		s.want(400, "/report?file=a.ballet&"+bad)
	}
	s.want(404, "/model?file=b.ballet")
	s.want(404, "/elsewhere")
}

// TestDeadlock shows the page of a deadlock, which is an answer.
func TestDeadlock(t *testing.T) {
	text, err := os.ReadFile("../../../testdata/gallery/deadlock.ballet")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, serve.Options{}, map[string]string{"d.ballet": string(text)})
	s.want(200, "/", "deadlock")
	s.want(200, "/report?file=d.ballet", "deadlock", "circle")
}

// TestChanges has pages have another version when a file that they are made from
// changes, and only then.
func TestChanges(t *testing.T) {
	s := start(t, serve.Options{}, map[string]string{"a.ballet": small, "b.ballet": small})
	version := func(address string) string {
		t.Helper()
		text := s.want(200, address)
		v := html.UnescapeString(regexp.MustCompile(`data-version="([^"]*)"`).FindStringSubmatch(text)[1])
		of := html.UnescapeString(regexp.MustCompile(`data-address="([^"]*)"`).FindStringSubmatch(text)[1])
		for range 2 {
			if now := s.want(200, of); now != v {
				t.Errorf("%s is %s, and its page says %s", of, now, v)
			}
		}
		return v
	}
	addresses := []string{"/", "/model?file=a.ballet&set.n=2", "/model?file=b.ballet"}
	var before []string
	for _, a := range addresses {
		before = append(before, version(a))
	}
	s.want(200, "/report?file=a.ballet", "2.000")
	s.put("a.ballet", strings.Replace(small, "2s", "5s", 1))
	for i, a := range addresses {
		if changed := version(a) != before[i]; changed != (i < 2) {
			t.Errorf("%s: changed %t", a, changed)
		}
	}
	s.want(200, "/", "done 5s", "done 2s")
	s.want(200, "/report?file=a.ballet", "5.000")
	// A file that the model names counts, too.
	s.put("a.ballet", strings.Replace(small, "2s", `empirical("times.txt")`, 1))
	s.put("times.txt", "3\n4\n")
	one := version(addresses[1])
	s.want(200, "/", "done 3s .. 4s")
	s.put("times.txt", "3\n6\n")
	if version(addresses[1]) == one {
		t.Error("the file of durations has changed, and the page has not")
	}
	s.want(200, "/", "done 3s .. 6s")
	if err := os.Remove(filepath.Join(s.dir, "a.ballet")); err != nil {
		t.Fatal(err)
	}
	s.want(404, "/version?file=a.ballet")
	lacks(t, s.want(200, "/"), "a.ballet")
}

// TestOwnRequestsOnly refuses what another machine, another name that leads here, or
// another site asks for, and everything but GET.
func TestOwnRequestsOnly(t *testing.T) {
	s := start(t, serve.Options{}, map[string]string{"a.ballet": small})
	address, _ := url.Parse(s.URL)
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	method := func(name string) func(*http.Request) { return func(r *http.Request) { r.Method = name } }
	for _, c := range []struct {
		name   string
		status int
		change func(*http.Request)
	}{
		{"own address", 200, host(address.Host)},
		{"localhost", 200, host("localhost:" + address.Port())},
		{"own origin", 200, header("Origin", s.URL)},
		{"typed", 200, header("Sec-Fetch-Site", "none")},
		{"own page", 200, header("Sec-Fetch-Site", "same-origin")},
		{"another host", 403, host("evil.example:" + address.Port())},
		{"another port", 403, host("127.0.0.1:1")},
		{"no port", 403, host("127.0.0.1")},
		{"a name that begins so", 403, host("127.0.0.1.evil.example:" + address.Port())},
		{"another loopback address", 403, host("127.0.0.2:" + address.Port())},
		{"another origin", 403, header("Origin", "http://evil.example")},
		{"another port's origin", 403, header("Origin", "http://127.0.0.1:1")},
		{"another scheme", 403, header("Origin", "https://"+address.Host)},
		{"no origin", 403, header("Origin", "null")},
		{"another of the own names", 403, header("Origin", "http://localhost:"+address.Port())},
		{"another site", 403, header("Sec-Fetch-Site", "cross-site")},
		{"another port of the site", 403, header("Sec-Fetch-Site", "same-site")},
		{"post", 405, method("POST")},
		{"put", 405, method("PUT")},
		{"delete", 405, method("DELETE")},
		{"head", 405, method("HEAD")},
		{"options", 405, method("OPTIONS")},
	} {
		for _, path := range []string{"/", "/model?file=a.ballet", "/report?file=a.ballet", "/version"} {
			if status, text, _ := s.get(path, c.change); status != c.status {
				t.Errorf("%s: %s: status %d, want %d: %s", c.name, path, status, c.status, text)
			} else if status != 200 && strings.Contains(text, "C {") {
				t.Errorf("%s: %s: the answer has the model: %s", c.name, path, text)
			}
		}
	}
	// A handler that does not know where it listens answers nobody.
	w := httptest.NewRecorder()
	h, err := serve.New(s.dir, serve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if h.ServeHTTP(w, httptest.NewRequest("GET", s.URL, nil)); w.Code != 403 {
		t.Errorf("status %d without an address", w.Code)
	}
}

// TestNothingOutside asks for files outside of the folder: by their path, through
// symbolic links, and by models and changes that name them.
func TestNothingOutside(t *testing.T) {
	const secret = "12345.678"
	s := start(t, serve.Options{}, map[string]string{"a.ballet": small, "in/times.txt": "3\n"})
	outside := filepath.Join(filepath.Dir(s.dir), "outside")
	if err := os.MkdirAll(outside, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"times.txt": secret + "\nsecret word\n", "b.ballet": strings.Replace(small, "2s", secret+"s", 1)} {
		if err := os.WriteFile(filepath.Join(outside, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"link.ballet": "../outside/b.ballet", "absolute.ballet": filepath.Join(outside, "b.ballet"), "folder": "../outside", "times": "../outside/times.txt", "inside.ballet": "a.ballet"} {
		if err := os.Symlink(to, filepath.Join(s.dir, link)); err != nil {
			t.Skip("there are no symbolic links here: ", err)
		}
	}
	named := []string{"../outside/times.txt", filepath.Join(outside, "times.txt"), "folder/times.txt", "times", "in/../../outside/times.txt"}
	for i, path := range named {
		s.put("names"+string(rune('0'+i))+".ballet", strings.Replace(small, "2s", `empirical("`+path+`")`, 1))
	}
	s.put("platform.ballet", strings.Replace(small, "executor ideal", `executor ballet; platform "../outside/times.txt"`, 1))
	index := s.want(200, "/", "inside.ballet", "not in the folder that is served")
	lacks(t, index, secret, "secret word", "link.ballet", "absolute.ballet")
	if n := strings.Count(index, "done 2s"); n != 2 {
		t.Errorf("%d models of the folder have bounds, want 2:\n%s", n, index)
	}
	for _, file := range []string{"../outside/b.ballet", "link.ballet", "absolute.ballet", "folder/b.ballet", filepath.Join(outside, "b.ballet"), "./a.ballet", "", ".", "in/times.txt", "../served/a.ballet"} {
		for _, page := range []string{"/model", "/report", "/version"} {
			lacks(t, s.want(404, page+"?file="+url.QueryEscape(file)), secret)
		}
	}
	for _, path := range []string{"/../outside/b.ballet", "/a.ballet", "/%2e%2e/outside/b.ballet", "/folder/b.ballet"} {
		lacks(t, s.want(404, path), secret, "component")
	}
	for _, path := range append(named, "in/times.txt") {
		text := s.want(422, "/report?file=a.ballet&what-if="+url.QueryEscape(`C.go.work = empirical("`+path+`")`), "durations from a file are not read here")
		lacks(t, text, secret, "secret word")
		text = s.want(422, "/report?file=a.ballet&what-if="+url.QueryEscape(`add pause m[0] empirical("`+path+`")`))
		lacks(t, text, secret, "secret word")
		text = s.want(422, "/report?file=a.ballet&plan="+url.QueryEscape(path))
		lacks(t, text, secret, "secret word")
	}
}

// TestEscaped has names and texts with HTML in them come out as texts.
func TestEscaped(t *testing.T) {
	const script = `<script>alert("x")</script>`
	s := start(t, serve.Options{}, map[string]string{
		`<img src=x onerror=alert(1)>.ballet`: small, "wrong.ballet": "component " + script + " {}\n" + small, "a.ballet": small,
	})
	evil := url.QueryEscape(`"></textarea></select>` + script)
	for _, address := range []string{"/", "/model?file=wrong.ballet", "/report?file=wrong.ballet", "/model?file=a.ballet&plan=" + evil, "/model?file=a.ballet&what-if=" + evil,
		"/report?file=a.ballet&what-if=" + evil, "/report?file=a.ballet&plan=" + evil, "/model?file=a.ballet&set." + evil + "=3", "/report?file=a.ballet&set." + evil + "=3",
		"/model?file=" + url.QueryEscape(`<img src=x onerror=alert(1)>.ballet`)} {
		_, text, head := s.get(address)
		lacks(t, text, script, "<img")
		if !strings.Contains(text, "alert") {
			t.Errorf("%s does not show what it was given:\n%s", address, text)
		}
		if head.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(head.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %v", address, head)
		}
	}
	for _, address := range []string{"/nowhere" + evil, "/report?file=" + evil, "/report?file=a.ballet&set.n=" + evil, "/report?file=a.ballet&" + evil + "=1"} {
		if _, _, head := s.get(address); head.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %v", address, head)
		}
	}
}

// TestBudget says that an analysis takes longer than a page waits, and has its answer
// later.
func TestBudget(t *testing.T) {
	s := start(t, serve.Options{Budget: time.Nanosecond}, map[string]string{"a.ballet": small})
	address, deadline := "/report?file=a.ballet", time.Now().Add(time.Minute)
	for {
		status, text, _ := s.get(address)
		if status == 200 && strings.Contains(text, "plan go of one") {
			return
		}
		if status != 503 || !strings.Contains(text, "takes longer than 1ns") || !strings.Contains(text, `http-equiv="refresh"`) {
			t.Fatal(status, text)
		}
		if time.Now().After(deadline) {
			t.Fatal("there is no answer after a minute")
		}
	}
}

// TestStops has a request that waits end with the context of the server.
func TestStops(t *testing.T) {
	s := start(t, serve.Options{}, map[string]string{"a.ballet": small})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h, err := serve.New(s.dir, serve.Options{Budget: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/report?file=a.ballet", nil)
	r.Host = s.Listener.Addr().String()
	h.ServeHTTP(w, r.WithContext(context.WithValue(ctx, http.LocalAddrContextKey, s.Listener.Addr())))
	if w.Code != 503 {
		t.Errorf("status %d", w.Code)
	}
	if _, err := serve.New(filepath.Join(s.dir, "a.ballet"), serve.Options{}); err == nil {
		t.Error("a file is served as a folder")
	}
	if _, err := serve.New(filepath.Join(s.dir, "nothing"), serve.Options{}); err == nil {
		t.Error("a folder that is not there is served")
	}
}

package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// started starts the program, which is stopped when the test ends if it still runs,
// and returns its standard output.
func started(t *testing.T, stderr io.Writer, args ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	program, err := exec.LookPath("adagio") // which TestMain has put there
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Stderr = stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	t.Cleanup(func() {
		kill.Stop()
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd, bufio.NewReader(out)
}

// interrupted stops a program as Ctrl-C does; it must end well and at once.
func interrupted(t *testing.T, cmd *exec.Cmd, out *bufio.Reader) string {
	t.Helper()
	begin := time.Now()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(out)
	if err == nil {
		err = cmd.Wait()
	}
	if err != nil || time.Since(begin) > 30*time.Second {
		t.Errorf("after Ctrl-C: %v, %v", err, time.Since(begin))
	}
	return string(rest)
}

// TestServe starts the server on a free port, asks it for a page, and stops it with
// Ctrl-C, while a connection is open.
func TestServe(t *testing.T) {
	var stderr bytes.Buffer
	cmd, out := started(t, &stderr, "serve", "../../testdata/gallery")
	line, err := out.ReadString('\n')
	if err != nil || !regexp.MustCompile(`^http://127\.0\.0\.1:[1-9][0-9]*\n$`).MatchString(line) {
		t.Fatalf("%q: %v: %s", line, err, &stderr)
	}
	address := strings.TrimSpace(line)
	answer, err := http.Get(address + "/report?file=fork.ballet")
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	if err != nil || answer.StatusCode != 200 || !strings.Contains(string(page), "adagio serve") {
		t.Errorf("status %d: %v: %.300s", answer.StatusCode, err, page)
	}
	// The port is taken now: nobody else gets it.
	var stdout, taken bytes.Buffer
	port := address[strings.LastIndex(address, ":")+1:]
	if code := Run([]string{"serve", "../../testdata", "--port", port}, nil, &stdout, &taken); code != exitBad || !strings.Contains(taken.String(), "address already in use") {
		t.Errorf("a port that is taken: exit code %d: %s%s", code, &stdout, &taken)
	}
	if rest := interrupted(t, cmd, out); rest != "" || stderr.Len() > 0 {
		t.Errorf("the server has written %q, and to stderr %q", rest, &stderr)
	}
	if _, err := http.Get(address); err == nil {
		t.Error("the server answers after its end")
	}
}

// TestServeMistakes has wrong command lines.
func TestServeMistakes(t *testing.T) {
	file := filepath.Join("..", "..", "testdata", "web.ballet")
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "one folder is served, and 0 are named"},
		{[]string{"a", "b"}, "one folder is served, and 2 are named"},
		{[]string{""}, "no such file"},
		{[]string{file}, "not a directory"},
		{[]string{"nothing"}, "no such file"},
		{[]string{".", "--port", "70000"}, "--port 70000 is not a port"},
		{[]string{".", "--port", "-1"}, "--port -1 is not a port"},
		{[]string{".", "--budget", "0s"}, "--budget is 0"},
		{[]string{".", "--budget", "soon"}, "--budget soon is not a duration"},
	} {
		var stdout, stderr bytes.Buffer
		if code := Run(append([]string{"serve"}, c.args...), nil, &stdout, &stderr); code != exitBad || !strings.Contains(stderr.String(), c.want) {
			t.Errorf("%q: exit code %d: %s", c.args, code, &stderr)
		}
	}
}

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"adagio/analysis/shards"
)

// Exit codes.
const (
	exitOK       = 0
	exitNegative = 1 // the answer is no: a deadlock, a missed deadline, files that fmt would change
	exitBad      = 2 // there is no answer: bad input or usage, or a bound that cannot be proved
)

// Run runs the program with the given arguments and returns its exit code. It
// never panics.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, out: bufio.NewWriter(stdout), args: args}
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(stderr, "adagio: internal error: %v\nThis is a fault of the program, not of your input. Please report it with the files, the command and this trace:\n%s", p, debug.Stack())
			code = exitBad
		}
	}()
	root := a.root()
	root.SetArgs(args)
	cmd, err := root.ExecuteC()
	if err != nil {
		code = a.fail(asFailure(cmd, err), wantsJSON(a.args))
	}
	if e := a.out.Flush(); e != nil && !errors.Is(err, e) {
		fmt.Fprintf(stderr, "error: cannot write the output: %v\n", e)
		code = exitBad
	}
	return code
}

// app is one run of the program.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	out            *bufio.Writer // on stdout
	color          string        // "auto", "always" or "never"
	args           []string      // of the command that is answered
	parts          *shards.Parts // that are put together, or nil
}

// wantsJSON says whether the command line asks for JSON, also where it is too
// broken to be parsed.
func wantsJSON(args []string) bool {
	json := false
	for i, arg := range args {
		switch {
		case arg == "--":
			return json
		case strings.HasPrefix(arg, "--format="):
			json = arg == "--format=json"
		case arg == "--format" && i+1 < len(args):
			json = args[i+1] == "json"
		}
	}
	return json
}

// commandLine is the command as it was typed, without the names of the files that it
// writes, so that they do not change what is written.
func (a *app) commandLine() string {
	words := []string{"adagio"}
	for _, arg := range without(a.args, map[string]bool{"html": true, "svg": true, "trace": true}) {
		if arg == "" || strings.ContainsAny(arg, " '\"\\$&;()<>|*?[]{}`!#~\n\t") {
			arg = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
		words = append(words, arg)
	}
	return strings.Join(words, " ")
}

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"adagio/analysis/report"
	"adagio/dsl/diag"
	"adagio/dsl/model"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// failure is why the program ends without a good answer. A failure without
// diagnostics has said all it had to say.
type failure struct {
	code    int
	outcome string // for JSON: "invalid", "usage", "refused"
	list    diag.List
	sources diag.Sources
	cause   error // that the list tells of, or nil
}

func (f *failure) Error() string { return f.list.Error() }

// Unwrap is the cause.
func (f *failure) Unwrap() error { return f.cause }

// errNegative ends the program with the answer no, which has been written.
var errNegative = &failure{code: exitNegative}

// errUnread ends the program where some of its input is bad, which has been said.
var errUnread = &failure{code: exitBad}

// usage is a mistake in the command line.
func usage(cmd *cobra.Command, summary, detail string) *failure {
	if detail == "" {
		detail = fmt.Sprintf("%s --help tells how it is used", cmd.CommandPath())
	}
	return &failure{code: exitBad, outcome: "usage", list: diag.List{{Summary: summary, Detail: detail}}}
}

// usageOf is a mistake in the command line that an error tells of.
func usageOf(cmd *cobra.Command, err error) *failure {
	summary, detail := err.Error(), ""
	if list, ok := err.(diag.List); ok {
		summary, detail = list[0].Summary, list[0].Detail
	}
	f := usage(cmd, summary, detail)
	f.cause = err
	return f
}

// durationOption reads the duration that an option gives.
func durationOption(cmd *cobra.Command, option, text, example string) (time.Duration, error) {
	d, err := model.ParseDuration(text)
	if err != nil {
		return 0, usage(cmd, fmt.Sprintf("--%s %s is not a duration", option, text), "write a number with a unit, such as "+example)
	}
	return d, nil
}

// invalid is an input with mistakes.
func invalid(list diag.List, sources diag.Sources) *failure {
	return &failure{code: exitBad, outcome: "invalid", list: list, sources: sources}
}

// broken is an error that the operating system made.
func broken(err error) *failure {
	summary := err.Error()
	if path, ok := errors.AsType[*fs.PathError](err); ok && errors.Is(err, fs.ErrNotExist) {
		summary = path.Path + ": there is no such file or folder"
	}
	return &failure{code: exitBad, outcome: "invalid", list: diag.List{{Summary: summary}}, cause: err}
}

// asFailure gives an error of cobra about a command the form that all errors have.
func asFailure(cmd *cobra.Command, err error) *failure {
	if f, ok := errors.AsType[*failure](err); ok {
		return f
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return broken(err)
	}
	summary, detail, _ := strings.Cut(err.Error(), "\n")
	return usage(cmd, summary, strings.Join(strings.Fields(detail), " "))
}

// badFlag suggests the flag that was meant.
func badFlag(cmd *cobra.Command, err error) error {
	if value, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usage(cmd, fmt.Sprintf("--%s cannot be %q", value.GetFlag().Name, value.GetValue()), "")
	}
	detail := ""
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		if near := diag.Nearest(unknown.GetSpecifiedName(), known); near != "" {
			detail = "did you mean --" + near + "?"
		}
	}
	return usage(cmd, err.Error(), detail)
}

// fail reports a failure and returns the exit code.
func (a *app) fail(f *failure, asJSON bool) int {
	if len(f.list) == 0 {
		return f.code
	}
	if asJSON {
		a.json(report.ErrorDocument{Schema: "adagio/error/1", Outcome: f.outcome, Message: f.list[0].String(), Limit: limitOf(f.cause), Diagnostics: report.Diagnostics(f.list)})
		return f.code
	}
	a.diagnose(f.list, f.sources)
	return f.code
}

// diagnose writes diagnostics to stderr, after what was written to stdout.
func (a *app) diagnose(list diag.List, sources diag.Sources) {
	a.out.Flush()
	width, color := a.terminal(a.stderr)
	diag.Render(a.stderr, list, sources, diag.Options{Width: width, Color: color})
}

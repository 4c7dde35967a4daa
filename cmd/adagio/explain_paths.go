package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"adagio/analysis"
	"adagio/analysis/report"
	"adagio/dsl/diag"
	"adagio/petri"

	"github.com/spf13/cobra"
)

// pathFlags are the flags of "adagio explain" about paths: which are shown, and
// what of them.
type pathFlags struct {
	top          int
	to, from     string
	through      []string
	only, ignore string
	fields       string
}

func (f *pathFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.IntVar(&f.top, "top", 0, "show only the `number` of longest paths, each with a transition of its own, in place of the report")
	flags.StringVar(&f.to, "to", "", "show the paths to the end of a `node`, component or instruction")
	flags.StringVar(&f.from, "from", "", "show the paths through a step whose words match a regular `expression`, from there on")
	flags.StringArrayVar(&f.through, "through", nil, "show the paths through a step whose words match a regular `expression`; repeatable, in this order")
	flags.StringVar(&f.only, "only", "", "of paths and slack show only the lines that match a regular `expression`")
	flags.StringVar(&f.ignore, "ignore", "", "of paths and slack do not show the lines that match a regular `expression`")
	flags.StringVar(&f.fields, "fields", "", "`columns` of paths, with commas: "+strings.Join(report.Fields, ", "))
}

func (f *pathFlags) asked() bool {
	return f.top > 0 || f.to != "" || f.from != "" || len(f.through) > 0
}

// find sets the options of the report, with the paths that were asked for.
func (f *pathFlags) find(cmd *cobra.Command, r *analysis.Result, opts *report.Options) (err error) {
	if f.top < 0 {
		return usage(cmd, fmt.Sprintf("--top %d is not a number of paths", f.top), "")
	}
	if f.fields != "" {
		for _, name := range strings.Split(f.fields, ",") {
			if err := oneOf(cmd, "--fields", strings.TrimSpace(name), report.Fields...); err != nil {
				return err
			}
			opts.Fields = append(opts.Fields, strings.TrimSpace(name))
		}
	}
	if opts.Only, err = expression(cmd, "only", f.only); err != nil {
		return err
	}
	if opts.Ignore, err = expression(cmd, "ignore", f.ignore); err != nil {
		return err
	}
	if !f.asked() {
		return nil
	}
	q := analysis.PathQuery{Top: f.top, To: f.to}
	if q.From, err = expression(cmd, "from", f.from); err != nil {
		return err
	}
	for _, text := range f.through {
		x, err := expression(cmd, "through", text)
		if err != nil {
			return err
		}
		q.Through = append(q.Through, x)
	}
	of := r.DonePath(petri.End(!opts.Lower))
	if opts.Paths, err = r.Paths(of, q); errors.Is(err, petri.ErrCovered) {
		return noAnswer(r, errors.New("the orders of the plan's events are covered, not explored: there is one path, to the upper bound, and no others beside it"))
	} else if err != nil {
		return &failure{code: exitBad, outcome: "usage", list: diag.List{{Summary: err.Error()}}, cause: err}
	}
	return nil
}

// expression compiles the regular expression of a flag; nil if it is empty.
func expression(cmd *cobra.Command, flag, text string) (*regexp.Regexp, error) {
	if text == "" {
		return nil, nil
	}
	x, err := regexp.Compile(text)
	if err != nil {
		return nil, usage(cmd, fmt.Sprintf("--%s is not a regular expression: %v", flag, err), "")
	}
	return x, nil
}

// document is the whole answer as JSON; without a question about paths it has
// none.
func (f *pathFlags) document(x *report.Explanation, r *analysis.Result, paths []analysis.Path) any {
	if !f.asked() {
		return x
	}
	return report.WithPaths(x, r, paths)
}

package formula

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"adagio/analysis"
	"adagio/dsl/model"
)

// style is how a formula is written.
type style struct {
	ref      func(i int) string // the name of a definition
	name     func(v Variable) string
	free     func(b analysis.Bound) string
	op       func(o Op, terms []string) string
	line     string // "name = value" with two %s
	makespan string
}

var plain = style{
	ref:  func(i int) string { return fmt.Sprintf("x%d", i+1) },
	name: func(v Variable) string { return v.Name },
	free: func(b analysis.Bound) string {
		if b.Lower == b.Upper {
			return model.FormatDuration(b.Lower)
		}
		return "[" + b.String() + "]"
	},
	op:       func(o Op, terms []string) string { return o.String() + "(" + strings.Join(terms, ", ") + ")" },
	line:     "%s = %s\n",
	makespan: "makespan",
}

var latex = style{
	ref:  func(i int) string { return fmt.Sprintf("x_{%d}", i+1) },
	name: func(v Variable) string { return `\mathrm{` + escape(v.Name) + "}" },
	free: func(b analysis.Bound) string {
		if b.Lower == b.Upper {
			return `\mathrm{` + model.FormatDuration(b.Lower) + "}"
		}
		return `[\mathrm{` + model.FormatDuration(b.Lower) + `}, \mathrm{` + model.FormatDuration(b.Upper) + "}]"
	},
	op:       func(o Op, terms []string) string { return `\` + o.String() + `(` + strings.Join(terms, ", ") + `)` },
	line:     "%s &= %s \\\\\n",
	makespan: `\mathit{makespan}`,
}

// escape protects what LaTeX reads as a command.
func escape(name string) string {
	return strings.NewReplacer(`\`, `\backslash `, "{", `\{`, "}", `\}`, "^", `\hat{}`, "~", `\sim `, "_", `\_`, "#", `\#`, " ", `\ `, "%", `\%`, "&", `\&`, "$", `\$`).Replace(name)
}

// Text writes the formula, a line for each definition.
func (f *Formula) Text(w io.Writer) error { return f.write(w, plain) }

// LaTeX writes the formula as lines of an align environment.
func (f *Formula) LaTeX(w io.Writer) error {
	if _, err := io.WriteString(w, "\\begin{align*}\n"); err != nil {
		return err
	}
	if err := f.write(w, latex); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\\end{align*}\n")
	return err
}

func (f *Formula) write(w io.Writer, s style) error {
	out := bufio.NewWriter(w)
	for i, d := range f.Definitions {
		fmt.Fprintf(out, s.line, s.ref(i), f.join(s, d.Op, d.Terms))
	}
	var ends []string
	for _, e := range f.Ends {
		ends = append(ends, f.length(s, e))
	}
	value := "0s"
	if len(ends) == 1 {
		value = ends[0]
	} else if len(ends) > 1 {
		value = s.op(Max, ends)
	}
	fmt.Fprintf(out, s.line, s.makespan, value)
	return out.Flush()
}

// length is how long a program takes: its end less its start.
func (f *Formula) length(s style, e End) string {
	text := f.term(s, e.Term)
	if e.Start >= 0 {
		text += " - " + s.name(f.Variables[e.Start])
	}
	return text
}

func (f *Formula) join(s style, op Op, terms []Term) string {
	if len(terms) == 1 {
		return f.term(s, terms[0])
	}
	var parts []string
	for _, t := range terms {
		parts = append(parts, f.term(s, t))
	}
	return s.op(op, parts)
}

func (f *Formula) term(s style, t Term) string {
	var parts []string
	if t.Ref >= 0 {
		parts = append(parts, s.ref(t.Ref))
	}
	for _, v := range t.Variables {
		parts = append(parts, s.name(f.Variables[v]))
	}
	if t.Free != (analysis.Bound{}) {
		parts = append(parts, s.free(t.Free))
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, " + ")
}

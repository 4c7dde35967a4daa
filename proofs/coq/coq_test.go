package coq

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"adagio/dsl"
	"adagio/dsl/dsltest"
	"adagio/petri/certificate"
	"adagio/petri/compile"
	"adagio/petri/unfold"
)

// coqc compiles a file in a folder and returns what it prints.
func coqc(t *testing.T, folder, file string) string {
	t.Helper()
	cmd := exec.Command("coqc", "-R", ".", "Adagio", file)
	cmd.Dir = folder
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// theorem compiles Derivation.v in a folder of its own.
func theorem(t *testing.T) (folder, printed string) {
	t.Helper()
	if _, err := exec.LookPath("coqc"); err != nil {
		t.Skip("coqc is not installed: apt-get install coq")
	}
	text, err := os.ReadFile("Derivation.v")
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "Derivation.v"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	return folder, coqc(t, folder, "Derivation.v")
}

// TestTheorem compiles the theorem: it needs no axiom.
func TestTheorem(t *testing.T) {
	_, printed := theorem(t)
	if strings.TrimSpace(printed) != "Closed under the global context" {
		t.Errorf("the theorem rests on\n%s", printed)
	}
	text, err := os.ReadFile("Derivation.v")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"Admitted", "admit", "Axiom", "Parameter", "Conjecture"} {
		if bytes.Contains(text, []byte(word)) {
			t.Errorf("the text has the word %s", word)
		}
	}
}

// TestCertificates has Coq compute the check of certificates of models: all are valid, and
// none is whose upper bound is a nanosecond lower.
func TestCertificates(t *testing.T) {
	folder, _ := theorem(t)
	for _, model := range []string{"fork", "race", "refusing", "several_providers", "wait_holding"} {
		t.Run(model, func(t *testing.T) {
			net, err := compile.Scenario(dsltest.Load(t, dsl.Options{Files: []string{"../../testdata/gallery/" + model + ".ballet"}}))
			if err != nil {
				t.Fatal(err)
			}
			c, err := certificate.New(net, unfold.NoHazards)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := c.Write(&b); err != nil {
				t.Fatal(err)
			}
			text := terms(t, b.String())
			if err := os.WriteFile(filepath.Join(folder, model+".v"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(strings.Fields(coqc(t, folder, model+".v")), " "); got != "= (true, false) : bool * bool" {
				t.Errorf("%s", got)
			}
		})
	}
}

// certificateTerms turns the lines of a certificate into terms.
type certificateTerms struct {
	lo, hi  []int
	causes  [][]int
	phases  [][][2]int
	clauses [][][]int
	lines   [][]string // of the derivation
}

func list[T any](items []T, term func(T) string) string {
	var out []string
	for _, x := range items {
		out = append(out, term(x))
	}
	return "[" + strings.Join(out, "; ") + "]"
}

func natural(x int) string { return fmt.Sprintf("%d%%nat", x) }
func integer(x int) string { return fmt.Sprintf("(%d)", x) }
func maybe(x int) string {
	if x < 0 {
		return "None"
	}
	return fmt.Sprintf("Some %d%%nat", x)
}

func date(word string) string {
	switch word {
	case "-":
		return "Inf"
	case "-1":
		return "Imp"
	}
	return "(Fin (" + word + "))"
}

func numbers(t *testing.T, words []string) (out []int) {
	for _, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, n)
	}
	return out
}

func option(g, k any) string { return fmt.Sprintf("(%v%%nat, %v%%nat)", g, k) }

func options(words []string) string {
	var out []string
	for i := 0; i+1 < len(words); i += 2 {
		out = append(out, option(words[i], words[i+1]))
	}
	return "[" + strings.Join(out, "; ") + "]"
}

// terms makes a file that computes whether a certificate is valid, and whether it is with
// each latest date of a node lowered.
func terms(t *testing.T, text string) string {
	c := &certificateTerms{}
	var goals, lowered []string
	rest := strings.Split(strings.TrimSpace(text), "\n")[1:]
	for ; !strings.HasPrefix(rest[0], "t "); rest = rest[1:] {
		words := strings.Fields(rest[0])
		x := numbers(t, words[1:])
		switch words[0] {
		case "e":
			c.lo, c.hi, c.causes, c.clauses = append(c.lo, x[0]), append(c.hi, x[1]), append(c.causes, x[9:]), append(c.clauses, nil)
		case "s":
			var phases [][2]int
			for i := 0; i < len(x); i += 2 {
				phases = append(phases, [2]int{x[i], x[i+1]})
			}
			c.phases = append(c.phases, phases)
		case "q":
			c.clauses[x[0]] = append(c.clauses[x[0]], x[1:])
		case "n":
			goals = append(goals, fmt.Sprintf("(%d%%nat, %d, Fin %d)", x[1], x[2], x[3]), fmt.Sprintf("(%d%%nat, %d, Fin %d)", x[0], x[4], x[5]))
			lowered = append(lowered, fmt.Sprintf("(%d%%nat, %d, Fin %d)", x[1], x[2], x[3]-1))
		}
	}
	for _, l := range rest[1:] {
		c.lines = append(c.lines, strings.Fields(l))
	}
	integers := func(x []int) string { return list(x, integer) }
	naturals := func(x []int) string { return list(x, natural) }
	phase := func(at int) string {
		return list(c.phases, func(phases [][2]int) string {
			return list(phases, func(p [2]int) string { return maybe(p[at]) })
		})
	}
	clauses := list(c.clauses, func(clauses [][]int) string {
		return list(clauses, func(clause []int) string {
			var all []string
			for _, g := range clause {
				for k := range c.phases[g] {
					all = append(all, option(g, k))
				}
			}
			return "[" + strings.Join(all, "; ") + "]"
		})
	})
	var b strings.Builder
	b.WriteString("From Adagio Require Import Derivation.\nRequire Import ZArith List.\nImport ListNotations.\nOpen Scope Z_scope.\n")
	fmt.Fprintf(&b, "Definition los := %s.\nDefinition his := %s.\nDefinition cs := %s : list (list nat).\n", integers(c.lo), integers(c.hi), list(c.causes, naturals))
	fmt.Fprintf(&b, "Definition ons := %s : list (list (option nat)).\nDefinition offs := %s : list (list (option nat)).\nDefinition qs := %s : list (list (list opt)).\n", phase(0), phase(1), clauses)
	b.WriteString(`Definition sys : system := {| lo := fun e => nth e los 0; hi := fun e => nth e his 0; causes := fun e => nth e cs [];
  on := fun o => nth (snd o) (nth (fst o) ons []) None; off := fun o => nth (snd o) (nth (fst o) offs []) None; clauses := fun e => nth e qs [] |}.
`)
	fmt.Fprintf(&b, "Definition d := %s.\n", c.derivation(t, nil))
	fmt.Fprintf(&b, "Eval vm_compute in (valid sys [%s] (initial sys) d, valid sys [%s] (initial sys) d).\n", strings.Join(goals, "; "), strings.Join(lowered, "; "))
	return b.String()
}

// derivation is the term of the lines up to the end of their part. Hypotheses are numbered
// in it, those that have been before by their place in known.
func (c *certificateTerms) derivation(t *testing.T, known [][2]string) string {
	var b strings.Builder
	open := 0
	for {
		w := c.lines[0]
		c.lines = c.lines[1:]
		step := func(format string, args ...any) {
			fmt.Fprintf(&b, "Step ("+format+") (\n", args...)
			open++
		}
		// numbered is the number of a hypothesis of one event or two, which the theorem wants
		// to be introduced; -1 of none.
		var numbered func(a, b string) int
		numbered = func(a, b string) int {
			if a == "-1" {
				return -1
			}
			h := [2]string{a, b}
			if !slices.Contains(known, h) {
				parent, before := -1, a
				if b != "-1" {
					parent, before = numbered(a, "-1"), b
				}
				step("Hypothesis_ %d%%nat (%s) %s%%nat", len(known), maybe(parent), before)
				known = append(slices.Clone(known), h)
			}
			return slices.Index(known, h)
		}
		end := func(text string) string { return b.String() + text + strings.Repeat(")", open) }
		switch w[0] {
		case "g":
			return end("Goals")
		case "x":
			return end(fmt.Sprintf("Contradiction %s%%nat %d%%nat", w[1], len(known)))
		case "s":
			first := c.derivation(t, known)
			return end(fmt.Sprintf("Split %s%%nat %s%%nat %s (%s) (%s)", w[1], w[2], option(w[3], w[4]), first, c.derivation(t, known)))
		case "p":
			x := numbers(t, w[1:])
			var hops []string
			for i := 1; i < len(x); i++ {
				hops = append(hops, c.hop(t, x[i-1], x[i]))
			}
			step("Path %d%%nat [%s]", x[0], strings.Join(hops, "; "))
		case "l":
			step("Low %s%%nat (%s)", w[1], w[2])
		case "f":
			step("Forward %s%%nat %s%%nat (%s)", w[1], w[2], w[3])
		case "b":
			step("Backward %s%%nat %s%%nat %s", w[1], w[2], date(w[3]))
		case "h":
			k := numbered(w[3], "-1")
			step("High %s%%nat %s (%s)", w[1], date(w[2]), maybe(k))
		case "c":
			h, k := numbered(w[1], w[2]), numbered(w[1], w[5])
			step("Conditional %d%%nat %s%%nat %s %d%%nat", h, w[3], date(w[4]), k)
		case "u":
			step("Urgent %s%%nat %s %s", w[1], date(w[2]), options(w[3:]))
		case "d":
			step("Drop %s%%nat %s%%nat %s", w[1], w[2], option(w[3], w[4]))
		case "w":
			step("DropUrgent %s%%nat %s%%nat %s %s", w[1], w[2], option(w[3], w[4]), options(w[5:]))
		default:
			t.Fatalf("a line %q", w)
		}
	}
}

// hop is a step of a path: the event, the phase that orders it, and the least time.
func (c *certificateTerms) hop(t *testing.T, a, b int) string {
	if slices.Contains(c.causes[b], a) {
		return fmt.Sprintf("(%d%%nat, (0%%nat, 0%%nat), %d)", b, c.lo[b])
	}
	for at, e := range [2]int{b, a} {
		for _, clause := range c.clauses[e] {
			for _, g := range clause {
				for k, p := range c.phases[g] {
					if p[at] == [2]int{a, b}[at] {
						return fmt.Sprintf("(%d%%nat, %s, 0)", b, option(g, k))
					}
				}
			}
		}
	}
	t.Fatalf("nothing orders %d before %d", a, b)
	return ""
}

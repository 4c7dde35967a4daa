package ballet

import (
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"adagio/dsl/model"
)

// instruction is one step of a program as a file has it: the names are Ballet's.
type instruction struct {
	op      model.Op
	args    []word // components, ports, types, behaviours in the order of the file
	holding bool
	seconds string // of a pause
	pos     model.Pos
}

// word is a name with the place where it stands.
type word struct {
	text string
	pos  model.Pos
}

// program is the instruction list of one node.
type program struct {
	node string // Ballet's name: a component, or the node of a JSON program
	path string // of a .concertod file
	body []instruction
	pos  model.Pos
}

// plan is a set of programs that run together.
type plan struct {
	name     string
	path     string // the folder
	programs []*program
	pos      model.Pos
	planner  bool // from .concertod files
}

// operation says what an instruction of a .concertod file does and how many
// arguments it has.
type operation struct {
	op       model.Op
	min, max int
}

// operations are the words of .concertod, in lower case.
var operations = map[string]operation{
	"add":        {model.Add, 2, 2},
	"connect":    {model.Connect, 4, 4},
	"con":        {model.Connect, 4, 4},
	"disconnect": {model.Disconnect, 4, 4},
	"dcon":       {model.Disconnect, 4, 4},
	"delete":     {model.Delete, 1, 1},
	"del":        {model.Delete, 1, 1},
	"pushb":      {model.Push, 2, 2},
	"wait":       {model.Wait, 1, 2},
	"waitall":    {model.WaitAll, 0, 0},
}

const operationForms = "known are add(c, T), connect(c, p, d, q), disconnect(c, p, d, q), delete(c), pushB(c, b), wait(c), wait(c, b), waitAll()"

var callLine = regexp.MustCompile(`^\s*\w+\s*\(`)

// isConcertod recognises a plan: its first line with something on it is a call.
func isConcertod(in Input) bool {
	for line := range strings.Lines(string(in.Data)) {
		if code, _ := splitComment(line); strings.TrimSpace(code) != "" {
			return filepath.Ext(in.Path) == ".concertod" || callLine.MatchString(code)
		}
	}
	return filepath.Ext(in.Path) == ".concertod"
}

// splitComment cuts a comment, which begins with # or //, off a line.
func splitComment(line string) (code, comment string) {
	for i := range len(line) {
		if line[i] == '#' || strings.HasPrefix(line[i:], "//") {
			return line[:i], line[i:]
		}
	}
	return line, ""
}

// readPlan parses a .concertod file and adds it to the plan of its folder: the
// files are at PLAN/FOLDER/COMPONENT.concertod.
func (j *job) readPlan(in Input) {
	folder := filepath.Dir(filepath.Dir(in.Path))
	name := "plan"
	if base := filepath.Base(folder); base != "." && base != ".." && base != string(filepath.Separator) && filepath.Dir(in.Path) != "." {
		name = stem(base)
	}
	p := &program{node: strings.TrimSuffix(filepath.Base(in.Path), filepath.Ext(in.Path)), path: in.Path, pos: model.Pos{File: in.Path, Line: 1, Column: 1}}
	s := &callScanner{p: &j.problems, file: in.Path, line: 0}
	for line := range strings.Lines(string(in.Data)) {
		s.line++
		code, _ := splitComment(strings.TrimRight(line, "\r\n"))
		s.rest, s.column = code, 1
		for s.more() {
			if call, ok := s.call(); ok {
				p.body = append(p.body, call)
				continue
			}
			break // one mistake a line
		}
	}
	j.addProgram(name, folder, p)
}

func (j *job) addProgram(name, folder string, p *program) {
	for _, known := range j.plans {
		if known.path == folder {
			known.programs = append(known.programs, p)
			return
		}
	}
	j.origins = append(j.origins, folder)
	j.plans = append(j.plans, &plan{name: name, path: folder, programs: []*program{p}, pos: p.pos, planner: true})
}

// callScanner reads the calls on one line.
type callScanner struct {
	p            *problems
	file         string
	rest         string
	line, column int
}

func (s *callScanner) pos() model.Pos {
	return model.Pos{File: s.file, Line: s.line, Column: s.column}
}

func (s *callScanner) skip(n int) string {
	taken := s.rest[:n]
	s.column += utf8.RuneCountInString(taken)
	s.rest = s.rest[n:]
	return taken
}

func (s *callScanner) space() { s.skip(len(s.rest) - len(strings.TrimLeft(s.rest, " \t"))) }

// more skips what may stand between calls and says whether there is another.
func (s *callScanner) more() bool {
	s.skip(len(s.rest) - len(strings.TrimLeft(s.rest, " \t;")))
	return s.rest != ""
}

// word reads up to the next sign of the syntax.
func (s *callScanner) word() word {
	s.space()
	w := word{pos: s.pos()}
	end := strings.IndexAny(s.rest, "(),;")
	if end < 0 {
		end = len(s.rest)
	}
	w.text = strings.TrimSpace(s.skip(end))
	return w
}

func (s *callScanner) fail(pos model.Pos, format string, args ...any) (instruction, bool) {
	s.p.errorf(pos, operationForms, format, args...)
	return instruction{}, false
}

func (s *callScanner) call() (instruction, bool) {
	op := s.word()
	known, ok := operations[strings.ToLower(op.text)]
	if !ok {
		return s.fail(op.pos, "there is no instruction %q", op.text)
	}
	in := instruction{op: known.op, pos: op.pos}
	if !strings.HasPrefix(s.rest, "(") {
		return s.fail(s.pos(), "expected ( after %s", op.text)
	}
	for closed := false; !closed; {
		s.skip(1)
		arg := s.word()
		sign := s.rest
		switch {
		case sign == "" || sign[0] == ';':
			return s.fail(s.pos(), "the parenthesis of %s is not closed on the line", op.text)
		case sign[0] == '(':
			return s.fail(s.pos(), "a parenthesis inside %s", op.text)
		case arg.text == "" && (sign[0] == ',' || len(in.args) > 0):
			return s.fail(arg.pos, "an argument of %s is missing", op.text)
		case arg.text != "":
			if _, err := name(arg.text); err != nil {
				return s.fail(arg.pos, "%v", err)
			}
			in.args = append(in.args, arg)
		}
		closed = sign[0] == ')'
	}
	s.skip(1)
	if n := len(in.args); n < known.min || n > known.max {
		return s.fail(op.pos, "%s has the wrong number of arguments: %d", op.text, n)
	}
	if s.space(); s.rest != "" && s.rest[0] != ';' {
		return s.fail(s.pos(), "%q after the end of an instruction", s.rest)
	}
	return in, true
}

package ballet

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func needPython(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not installed")
	}
}

// importPython imports a Python file of the given text.
func importPython(t *testing.T, text string) (model, problems string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "types.py")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return importPaths(t, path)
}

func importPaths(t *testing.T, paths ...string) (model, problems string) {
	t.Helper()
	inputs, err := Read(paths...)
	if err != nil {
		t.Fatal(err)
	}
	out, list := Import(inputs...)
	for _, p := range list {
		problems += strings.ReplaceAll(p.String()+": "+p.Detail+"\n", filepath.Dir(paths[0])+string(filepath.Separator), "")
	}
	return string(out), problems
}

// simple has a class as Ballet's own are written.
const simple = `
import time
from ballet.assembly.concertod.component import Component
from ballet.assembly.concertod.dependency import DepType

class Store(Component):
    def __init__(self, **kwargs):
        Component.__init__(self)
        self.times = kwargs

    def create(self):
        self.places = ["off", "ready", "on"]
        self.groups = {"up": ["ready", "on"]}
        self.transitions = {
            "install": ("off", "ready", "deploy", 0, self.install),
            "fetch": ("off", "ready", "deploy", 1, self.install, [1, 2]),
            "start": ("ready", "on", "deploy", 0, self.install),
        }
        self.dependencies = {
            "a": (DepType.USE, ["up"]), "b": (DepType.PROVIDE, ["on"]),
            "c": (DepType.DATA_USE, ["start"]), "d": (DepType.DATA_PROVIDE, ["ready"]),
        }
        self.initial_place = "off"

    def install(self):
        time.sleep(self.times["install"])
`

const simpleModel = `component Store {
  places off, ready, on
  initial off
  group up = ready, on

  behavior deploy {
    install: off -> ready
    fetch:   off -> ready dock 1
    start:   ready -> on
  }

  use a at up
  provide b at on
  data use c at start
  data provide d at ready
}
`

// TestPython reads the same type however its class is written.
func TestPython(t *testing.T) {
	needPython(t)
	for name, text := range map[string]string{
		"as Ballet writes it": simple,
		"lists, sets and texts": strings.NewReplacer(`("off", "ready", "deploy", 0, self.install)`, `["off", "ready", "deploy", 0, None]`,
			`["up"]`, `"up"`, `["on"]),`, `{"on"}),`).Replace(simple),
		"kinds by number and word": strings.NewReplacer("DepType.USE", "0", "DepType.DATA_USE", "1", "DepType.PROVIDE", `"provide"`, "DepType.DATA_PROVIDE", `"DATA_PROVIDE"`).Replace(simple),
		"an enumeration of its own": strings.Replace(simple, "from ballet.assembly.concertod.dependency import DepType",
			"import enum\nclass DepType(enum.Enum):\n    USE = 'a'\n    PROVIDE = 'b'\n    DATA_USE = 'c'\n    DATA_PROVIDE = 'd'", 1),
		"everything from one module":       strings.NewReplacer("from ballet.assembly.concertod.component import Component", "from concerto.all import *", "from ballet.assembly.concertod.dependency import DepType", "").Replace(simple),
		"a base by another name":           strings.NewReplacer("import Component", "import DepMandatoryComponent as Base", "(Component)", "(Base)", "Component.__init__", "Base.__init__").Replace(simple),
		"a module":                         strings.NewReplacer("from ballet.assembly.concertod.component import Component", "import ballet.assembly.concertod.component as c", "(Component)", "(c.Component)", "Component.__init__", "c.Component.__init__").Replace(simple),
		"a base that nobody knows":         strings.NewReplacer("from ballet.assembly.concertod.component import Component", "import acme\nComponent = acme.things.Thing", "Component.__init__(self)", "super().__init__()").Replace(simple),
		"without calling the base":         strings.Replace(simple, "Component.__init__(self)", "pass", 1),
		"attributes before the base":       strings.Replace(simple, "        Component.__init__(self)", "        self.x = 1\n        super().__init__(self)", 1),
		"an argument":                      strings.Replace(simple, "(self, **kwargs):", "(self, kwargs):", 1),
		"modules that are not here":        "import numpy as np, torch.nn\nfrom yaml.nowhere import *\nfrom x.y import z\n@z.tag('a')\ndef f(): pass\nx = np.array([1])[0]\n" + simple,
		"it prints":                        "print('{\"files\": []}')\n" + simple,
		"methods in place of dictionaries": strings.Replace(simple, `self.places = ["off", "ready", "on"]`, "self.add_places(['off', 'ready'], initial='off'); self.add_place('on')", 1),
		"an abstract base of its own": strings.Replace(strings.Replace(simple, "class Store(Component)", "class Base(Component):\n    pass\n\nclass Store(Base)", 1),
			"Component.__init__", "Base.__init__", 1),
		"only run as a program": simple + "\nif __name__ == '__main__':\n    raise SystemExit('not here')\n",
		"marked and with CR":    "\uFEFF" + strings.ReplaceAll(simple, "\n", "\r\n"),
	} {
		model, problems := importPython(t, text)
		if _, got, _ := strings.Cut(model, "\n\n"); got != simpleModel || !strings.HasPrefix(problems, "- warning: no duration is given for Store.install, Store.fetch, Store.start: give them in JSON") &&
			!strings.HasPrefix(problems, "warning: no duration is given for Store.install, Store.fetch, Store.start") {
			t.Errorf("%s: %s\n%s", name, model, problems)
		}
	}
}

// TestPythonSeveral: a file has several types, some that others inherit from.
func TestPythonSeveral(t *testing.T) {
	needPython(t)
	model, problems := importPython(t, simple+`
class Big(Store):
    def create(self):
        super().create()
        self.places.append("huge")
        for i in range(2):
            self.transitions["grow%d" % i] = ("on", "huge", "grow", i, self.install, [i])
        self.running_place = "huge"

class Helper:
    def create(self): raise Exception("no component")

from ballet.other import Imported
`)
	for _, want := range []string{"component Store {\n  places off, ready, on\n", "component Big {\n  places off, ready, on, huge\n  initial off\n  running huge\n", "grow1: on -> huge dock 1"} {
		if !strings.Contains(model, want) {
			t.Errorf("no %q in %s\n%s", want, model, problems)
		}
	}
	if strings.Count(model, "component ") != 2 {
		t.Error(model)
	}
}

// TestPythonMistakes: what is wrong is told at its line, and nothing else goes
// wrong.
func TestPythonMistakes(t *testing.T) {
	needPython(t)
	class := func(body string) string {
		return "from ballet import Component, DepType\nclass A(Component):\n    def create(self):\n        self.places = ['a', 'b']\n        self.initial_place = 'a'\n" + body
	}
	for name, c := range map[string]struct{ text, want string }{
		"no class":          {"x = 1\n", "types.py:1:1: error: there is no component type in this file"},
		"syntax":            {"x = 1\ndef f(:\n", "types.py:2:1: error: this file cannot be imported: SyntaxError"},
		"at import":         {"x = 1\ny = x / 0\n", "types.py:2:1: error: this file cannot be imported: ZeroDivisionError"},
		"exit":              {"import sys\nsys.exit(3)\n", "types.py:2:1: error: this file cannot be imported: SystemExit: 3"},
		"hard exit":         {"import os\nos._exit(3)\n", "types.py:1:1: error: python3 ends without an answer: exit status 3"},
		"in create":         {class("        self.transitions['t'] = ('a', 'b', 'go', 0, self.nothing.more)\n        [][0]\n"), "types.py:7:1: error: class A: create() fails: IndexError"},
		"too few fields":    {class("        self.transitions['t'] = ('a', 'b', None)\n"), "types.py:2:1: error: class A: transition t is not (source, destination, behaviour, dock set, function, arguments)"},
		"no behaviour":      {class("        self.transitions['t'] = ('a', 'b', None, 0, None)\n"), "class A: the behaviour of transition t must be a text, not None"},
		"dock set":          {class("        self.transitions['t'] = ('a', 'b', 'go', -1, None)\n"), "the dock set of transition t must be a number from 0 on, not -1"},
		"place":             {class("        self.transitions['t'] = ('a', 'c', 'go', 0, None)\n"), `types.py:2:1: error: type A has no place "c"`},
		"no initial":        {class("        self.initial_place = None\n"), "class A: it has no initial place"},
		"initial":           {class("        self.initial_place = 'z'\n"), `type A has no place "z"`},
		"no places":         {class("        self.places = []\n"), "class A: it has no places"},
		"places":            {class("        self.places = 'ab'\n"), "class A: places must be a list of names, not 'ab'"},
		"stub as a name":    {"import acme\n" + class("        self.places = [acme.OFF]\n"), "a name in places must be a text, not <OFF of a module that is not here>"},
		"kind of port":      {class("        self.dependencies = {'p': (7, ['a'])}\n"), "the type of dependency p must be one of DepType, not 7"},
		"port":              {class("        self.dependencies = {'p': DepType.USE}\n"), "dependency p is not (type, [what it is bound to])"},
		"bound":             {class("        self.dependencies = {'p': (DepType.USE, ['nowhere'])}\n"), `type A has no place "nowhere"`},
		"switches":          {class("        self.switches = [('s', None)]\n"), "class A: switches cannot be read"},
		"needs arguments":   {"from ballet import Component\nclass A(Component):\n    def __init__(self, n):\n        self.n = n\n        Component.__init__(self)\n    def create(self):\n        self.places = [str(i) for i in range(self.n)]\n", "class A: create() needs what __init__ is given: self.n is used before it is given a value: give n of __init__ a default"},
		"used before given": {"from ballet import Component\nclass A(Component):\n    def __init__(self, n=3):\n        Component.__init__(self)\n        self.n = n\n    def create(self):\n        self.places = [str(i) for i in range(self.n)]\n", "types.py:7:1: error: class A: create() fails: AttributeError: self.n is used before it is given a value"},
		"empty":             {" \n", "types.py:1:1: error: the file is empty"},
	} {
		model, problems := importPython(t, c.text)
		if model != "" || !strings.Contains(problems, c.want) {
			t.Errorf("%s: %s%s", name, model, problems)
		}
	}
}

// TestPythonMissing: without python3 the way out is told.
func TestPythonMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, problems := importPython(t, simple); !strings.Contains(problems, "types.py:1:1: error: component types in Python are read by python3, which is not on the PATH: install Python 3") {
		t.Error(problems)
	}
}

// TestPythonIsNotRunUnasked: files in folders are not run, only those that are
// named.
func TestPythonIsNotRunUnasked(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.py"), []byte("open('ran', 'w')\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if inputs, err := Read(dir); err != nil || len(inputs) != 0 {
		t.Errorf("%v, %v", inputs, err)
	}
}

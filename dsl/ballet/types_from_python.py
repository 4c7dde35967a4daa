"""Prints the component types that Python files define, as JSON.

A component type of Ballet is a class whose method create() fills in places,
transitions, dependencies, groups and initial_place. This script imports the files
that are named, which runs them, with a stub in place of Ballet and of every module
that is not installed, makes one instance of each class, and prints what create()
said. It needs the standard library only. What it prints:

    {"files": [{"path": ..., "types": {NAME: {...}}, "lines": {NAME: line},
                "problems": [{"line": ..., "severity": ..., "summary": ..., "detail": ...}]}]}
"""

import enum
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import json
import os
import sys
import traceback
import types as pytypes

KINDS = {0: "use", 1: "data_use", 2: "provide", 3: "data_provide"}
FRAMEWORKS = {"ballet", "concerto", "concerto_d", "concertod", "mad", "madpp", "madeus"}


class DepType(enum.Enum):
    USE = 0
    DATA_USE = 1
    PROVIDE = 2
    DATA_PROVIDE = 3


class DepMandatory(enum.Enum):
    MANDATORY = 0
    OPTIONAL = 1


class Component:
    """Stands for Ballet's base class, by whatever name it is imported."""

    def __init__(self, *_args, **_kwargs):
        if "_created" in self.__dict__:
            return
        self._created = True
        self._bindings = {}
        for name, empty in (("places", list), ("switches", list), ("transitions", dict), ("groups", dict), ("dependencies", dict)):
            if not hasattr(type(self), name):
                setattr(self, name, empty())
        for name in ("initial_place", "running_place"):
            if not hasattr(type(self), name):
                setattr(self, name, None)
        self.create()

    def create(self):
        pass

    def add_place(self, name, initial=False):
        self.places = list(self.places) + [name]
        if initial:
            self.initial_place = name

    def add_places(self, places, initial=None):
        for name in places:
            self.add_place(name, name == initial)

    def add_group(self, name, places):
        self.groups[name] = places

    def add_groups(self, groups):
        self.groups.update(groups)

    def add_transition(self, name, *fields):
        self.transitions[name] = fields

    def add_transitions(self, transitions):
        self.transitions.update(transitions)

    def add_dependency(self, name, kind, bindings):
        self.dependencies[name] = (kind, bindings)

    def add_dependencies(self, dependencies):
        self.dependencies.update(dependencies)

    def set_initial_place(self, name):
        self.initial_place = name

    def set_running_place(self, name):
        self.running_place = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        # What else Ballet's class may have means nothing here, but an attribute that
        # the file itself assigns is used before it is there.
        if name in assigned(type(self)):
            raise AttributeError("self.%s is used before it is given a value" % name)
        return Anything(name)


def assigned(cls):
    """The attributes that the methods of a class and of its bases store."""
    names = set()
    for base in cls.__mro__:
        if base in (Component, object):
            continue
        for member in vars(base).values():
            code = getattr(member, "__code__", None)
            if code is not None:
                names.update(stored(code))
    return names


def stored(code):
    import dis
    return {i.argval for i in dis.get_instructions(code) if i.opname == "STORE_ATTR"}


class Anything:
    """Stands for what a module that is not here would have."""

    def __init__(self, name="anything"):
        self.__dict__["_name"] = name

    def __call__(self, *args, **_kwargs):
        # A decorator gives back what it decorates.
        if len(args) == 1 and (inspect.isclass(args[0]) or inspect.isfunction(args[0])):
            return args[0]
        return Anything(self._name)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(self._name + "." + name)

    def __setattr__(self, name, value):
        pass

    def __mro_entries__(self, _bases):
        return (Component,)

    def __getitem__(self, _key):
        return Anything(self._name)

    def __iter__(self):
        return iter(())

    def __or__(self, _other):
        return self

    __ror__ = __or__

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        return False

    def __repr__(self):
        return "<%s of a module that is not here>" % self._name


KNOWN = {"Component": Component, "DepType": DepType, "DepMandatory": DepMandatory}


class StubModule(pytypes.ModuleType):
    __path__ = []
    __all__ = sorted(KNOWN)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if name in KNOWN:
            return KNOWN[name]
        if name.endswith("Component"):
            return Component
        return Anything(name)


class StubLoader(importlib.abc.Loader):
    def create_module(self, spec):
        return StubModule(spec.name)

    def exec_module(self, module):
        pass


class Frameworks(importlib.abc.MetaPathFinder):
    """Finds Ballet before it is found elsewhere: its real classes need its runtime.
    The packages that the named file is in are themselves."""

    target = ""

    def find_spec(self, name, _path=None, _target=None):
        if name.split(".")[0] not in FRAMEWORKS:
            return None
        package = self.target.rpartition(".")[0]
        if name == self.target or package and (package + ".").startswith(name + ".") or package and name.startswith(package + "."):
            return None
        return importlib.machinery.ModuleSpec(name, StubLoader(), is_package=True)


class Missing(importlib.abc.MetaPathFinder):
    """Finds what nobody else found."""

    names = set()

    def find_spec(self, name, _path=None, _target=None):
        root = name.split(".")[0]
        if root in sys.stdlib_module_names:
            return None
        self.names.add(root)
        return importlib.machinery.ModuleSpec(name, StubLoader(), is_package=True)


class Mistake(Exception):
    """Something about a class that cannot be a component type."""

    def __init__(self, summary, detail=""):
        super().__init__(summary)
        self.summary, self.detail = summary, detail


def load(path):
    """Imports a file, within its package if it is in one."""
    folder, base = os.path.split(os.path.abspath(path))
    name = os.path.splitext(base)[0]
    if name == "__init__":
        folder, name = os.path.split(folder)
    while os.path.isfile(os.path.join(folder, "__init__.py")):
        folder, package = os.path.split(folder)
        name = package + "." + name
    if folder not in sys.path:
        sys.path.append(folder)  # last: a file types.py is not Python's own
    Frameworks.target = name
    if "." in name or base == "__init__.py":
        return importlib.import_module(name)
    if name in sys.stdlib_module_names:
        name += "_"
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def text(value, what):
    if isinstance(value, enum.Enum):
        value = value.value
    if not isinstance(value, str) or not value:
        raise Mistake("%s must be a text, not %r" % (what, value))
    return value


def texts(value, what):
    if isinstance(value, str) or not isinstance(value, (list, tuple, set, frozenset, dict, type({}.keys()))):
        raise Mistake("%s must be a list of names, not %r" % (what, value), "write [\"a\", \"b\"]")
    names = [text(v, "a name in " + what) for v in value]
    return sorted(names) if isinstance(value, (set, frozenset)) else names


def mapping(value, what):
    if not isinstance(value, dict):
        raise Mistake("%s must be a dictionary, not %r" % (what, value))
    return value


def transition(name, fields):
    form = "write (source, destination, behaviour, dock set, function)"
    if not isinstance(fields, (list, tuple)) or not 4 <= len(fields) <= 6:
        raise Mistake("transition %s is not (source, destination, behaviour, dock set, function, arguments)" % name,
                      "without a behaviour nothing says what a push runs: " + form)
    dock = fields[3]
    if isinstance(dock, bool) or not isinstance(dock, int) or dock < 0:
        raise Mistake("the dock set of transition %s must be a number from 0 on, not %r" % (name, dock), form)
    out = {"src": text(fields[0], "the source of transition " + name), "dst": text(fields[1], "the destination of transition " + name),
           "behavior": text(fields[2], "the behaviour of transition " + name)}
    if dock:
        out["dockset"] = dock
    return out


def port(name, value):
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise Mistake("dependency %s is not (type, [what it is bound to])" % name, "write (DepType.USE, [\"place\"])")
    kind, bound = value
    word = getattr(kind, "name", kind)
    word = word.lower() if isinstance(word, str) else KINDS.get(getattr(kind, "value", kind))
    if word not in KINDS.values():
        raise Mistake("the type of dependency %s must be one of DepType, not %r" % (name, kind), "write DepType.USE, PROVIDE, DATA_USE or DATA_PROVIDE")
    return {"kind": word, "bound": texts([bound] if isinstance(bound, str) else bound, "what dependency %s is bound to" % name)}


def describe(x):
    """What an instance says of its type."""
    if x.switches:
        raise Mistake("switches cannot be read", "which docks a switch fills is decided by its code while it runs")
    places = texts(x.places, "places")
    if not places:
        raise Mistake("it has no places", "create() fills in self.places")
    if x.initial_place is None:
        raise Mistake("it has no initial place", "create() sets self.initial_place")
    out = {"places": places, "initial": text(x.initial_place, "the initial place")}
    if x.running_place is not None:
        out["running"] = text(x.running_place, "the running place")
    groups = mapping(x.groups, "groups")
    if groups:
        out["groups"] = {text(g, "a group"): texts(of, "group %s" % g) for g, of in groups.items()}
    out["transitions"] = {text(t, "a transition"): transition(t, f) for t, f in mapping(x.transitions, "transitions").items()}
    ports = {text(p, "a dependency"): port(p, v) for p, v in mapping(x.dependencies, "dependencies").items()}
    if ports:
        out["ports"] = ports
    return out


def instance(cls):
    """One instance of a class; without arguments where its own need some."""
    required = [p.name for p in list(inspect.signature(cls.__init__).parameters.values())[1:]
                if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    if required:
        x = cls.__new__(cls)
        try:
            Component.__init__(x)
        except AttributeError as e:
            raise Mistake("create() needs what __init__ is given: %s" % e, "give %s of __init__ a default" % ", ".join(required)) from e
        return x
    x = cls()
    if "_created" not in x.__dict__:
        Component.__init__(x)
    return x


def line_of(cls):
    try:
        return inspect.getsourcelines(cls)[1]
    except (OSError, TypeError):
        return 1


def where(error, path):
    """The last line of a file that an error went through."""
    if isinstance(error, SyntaxError) and error.filename and os.path.abspath(error.filename) == os.path.abspath(path):
        return error.lineno or 1
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if os.path.abspath(f.filename) == os.path.abspath(path)]
    return lines[-1] if lines else 1


def said(error):
    return "%s: %s" % (type(error).__name__, error) if str(error) else type(error).__name__


def read(path):
    found = {"path": path, "types": {}, "lines": {}, "problems": []}

    def problem(line, summary, detail="", severity="error"):
        found["problems"].append({"line": line, "severity": severity, "summary": summary, "detail": detail})

    try:
        module = load(path)
    except (Exception, SystemExit) as e:
        problem(where(e, path), "this file cannot be imported: " + said(e), "it is run to read its classes")
        return found
    classes = [c for c in vars(module).values() if inspect.isclass(c) and issubclass(c, Component) and c.__module__ == module.__name__]
    classes = sorted(dict.fromkeys(classes), key=line_of)
    for cls in classes:
        inherited = [c for c in classes if c is not cls and issubclass(c, cls)]
        if inspect.isabstract(cls) or inherited and cls.create is Component.create:
            continue
        try:
            found["types"][cls.__name__] = describe(instance(cls))
            found["lines"][cls.__name__] = line_of(cls)
        except Mistake as e:
            problem(line_of(cls), "class %s: %s" % (cls.__name__, e.summary), e.detail)
        except (Exception, SystemExit) as e:
            problem(where(e, path), "class %s: create() fails: %s" % (cls.__name__, said(e)), "it is run to read the component type")
    if not classes:
        problem(1, "there is no component type in this file", "a component type is a class with Ballet's Component as its base, and a method create()")
    return found


def main(paths):
    out, sys.stdout = sys.stdout, sys.stderr
    sys.meta_path.insert(0, Frameworks())
    sys.meta_path.append(Missing())
    sys.dont_write_bytecode = True
    json.dump({"files": [read(path) for path in paths]}, out)


if __name__ == "__main__":
    main(sys.argv[1:])

"""Ask Adagio from Python, with the standard library only.

    import adagio

    answer = adagio.bound("testdata/openstack.ballet", set={"sites": 5}, deadline="8min")
    print(answer["done"]["upper_s"], answer["deadline"]["verdict"])

    best = adagio.rank("model.ballet", [{"name": "as it is"}, {"name": "bold", "what_if": ["remove wait nova keystone"]}])
    print(best["plans"][best["ranking"][0]]["name"])

Each function runs the command of its name, which must be on the PATH or be named by the
environment variable ADAGIO, and returns its JSON document (cmd/adagio/json.md). A negative
answer (a deadlock, a missed deadline) is an answer; where there is none, Refused or Invalid
is raised.
"""
from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = ["AdagioError", "Invalid", "Refused", "bound", "check", "diff", "explain", "rank", "verify"]

Document = dict[str, Any]
Models = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


class AdagioError(Exception):
    """There is no answer. `diagnostics` says why, as in the document adagio/error/1."""

    def __init__(self, message: str, diagnostics: list[Document] | None = None) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics or []


class Invalid(AdagioError):
    """The model or the arguments have mistakes."""


class Refused(AdagioError):
    """No bound can be proved; `limit` tells which limit gave out, if that is why."""

    limit: Document | None = None


def bound(models: Models, *, deadline: str | None = None, quantiles: Iterable[float] = (), **options: Any) -> Document:
    """The bounds of a plan: adagio/bound/1. A deadline is a text such as "5min"."""
    return _run("bound", _paths(models), _flags(options, deadline=deadline, quantile=[str(p) for p in quantiles]))


def check(models: Models, **options: Any) -> Document:
    """The bounds of all plans of a model, and what is wrong with it: adagio/check/1."""
    return _run("check", _paths(models), _flags(options))


def explain(models: Models, *, what_if: Iterable[str] = (), deadline: Iterable[str] = (), **options: Any) -> Document:
    """The whole report: adagio/explain/1; with changes, also of the changed plan."""
    return _run("explain", _paths(models), _flags(options, what_if=list(what_if), deadline=list(deadline)))


def diff(before: Models, after: Models | None = None, *, what_if: Iterable[str] = (), **options: Any) -> Document:
    """Two plans side by side: adagio/diff/1. Without a second model what_if changes the first."""
    return _run("diff", _paths(before) + ([] if after is None else _paths(after)), _flags(options, what_if=list(what_if)))


def verify(models: Models, *, any_durations: str | None = None, replications: int | None = None, **options: Any) -> Document:
    """The verdicts on the properties that a model states of a plan: adagio/verify/1.

    Each is "proved", "refuted" by a dated execution, or "unknown" after so many executions were drawn.
    With any_durations, such as "1h", transitions and pauses last anything up to that.
    """
    return _run("verify", _paths(models), _flags(options, any_durations=any_durations, replications=replications))


def rank(models: Models, candidates: Iterable[Mapping[str, Any]], *, deadline: str | None = None, replications: int = 0, **options: Any) -> Document:
    """Candidates for a plan in order, the best first: adagio/rank/2.

    One that cannot be read has the outcome "error", with a reason and a reason_code, and
    the others are ranked all the same.
    A candidate is a mapping as adagio rank --help describes it. With replications pairs
    that are undecided are simulated so often.
    """
    lines = "".join(json.dumps(dict(c)) + "\n" for c in candidates)
    flags = _flags(options, model=_paths(models), deadline=deadline, replications=replications)
    return _run("rank", ["-"], flags, lines)


def _paths(models: Models) -> list[str]:
    if isinstance(models, (str, os.PathLike)):
        models = [models]
    return [os.fspath(m) for m in models]


def _flags(options: Mapping[str, Any], **own: Any) -> list[str]:
    """Flags of the command line: what_if=["…"] is --what-if … for each, set={"n": 2} is --set n=2."""
    flags: list[str] = []
    for name, value in {**options, **own}.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            flags.append(flag)
        elif isinstance(value, Mapping):
            flags += [f"{flag}={k}={v}" for k, v in value.items()]
        elif isinstance(value, (list, tuple)):
            flags += [f"{flag}={v}" for v in value]
        else:
            flags.append(f"{flag}={value}")
    return flags


def _run(command: str, arguments: list[str], flags: list[str], text: str | None = None) -> Document:
    program = os.environ.get("ADAGIO", "adagio")
    line = [program, command, "--format=json", *flags, "--", *arguments]
    try:
        done = subprocess.run(line, input=text, capture_output=True, encoding="utf-8", check=False)
    except OSError as error:
        raise AdagioError(f"{program} cannot be run: {error}") from error
    try:
        document: Document = json.loads(done.stdout)
    except ValueError:
        raise AdagioError(done.stderr.strip() or f"{program} ended with exit code {done.returncode} and no answer") from None
    if document.get("schema") == "adagio/error/1":
        kind = Refused if document["outcome"] == "refused" else Invalid
        error = kind(document["message"], document["diagnostics"])
        if isinstance(error, Refused):
            error.limit = document.get("limit")
        raise error
    return document

"""`--write-expect`: the file of known failures, written from a run, for its author to fill in.

Where the file is there already it is somebody's work, and what can stay stays: reasons, links,
comments, the order of the entries. So the text itself is changed, entry by entry, and not made
anew from what it says. An entry is kept if its clause was not judged, or not on this version of
Python, or is what the entry says; has its verdict changed if that is another one; and goes, with
the comments right above it, if the clause is met. New ones take their places in the order of the
specification.

The file is replaced whole, at the end of a run that was not interrupted, or not at all.
"""

from __future__ import annotations

import platform
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bluelet_spec import SPEC_VERSION, Level, clauses

from bluelet_conformance import expectations
from bluelet_conformance.expectations import BadExpectations
from bluelet_conformance.expectations.reading import TO_DO
from bluelet_conformance.judging.printable import in_a_line
from bluelet_conformance.judging.verdicts import Judgement, Verdict
from bluelet_conformance.reports import targets

TODO = f"{TO_DO}: say why"
"""The reason that the author is to give."""

_HEADER = re.compile(r"\s*\[\[\s*(expect|unsupported|program)\s*\]\]\s*(#.*)?")
_SEEN = "# seen: "
_SEEN_LENGTH = 100
_OUR_REASON = re.compile(rf"{TODO}|presupposes [a-z]+\.[a-z-]+")


class Recording:
    """The file that `--write-expect` names, as it is before the run."""

    def __init__(self, path: Path, held_against: Path | None) -> None:
        """Read the file at `path`; where there is none, the one of `--expect`, if any.

        Raises:
            BadExpectations: it cannot be written to, or says what cannot be.
        """
        self.path = path
        self.outcome: Outcome | None = None
        self.failure: OSError | None = None
        option = f"--write-expect={path}"
        try:
            targets.to_write(path)
        except targets.BadPath as error:
            raise BadExpectations(f"{option}: {error}") from None
        there = path.exists()
        if there and held_against and not (held_against.exists() and path.samefile(held_against)):
            raise BadExpectations(f"{option}: it is there already, and is not {held_against}.")
        source = path if there else held_against
        self._text = "" if source is None else expectations.text_of(source)
        self.known = expectations.parse(self._text, source or path)
        """What it says already."""
        _pieces(self._text, source or path)
        self._ending = "\r\n" if source and b"\r\n" in source.read_bytes() else "\n"

    def write(self, name: str, judgements: Iterable[Judgement]) -> None:
        """Write what is known now of the port called `name`; where that fails, keep the error."""
        text = self._text or _preamble(name, self.path)
        self.outcome = merged(text, judgements, self.path)
        expectations.parse(self.outcome.text, self.path)  # Or the old one is the better.
        if self.outcome.text != self._text or not self.path.exists():
            try:
                text = self.outcome.text.replace("\n", self._ending)
                targets.replace(self.path, text.encode())
            except OSError as error:
                self.failure = error

    def lines(self) -> list[str]:
        """Return what to say of it at the end of the run."""
        said = f"known failures: {self.path}"
        if self.outcome is None:
            return [f"{said} NOT written, for the run did not come to its end"]
        if self.failure is not None:
            return [f"{said} NOT written, {self.failure.strerror}"]
        outcome = self.outcome
        entries = "entry" if outcome.entries == 1 else "entries"
        counts = [f"{outcome.entries} {entries}", f"{len(outcome.added)} of them new"]
        if outcome.unfilled:
            counts.append(f"{outcome.unfilled} to be given a reason")
        text = [f"{said} written, {', '.join(counts)}"]
        text += [f"  changed: {change}" for change in outcome.changed]
        if outcome.dropped:
            text.append(f"  met now, and no longer there: {', '.join(outcome.dropped)}")
        if outcome.unjudged:
            text.append(f"  not judged, and left as they were: {outcome.unjudged} clauses")
        return text


@dataclass
class Outcome:
    """What became of a file."""

    text: str = ""
    entries: int = 0
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """`join.waits, fail before, is spin`"""
    dropped: list[str] = field(default_factory=list)
    unfilled: int = 0
    """How many entries still lack a reason."""
    unjudged: int = 0
    """How many clauses of the specification the run did not judge."""


@dataclass
class _Piece:
    """Some lines of a file: an entry with the comments right above it, or what stands between."""

    lines: list[str]
    kind: str = ""
    """`expect` or `unsupported`; empty for what stands between."""
    entry: dict[str, Any] = field(default_factory=dict)


def merged(text: str, judgements: Iterable[Judgement], path: Path) -> Outcome:
    """Return what becomes of a file's `text` by what was found out.

    Raises:
        BadExpectations: it says what cannot be; the message names `path` as the place.
    """
    given = {judgement.clause: judgement for judgement in judgements}
    found = {clause: given[clause] for clause in clauses() if clause in given}
    outcome = Outcome(unjudged=len(clauses()) - len(found))
    known = expectations.parse(text, path)
    pieces: list[_Piece] = []
    for piece in _pieces(text, path):
        judgement = found.get(piece.entry["clause"]) if piece.kind == "expect" else None
        if judgement is None or not expectations.holds_here(piece.entry):
            pieces.append(piece)
        elif judgement.verdict != piece.entry["verdict"] and known.allows(judgement):
            pieces.append(piece)  # The next time it may be as the entry says.
        elif not _can_be_expected(judgement):
            outcome.dropped.append(judgement.clause)
            pieces.append(_Piece([]))
        else:
            pieces.append(_updated(piece, judgement))
            if (before := piece.entry["verdict"]) != judgement.verdict:
                change = f"{judgement.clause}, {before} before, is {judgement.verdict}"
                outcome.changed.append(change)
    for judgement in filter(_is_to_be_expected, found.values()):
        if judgement.clause not in known.verdicts and not known.allows(judgement):
            _insert(pieces, judgement)
            outcome.added.append(judgement.clause)
    entries = [piece.entry for piece in pieces if piece.kind == "expect"]
    outcome.entries = len(entries)
    outcome.unfilled = sum(entry["reason"] == TODO for entry in entries)
    outcome.text = _joined(pieces)
    return outcome


def _can_be_expected(judgement: Judgement) -> bool:
    return judgement.verdict not in (Verdict.PASS, Verdict.UNSUPPORTED)


def _is_to_be_expected(judgement: Judgement) -> bool:
    if not _can_be_expected(judgement):
        return False
    return judgement.level != Level.MAY or judgement.verdict != Verdict.BLOCKED


def _pieces(text: str, path: Path) -> list[_Piece]:
    """Take a file apart, so that its pieces put together are the file.

    Raises:
        BadExpectations: it is not written in tables that stand by themselves.
    """
    lines = text.split("\n")
    heads = [number for number, line in enumerate(lines) if _HEADER.fullmatch(line)]
    pieces: list[_Piece] = []
    end = 0
    for head, following in zip(heads, [*heads, len(lines)][1:], strict=True):
        begin = head
        while begin > end and lines[begin - 1].lstrip().startswith("#"):
            begin -= 1
        if begin == 0 and not lines[0].startswith(_SEEN):
            begin = head  # What the file begins with is about the file.
        pieces.append(_Piece(lines[end:begin]))
        end = following
        while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
            end -= 1
        pieces.append(_Piece(lines[begin:end], *_read(lines[begin:end])))
    pieces.append(_Piece(lines[end:]))
    taken: dict[str, list[dict[str, Any]]] = {}
    for piece in pieces:
        if piece.kind:
            taken.setdefault(piece.kind, []).append(piece.entry)
    if {kind: entries for kind, entries in tomllib.loads(text).items() if entries} != taken:
        raise BadExpectations(
            f"{path} cannot be added to: write each entry as an [[expect]] table of its own."
        )
    return pieces


def _read(lines: list[str]) -> tuple[str, dict[str, Any]]:
    """Return what some lines hold, if that is one table; else nothing."""
    try:
        [(kind, [entry])] = tomllib.loads("\n".join(lines)).items()
    except ValueError:
        return "", {}
    return kind, entry


def _joined(pieces: list[_Piece]) -> str:
    """Put a file together again, without the empty line after each entry that is gone."""
    lines: list[str] = []
    is_gone = False
    for piece in pieces:
        skipped = 1 if is_gone and piece.lines and not piece.lines[0].strip() else 0
        lines += piece.lines[skipped:]
        is_gone = not piece.kind and not piece.lines
    return "\n".join(lines)


def _insert(pieces: list[_Piece], judgement: Judgement) -> None:
    """Add an entry where it belongs in the order of the specification."""
    order = {clause: number for number, clause in enumerate(clauses())}
    ranks = {
        place: order[piece.entry["clause"]]
        for place, piece in enumerate(pieces)
        if piece.kind == "expect"
    }
    rank = order[judgement.clause]
    # Beside an entry for other versions of Python, this one is for this version.
    python = "=={}.{}.*".format(*platform.python_version_tuple()) if rank in ranks.values() else ""
    new, between = _new(judgement, python), _Piece([""])
    before = [place for place in ranks if ranks[place] <= rank]
    if before:
        place = max(before, key=lambda place: (ranks[place], place))
        pieces[place + 1 : place + 1] = [between, new]
    elif ranks:
        place = min(ranks)
        pieces[place:place] = [new, between]
    else:
        while pieces[-1].lines and not pieces[-1].lines[-1].strip():
            pieces[-1].lines.pop()
        if any(piece.lines for piece in pieces):
            pieces.append(between)
        pieces += [new, _Piece([""])]


def _new(judgement: Judgement, python: str) -> _Piece:
    """Return an entry that is not there yet."""
    entry = {"clause": judgement.clause, "verdict": judgement.verdict}
    if python:
        entry["python"] = python
    if judgement.counterexample:
        entry["counterexample"] = judgement.counterexample
    entry["reason"] = _our_reason(judgement)
    return _Piece([*_seen(judgement), *_written("expect", entry)], "expect", entry)


def _updated(piece: _Piece, judgement: Judgement) -> _Piece:
    """Return an entry as it is after its clause was judged, changed only where it has to be."""
    entry = {**piece.entry, "verdict": judgement.verdict}
    if judgement.counterexample:
        entry["counterexample"] = judgement.counterexample
    if entry == piece.entry:
        return piece
    if _OUR_REASON.fullmatch(entry["reason"]):
        entry["reason"] = _our_reason(judgement)
    comments = [line for line in piece.lines if not line.startswith(_SEEN)]
    lines = [*_seen(judgement), *comments]
    for key, value in entry.items():
        if value != piece.entry.get(key):
            lines = _with(lines, key, value)
    if _read(lines) != ("expect", entry):  # It was written in some other way.
        comments = [line for line in comments if line.lstrip().startswith("#")]
        lines = [*_seen(judgement), *comments, *_written("expect", entry)]
    return _Piece(lines, "expect", entry)


def _with(lines: list[str], key: str, value: str) -> list[str]:
    """Return the lines of an entry with another value for `key`, or with that key at the end."""
    line = re.compile(rf"""^(\s*{key}\s*=\s*)("(?:[^"\\]|\\.)*"|'[^']*')""")
    changed = [line.sub(lambda match: match[1] + _quoted(value), each, count=1) for each in lines]
    return changed if changed != lines else [*lines, f"{key} = {_quoted(value)}"]


def _written(kind: str, entry: dict[str, Any]) -> list[str]:
    return [f"[[{kind}]]", *(f"{key} = {_quoted(value)}" for key, value in entry.items())]


def _quoted(text: str | bool) -> str:
    """Return a value as TOML writes it; what a string of it cannot hold is replaced."""
    if isinstance(text, bool):
        return str(text).lower()
    escaped = "".join(
        each
        if each.isprintable()
        else "\ufffd"
        if 0xD800 <= ord(each) < 0xE000
        else f"\\U{ord(each):08X}"
        for each in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'


def _seen(judgement: Judgement) -> Iterator[str]:
    """Say what was seen, in a comment above an entry, to help with its reason."""
    if judgement.verdict != Verdict.BLOCKED:
        text = in_a_line(judgement.detail.strip().partition("\n")[0])
        if len(text) > _SEEN_LENGTH:
            text = f"{text[:_SEEN_LENGTH]} …"
        yield f"{_SEEN}{text}"


def _our_reason(judgement: Judgement) -> str:
    """Return the reason to start with; what blocks a clause is reason enough."""
    return judgement.detail.partition(",")[0] if judgement.verdict == Verdict.BLOCKED else TODO


def _preamble(name: str, path: Path) -> str:
    options = in_a_line(shlex.join([f"--impl={name}", "--strict", "--expect", str(path)]))
    return f"""\
# Known failures: what {in_a_line(name)} does not meet of bluelet's specification {SPEC_VERSION}.
# Each entry is to be given a reason; what was seen stands above it. As long as this is just what
# there is to be found, this succeeds:
#
#     pytest --pyargs bluelet_conformance {options}
"""

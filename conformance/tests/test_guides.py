"""The guides of the documentation: whatever stands in a block of code there is true.

A guide is read with what it includes. Each block of it is one of these, and no other:

- `python`: a program of its own. It runs on the reference, and prints what the `text` block after
  it shows, or nothing. Marked `<!-- serves -->`, it is a server, and the next program its client.
- `console`: commands and what they print, in which `…` stands for anything. They run in a directory
  that has this repository's folders and a port.
- `toml`: what it says can be read. The first of a port's is what registers it.

A comment above a block says of it otherwise, and is all that lets one be left out:
`<!-- stands in FILE -->`, to the letter; `<!-- not run: REASON -->`, of which pytest still has to
understand its own commands.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent

import bluelet_reference
import pytest
from bluelet_spec import clauses
from support import ROOT

DOCS = ROOT / "spec" / "docs"
GUIDES = sorted((DOCS / "guides").glob("*.md"))
PATIENCE = 60
"""Seconds; nothing should take nearly as long."""

FENCE = re.compile(
    r"(?:^ *<!-- (?P<mark>[^\n]*) -->\n)?"
    r"^(?P<margin> *)```(?P<language>[^\n`]*)\n(?P<text>.*?)^(?P=margin)```$",
    re.MULTILINE | re.DOTALL,
)
DIRECTIVES = {"{include}", "{literalinclude}", "{toctree}"}
"""What looks like a block and is none: it brings text from elsewhere, or a list of pages."""

RUN = {"python", "console", "toml"}
"""The languages of the blocks that are run, or read."""

PORT = "4915"
"""Where the guides' server listens; here, any port that is free."""


@dataclass(frozen=True)
class Block:
    """A block of code in a guide."""

    guide: str
    number: int
    language: str
    text: str
    mark: str = ""
    shown: str | None = None
    """Of a program, the output that is shown."""
    server: str | None = None
    """Of a client, the program that it is a client of."""

    def __str__(self) -> str:
        return f"{self.guide}-{self.number}-{self.language or 'nothing'}"


def blocks(guide: Path) -> Iterator[Block]:
    """Yield the blocks of a guide; an output is with its program, and a server with its client."""
    fences = [fence.groupdict() for fence in FENCE.finditer(expanded(guide))]
    server = None
    left = iter(enumerate(fences, start=1))
    for number, fence in left:
        language, mark = fence["language"].strip(), fence["mark"] or ""
        if language.split(" ")[0] in DIRECTIVES:
            continue
        block = Block(guide.stem, number, language, dedent(fence["text"]), mark, server=server)
        server = block.text if mark == "serves" else None
        if language == "python" and not mark:
            following = fences[number] if number < len(fences) else {}
            shows = following.get("language") == "text"
            block = replace(block, shown=dedent(next(left)[1]["text"]) if shows else "")
        yield block


def expanded(page: Path) -> str:
    """Return the text of a page with what it includes."""

    def included(directive: re.Match[str]) -> str:
        options = dict(re.findall(r"^:([\w-]+): *\"?(.*?)\"?$", directive["text"], re.MULTILINE))
        text = expanded((page.parent / directive["file"].strip()).resolve())
        for option, part in (("start-after", 2), ("end-before", 0)):
            if option in options:
                assert options[option] in text, f"{page.name}: no {options[option]!r} to include"
                text = text.partition(options[option])[part]
        return text

    directive = r"^```\{include\}(?P<file>[^\n]*)\n(?P<text>.*?)^```$"
    return re.sub(directive, included, page.read_text(), flags=re.MULTILINE | re.DOTALL)


BLOCKS = [block for guide in GUIDES for block in blocks(guide)]


def of(*languages: str, mark: str = "") -> pytest.MarkDecorator:
    """Return the decorator that runs a test for each such block."""
    chosen = [
        block for block in BLOCKS if block.language in languages and block.mark.startswith(mark)
    ]
    if not mark:
        chosen = [block for block in chosen if not block.mark]
    return pytest.mark.parametrize("block", chosen, ids=str)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory such as the readers of all guides have.

    The port in it is tinybluelet without the line by which `join` knows finished threads.
    """
    for folder in ("conformance", "reference", "spec"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    (tmp_path / "site").mkdir()
    example = ROOT / "conformance" / "ports" / "tinybluelet" / "src" / "tinybluelet"
    shutil.copytree(example, tmp_path / "tinybluelet", ignore=shutil.ignore_patterns("*.pyc"))
    scheduler = tmp_path / "tinybluelet" / "scheduler.py"
    right = "    if loop.find(coro) is None:\n"
    assert right in scheduler.read_text()
    scheduler.write_text(scheduler.read_text().replace(right, "    if False:\n"))
    (tmp_path / "your_package").mkdir()
    module = '"""A port."""\nfrom tinybluelet import *\n__version__ = "1.0"\n'
    (tmp_path / "your_package" / "module.py").write_text(module)
    register(tmp_path)
    return tmp_path


def register(place: Path) -> None:
    """Let Python find the port as installed, registered by what the guide says."""
    toml = next(block for block in BLOCKS if "bluelet.implementations" in block.text)
    points = tomllib.loads(toml.text)["project"]["entry-points"]
    [(name, module)] = points["bluelet.implementations"].items()
    installed = place / "your_port-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: your-port\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(f"[bluelet.implementations]\n{name} = {module}\n")


def environment() -> dict[str, str]:
    """Return a shell's environment in which `python` and `pytest` are those of this process."""
    inherited = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
    path = os.pathsep.join([".", *filter(None, [os.environ.get("PYTHONPATH")])])
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.defpath])
    return {**inherited, "PYTHONPATH": path, "PATH": programs, "COLUMNS": "80"}


def shell(command: str, place: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader does, and return what both streams have said in one."""
    return subprocess.run(
        ["bash", "-c", command],
        cwd=place,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def program(text: str, place: Path, name: str = "program.py") -> list[str]:
    """Write a program and return the command to run it."""
    (place / name).write_text(text)
    return [sys.executable, "-W", "error", name]


# All of them.


def test_there_are_guides_and_nothing_in_them_is_overlooked() -> None:
    for guide in GUIDES:
        text = expanded(guide)
        opened = len(re.findall(r"^ *```", text, re.MULTILINE))
        assert opened == 2 * len(FENCE.findall(text)), guide
    assert {block.guide for block in BLOCKS} == {page.stem for page in GUIDES} - {"index"}


def test_each_block_is_run_or_says_why_not() -> None:
    marks = r"serves|stands in \S+|not run: .+"
    wrong = [
        str(block)
        for block in BLOCKS
        if not (re.fullmatch(marks, block.mark) if block.mark else block.language in RUN)
    ]
    assert wrong == []


def test_each_server_has_a_client() -> None:
    clients = [block for block in BLOCKS if block.server and block.language == "python"]
    assert len([block for block in BLOCKS if block.mark == "serves"]) == len(clients) > 0


def test_clauses_that_are_named_exist() -> None:
    named = {id for page in GUIDES for id in re.findall(r"\{clause\}`([^`]*)`", page.read_text())}
    assert len(named) > 20
    assert named - clauses().keys() == set()


# What is run.


@of("python")
def test_a_program_prints_what_is_shown(block: Block, place: Path) -> None:
    with ExitStack() as stack:
        text, shown = block.text, block.shown
        if block.server is not None:
            port = stack.enter_context(serving(block.server, place))
            text = text.replace(PORT, port)
        done = subprocess.run(
            program(text, place),
            cwd=place,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    printed = done.stdout.replace(f"{place}{os.sep}", "")
    assert (printed, done.stderr, done.returncode) == (shown, "", 0)


@contextmanager
def serving(text: str, place: Path) -> Iterator[str]:
    """Run a server until Ctrl-C, and give its port once it listens.

    Ctrl-C ends it with a traceback, unless the program itself says what is to be done then.
    """
    port = free_port()
    command = program(text.replace(PORT, str(port)), place, "server.py")
    with subprocess.Popen(command, cwd=place, env=environment()) as server:
        try:
            deadline = time.monotonic() + PATIENCE
            while not listens(port):
                assert server.poll() is None, "the server has ended"
                assert time.monotonic() < deadline, "the server does not listen"
            yield str(port)
            assert server.poll() is None, "the server has ended"
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(PATIENCE)
            finally:
                server.kill()
    assert server.returncode == (0 if "KeyboardInterrupt" in text else -signal.SIGINT)


def free_port() -> int:
    """Return a port to listen at, of those that the system gives to nobody who does not ask."""
    while True:
        port = random.randrange(20_000, 30_000)
        with suppress(OSError), socket.create_server(("", port)):
            return port


def listens(port: int) -> bool:
    """Return whether somebody listens; look again no sooner than after a moment."""
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionRefusedError:
        time.sleep(0.02)
        return False
    return True


@of("console")
def test_commands_print_what_is_shown(block: Block, place: Path) -> None:
    first, *sessions = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert first == ""
    assert sessions
    for session in sessions:
        command, _, shown = session.partition("\n")
        printed = shell(command, place).stdout
        assert re.fullmatch(pattern(shown), plain(printed)), f"$ {command}\n{printed}"


def pattern(shown: str) -> str:
    """Return the regular expression of what is shown: a line of `…` is any lines, or none."""
    return "".join(
        "(?:.*\n)*?" if line == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n"
        for line in plain(shown).splitlines()
    )


def plain(text: str) -> str:
    """Return a text without the spaces that end its lines, which nobody sees."""
    return re.sub(r" +$", "", text, flags=re.MULTILINE)


@of("toml")
def test_settings_can_be_read(block: Block) -> None:
    assert tomllib.loads(block.text)


# What is not.


@of("sh", "console", mark="not run: ")
def test_of_what_is_not_run_pytest_understands_its_own(block: Block, place: Path) -> None:
    joined = block.text.replace("\\\n", " ")
    for command in re.findall(r"^(?:\$ )?(?:\S+/)?(pytest .*)", joined, re.MULTILINE):
        (place / "known-failures.toml").touch()
        done = shell(command.partition(" #")[0] + " --collect-only -q", place)
        assert done.returncode == 0, f"$ {command}\n{done.stdout}"


@of("python", mark="stands in ")
def test_what_stands_elsewhere_is_the_same_there(block: Block) -> None:
    file = ROOT / block.mark.removeprefix("stands in ")
    assert block.text in file.read_text()


# The API.


def test_each_name_of_the_reference_is_on_its_page_once() -> None:
    page = (DOCS / "api.md").read_text()
    documented = re.findall(r"^\.\. auto\w+:: (?:bluelet_reference\.)?(\w+)$", page, re.MULTILINE)
    assert sorted(documented) == sorted(bluelet_reference.__all__)

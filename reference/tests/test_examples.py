"""The examples, each run for real in a process of its own, on the reference and on bluelet 0.2.0.

Everything waits for a condition: a line that is printed, an answer that comes, a process that ends.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SERVERS = ["echo_plain", "echo_callbacks", "echo_bluelet", "httpd"]
WITH_IMPL = ["echo_bluelet", "httpd", "crawler", "delegation", "sleepy", "channel"]
PROGRAMS = sorted({*SERVERS, *WITH_IMPL, "echo_client"})
PATIENCE = 20
"""Seconds; nothing should take nearly as long."""

Address = tuple[str, int]


@pytest.fixture(params=["bluelet_reference", "bluelet"])
def impl(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    pytest.importorskip(name)
    return name


def command(name: str, *arguments: str) -> list[str]:
    return [sys.executable, str(EXAMPLES / f"{name}.py"), *arguments]


def run(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(name, *arguments), capture_output=True, text=True, timeout=PATIENCE, check=False
    )


@contextmanager
def running(name: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start an example; whatever becomes of it, it and what it has started end with the block."""
    process = subprocess.Popen(
        command(name, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def first_line(process: subprocess.Popen[str]) -> str:
    """Wait for the first line that the process prints."""
    assert process.stdout is not None
    assert process.stderr is not None
    assert select.select([process.stdout], [], [], PATIENCE)[0], "nothing is printed"
    line = process.stdout.readline()
    assert line, process.stderr.read()
    return line


def address(process: subprocess.Popen[str]) -> Address:
    """Wait until a server says where it listens."""
    line = first_line(process)
    match = re.fullmatch(r"listening on (?:http://)?([\d.]+):(\d+)/?\n", line)
    assert match is not None, line
    return match[1], int(match[2])


def interrupt(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Press Ctrl-C, as a terminal does; return the status and what is printed as an error."""
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, errors


def receive(sock: socket.socket, size: int = sys.maxsize) -> bytes:
    """Receive so many bytes, or all until the end of the stream."""
    received = bytearray()
    while len(received) < size and (data := sock.recv(min(size - len(received), 1 << 20))):
        received += data
    return bytes(received)


# All of them.


@pytest.mark.parametrize("name", PROGRAMS)
def test_help_says_what_the_example_shows(name: str) -> None:
    source = (EXAMPLES / f"{name}.py").read_text()
    documentation = source.split('"""')[1]

    done = run(name, "--help")

    assert done.returncode == 0
    assert done.stdout.startswith(f"usage: {name}.py")
    assert documentation.strip() in done.stdout
    assert ("--impl NAME" in done.stdout) == (name in WITH_IMPL)


@pytest.mark.parametrize("name", WITH_IMPL)
def test_impl_that_does_not_exist_is_a_usage_error(name: str) -> None:
    done = run(name, "--impl", "no_such_module")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "cannot import 'no_such_module'" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("other", ["json", "asyncio", "", ".x"])
def test_impl_that_is_no_bluelet_is_a_usage_error(other: str) -> None:
    done = run("sleepy", "--impl", other)

    assert done.returncode == 2
    assert "argument --impl" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", SERVERS)
def test_server_that_cannot_listen_says_so(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(name, "--port", str(port))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"cannot listen on 127.0.0.1:{port}: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", [*SERVERS, "echo_client"])
@pytest.mark.parametrize("host", ["a..b", "x" * 70])
def test_host_that_cannot_be_is_no_traceback(name: str, host: str) -> None:
    done = run(name, "--host", host)

    assert done.returncode == 1
    assert done.stdout == ""
    assert re.match(rf"cannot (listen on|talk to) {re.escape(host)}:\d+: ", done.stderr)
    assert len(done.stderr.splitlines()) == 1


def test_bluelet_that_cannot_listen_where_others_can_says_so() -> None:
    """On bluelet 0.2.0, which knows nothing of IPv6."""
    pytest.importorskip("bluelet")
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("needs IPv6")
    done = run("httpd", "--host", "::1", "--port", "0", "--impl", "bluelet")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("cannot listen on ::1:")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", SERVERS)
def test_server_for_any_address_tells_one_that_works(name: str) -> None:
    with running(name, "--host", "", "--port", "0") as process:
        host, port = address(process)
        assert host == "0.0.0.0"
        socket.create_connection((host, port), PATIENCE).close()


@pytest.mark.parametrize(
    ("name", "option", "number"),
    [
        ("channel", "--numbers", "0"),
        ("channel", "--numbers", "-1"),
        ("crawler", "--requests", "0"),
        ("crawler", "--requests", "501"),
        ("crawler", "--latency", "nan"),
        ("echo_client", "--connections", "1"),
        ("echo_client", "--connections", "1100"),
        ("echo_client", "--patience", "0"),
        ("echo_client", "--port", "65536"),
        ("sleepy", "--unit", "-1"),
    ],
)
def test_number_out_of_range_is_a_usage_error(name: str, option: str, number: str) -> None:
    done = run(name, option, number)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1].startswith(f"{name}.py: error: argument {option}: ")


# Echo.


@pytest.fixture(params=["echo_plain", "echo_callbacks", "bluelet_reference", "bluelet"])
def echo(request: pytest.FixtureRequest) -> list[str]:
    """Name an echo server, and its options."""
    name: str = request.param
    if name.startswith("echo"):
        return [name, "--port", "0"]
    pytest.importorskip(name)
    return ["echo_bluelet", "--port", "0", "--impl", name]


def test_echo_sends_everything_back_and_ends_quietly(echo: list[str]) -> None:
    payload = os.urandom(300_000)
    with running(*echo) as process:
        where = address(process)
        with socket.create_connection(where, PATIENCE) as sock:

            def send() -> None:
                sock.sendall(payload)
                sock.shutdown(socket.SHUT_WR)

            sender = threading.Thread(target=send)
            sender.start()
            echoed = receive(sock)
            sender.join()
        status, errors = interrupt(process)

    assert echoed == payload
    assert (status, errors) == (0, "")


def test_echo_survives_a_peer_that_resets(echo: list[str]) -> None:
    with running(*echo) as process:
        where = address(process)
        rude = socket.create_connection(where, PATIENCE)
        rude.sendall(b"x")
        receive(rude, 1)
        rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        rude.close()
        with socket.create_connection(where, PATIENCE) as sock:
            sock.sendall(b"hello")
            assert receive(sock, 5) == b"hello"


def test_echo_client_shows_who_has_to_wait(echo: list[str]) -> None:
    with running(*echo) as process:
        _, port = address(process)
        done = run("echo_client", "--port", str(port), "--patience", "0.2")

    lines = done.stdout.splitlines()
    if echo[0] == "echo_plain":
        assert lines[1] == "answered: 1; waiting for 0.2 s: 2, 3"
        assert lines[-1] == "The server leaves some waiting while others are connected."
    else:
        assert lines[1] == "answered: 1, 2, 3"
        assert lines[-1] == "The server serves all at once."
    assert (done.returncode, done.stderr) == (0, "")


def test_echo_client_without_a_server_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    done = run("echo_client", "--port", str(port))

    assert done.returncode == 1
    assert done.stderr.startswith(f"cannot talk to 127.0.0.1:{port}: ")


@pytest.mark.parametrize("name", ["echo_callbacks", "echo_bluelet"])
def test_reader_that_does_not_read_holds_up_nobody(name: str) -> None:
    """Not on bluelet 0.2.0, which one such reader freezes."""
    with running(name, "--port", "0") as process, ExitStack() as stack:
        where = address(process)
        stalled = stack.enter_context(socket.create_connection(where, PATIENCE))
        stalled.setblocking(False)
        stuck = False
        while not stuck:  # Until nothing more fits anywhere: the echo has nowhere to go.
            try:
                stalled.send(bytes(65_536))
            except BlockingIOError:
                stuck = not select.select([], [stalled], [], 0.2)[1]
        other = stack.enter_context(socket.create_connection(where, PATIENCE))
        other.sendall(b"hello")
        assert receive(other, 5) == b"hello"


# The web server.


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a directory to serve, and beside it what nobody may see."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("SECRET")
    (outside / "www-of-others").mkdir()
    (outside / "www-of-others" / "secret.txt").write_text("SECRET")
    root = outside / "www"
    root.mkdir()
    (root / "index.html").write_text("<p>the front page</p>")
    (root / "plain.txt").write_text("plain")
    (root / "picture.png").write_bytes(b"\x89PNG")
    (root / "archive.tar.gz").write_bytes(b"\x1f\x8b")
    (root / "unheard-of").write_bytes(b"?")
    (root / "empty.txt").touch()
    (root / "a file & more, 100%.txt").write_text("odd name")
    (root / "listed").mkdir()
    (root / "listed" / "<b> & ü:.txt").write_text("found")
    (root / "listed" / "deeper").mkdir()
    (root / "inner-link.txt").symlink_to("plain.txt")
    (root / "outer-link.txt").symlink_to(outside / "secret.txt")
    (root / "outer-directory").symlink_to(outside)
    (root / "with-outer-index").mkdir()
    (root / "with-outer-index" / "index.html").symlink_to(outside / "secret.txt")
    (root / "loop").symlink_to("loop")
    os.mkfifo(root / "pipe")
    with (root / "large.bin").open("wb") as file:
        for _ in range(20):
            file.write(os.urandom(1_000_000))
    return root


@pytest.fixture(scope="module", params=["bluelet_reference", "bluelet"])
def httpd(request: pytest.FixtureRequest, site: Path) -> Iterator[Address]:
    name: str = request.param
    pytest.importorskip(name)
    with running("httpd", str(site), "--port", "0", "--impl", name) as process:
        yield address(process)
        assert interrupt(process) == (0, "")


class Got:
    """An answer."""

    def __init__(self, where: Address, method: str, target: str) -> None:
        connection = http.client.HTTPConnection(*where, timeout=PATIENCE)
        connection.putrequest(method, target)
        connection.endheaders()
        response = connection.getresponse()
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        connection.close()


def exchange(where: Address, request: bytes) -> bytes:
    """Send `request` and no more; return all that is answered until the connection is closed."""
    with socket.create_connection(where, PATIENCE) as sock:
        sock.sendall(request)
        return receive(sock)


@pytest.mark.parametrize(
    ("target", "kind", "body"),
    [
        ("/", "text/html", b"<p>the front page</p>"),
        ("/index.html?query", "text/html", b"<p>the front page</p>"),
        ("/plain.txt", "text/plain; charset=utf-8", b"plain"),
        ("/listed/../plain%2Etxt", "text/plain; charset=utf-8", b"plain"),
        ("/inner-link.txt", "text/plain; charset=utf-8", b"plain"),
        ("http://example.org/plain.txt", "text/plain; charset=utf-8", b"plain"),
        ("http://example.org", "text/html", b"<p>the front page</p>"),
        ("/picture.png", "image/png", b"\x89PNG"),
        ("/archive.tar.gz", "application/octet-stream", b"\x1f\x8b"),
        ("/unheard-of", "application/octet-stream", b"?"),
        ("/empty.txt", "text/plain; charset=utf-8", b""),
        ("/a%20file%20&%20more,%20100%25.txt", "text/plain; charset=utf-8", b"odd name"),
    ],
)
def test_httpd_serves_files(httpd: Address, target: str, kind: str, body: bytes) -> None:
    for method in "GET", "HEAD":
        got = Got(httpd, method, target)
        assert got.status == 200
        assert got.headers["Content-Type"] == kind
        assert got.headers["Content-Length"] == str(len(body))
        assert got.body == (body if method == "GET" else b"")


def test_httpd_lists_a_directory(httpd: Address) -> None:
    got = Got(httpd, "GET", "/listed/")
    page = got.body.decode()
    links = re.findall(r'href="\./([^"]+)"', page)

    assert got.status == 200
    assert got.headers["Content-Type"] == "text/html; charset=utf-8"
    assert links == ["%3Cb%3E%20%26%20%C3%BC%3A.txt", "deeper/"]
    assert "&lt;b&gt; &amp; ü:.txt" in page
    assert "<b>" not in page
    assert Got(httpd, "GET", f"/listed/{links[0]}").body == b"found"
    assert Got(httpd, "GET", f"/listed/{links[1]}").status == 200


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/listed", "/listed/"),
        ("/listed?a=b", "/listed/?a=b"),
        ("//listed/deeper", "/listed/deeper/"),
        ("/listed%2Fdeeper", "/listed/deeper/"),
    ],
)
def test_httpd_redirects_to_a_directory(httpd: Address, target: str, location: str) -> None:
    got = Got(httpd, "GET", target)
    assert (got.status, got.headers["Location"]) == (301, location)


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/%2e%2e%2fwww-of-others/secret.txt",
        "/listed/../../secret.txt",
        "/listed/%2e%2e/%2e%2e/secret.txt",
        "//../secret.txt",
        "http://example.org/../secret.txt",
        "/outer-link.txt",
        "/outer-directory/secret.txt",
        "/outer-directory/www/plain.txt/../../secret.txt",
        "/..",
        "/../",
        "/../../../../../../../../etc/passwd",
        "/%252e%252e/secret.txt",
        "/..%5csecret.txt",
    ],
)
def test_httpd_lets_nobody_out(httpd: Address, target: str) -> None:
    got = Got(httpd, "GET", target)
    assert got.status == 404
    assert b"SECRET" not in got.body


@pytest.mark.parametrize(
    "target", ["/missing", "/plain.txt/", "/plain.txt/x", "/loop", "/pipe", "/" + "x" * 5000]
)
def test_httpd_does_not_find(httpd: Address, target: str) -> None:
    got = Got(httpd, "GET", target)
    assert got.status == 404
    assert got.headers["Content-Length"] == str(len(got.body))
    assert Got(httpd, "HEAD", target).body == b""


def test_httpd_lists_where_the_index_leads_out(httpd: Address) -> None:
    got = Got(httpd, "GET", "/with-outer-index/")
    assert got.status == 200
    assert b"SECRET" not in got.body


HOST = b"Host: h\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET /\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET plain.txt HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /%00 HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),  # without Host
        (b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: [::1]:8088\r\n\r\n", 200),
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 200),
        (b"GET /%zz HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /100% HTTP/1.1\r\n" + HOST + b"\r\n", 400),
        (b"GET /?100% HTTP/1.1\r\n" + HOST + b"\r\n", 200),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n\r\n", 200),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: " + b"9" * 9000 + b"\r\n\r\n", 200),
        (b"GET / HTTP/1.1\r\n" + HOST + b"no colon\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Space : x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Nul: \0\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00 what TLS begins with\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\n" + HOST + b"\r\n", 505),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\n\r\nbody", 405),
        (b"DELETE /plain.txt HTTP/1.0\r\n\r\n", 405),
        (b"OPTIONS * HTTP/1.0\r\n\r\n", 405),
        (b"BREW / HTTP/1.0\r\n\r\n", 501),
        (b"get / HTTP/1.0\r\n\r\n", 501),
        (b"GET /" + b"x" * 100_000, 431),
        (b"GET / HTTP/1.1\r\nLong: " + b"x" * 100_000, 431),
        (b"GET / HTTP/1.1\r\n" + b"Many: x\r\n" * 10_000 + b"\r\n", 431),
        (b"GET / HTTP/1.0\n\n", 200),  # lines may end so, too
    ],
)
def test_httpd_judges_requests(httpd: Address, request_: bytes, status: int) -> None:
    with socket.create_connection(httpd, PATIENCE) as sock:
        sock.sendall(request_)
        sock.shutdown(socket.SHUT_WR)
        head, _, body = receive(sock).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 %d " % status), head
    assert b"\r\nContent-Length: %d\r\n" % len(body) in head
    assert (b"\r\nAllow: GET, HEAD\r\n" in head) == (status == 405)


@pytest.mark.parametrize(
    "request_",
    [
        b"HEAD /missing HTTP/1.0\r\n\r\n",
        b"HEAD / HTTP/1.1\r\n\r\n",
        b"HEAD / HTTP/2.0\r\n\r\n",
        b"HEAD /a b HTTP/1.0\r\n\r\n",
        b"HEAD / HTTP/1.0\r\nLong: " + b"x" * 100_000,
    ],
)
def test_httpd_answers_head_without_a_body_whatever_is_wrong(
    httpd: Address, request_: bytes
) -> None:
    with socket.create_connection(httpd, PATIENCE) as sock:
        sock.sendall(request_)
        sock.shutdown(socket.SHUT_WR)
        head, _, body = receive(sock).partition(b"\r\n\r\n")

    assert re.match(rb"HTTP/1\.1 [45]\d\d ", head)
    assert body == b""


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs prlimit")
def test_httpd_out_of_descriptors_does_not_deny_that_there_is_a_file(site: Path) -> None:
    request_ = b"GET /plain.txt HTTP/1.1\r\n" + HOST + b"\r\n"
    with running("httpd", str(site), "--port", "0") as process:
        where = address(process)
        with socket.create_connection(where, PATIENCE) as sock:
            sock.sendall(request_)
            assert receive(sock, 15) == b"HTTP/1.1 200 OK"
            _, hard = resource.prlimit(process.pid, resource.RLIMIT_NOFILE)
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (3, hard))
            sock.sendall(request_.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            assert b"HTTP/1.1 503 " in receive(sock)


def test_httpd_keeps_a_connection_open(httpd: Address) -> None:
    connection = http.client.HTTPConnection(*httpd, timeout=PATIENCE)
    sockets = set()
    for target, status in ("/plain.txt", 200), ("/missing", 404), ("/", 200):
        connection.request("GET", target)
        sockets.add(connection.sock)
        response = connection.getresponse()
        response.read()
        assert response.status == status
    connection.close()

    assert len(sockets) == 1


@pytest.mark.parametrize(
    ("request_", "answers"),
    [
        (b"GET /plain.txt HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n", 1),
        (b"GET /plain.txt HTTP/1.1\r\n" + HOST + b"Connection: x, Close\r\n\r\n", 1),
        (b"GET /plain.txt HTTP/1.0\r\n\r\n", 1),
        (b"GET /plain.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 2),
        (b"GET /plain.txt HTTP/1.1\r\n" + HOST + b"\r\n", 2),
        (b"HEAD /plain.txt HTTP/1.1\r\n" + HOST + b"\r\n", 2),
    ],
)
def test_httpd_closes_when_it_should(httpd: Address, request_: bytes, answers: int) -> None:
    """Two requests are sent at once, and the second, if it is answered, asks for the end."""
    last = b"GET /empty.txt HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    answered = exchange(httpd, request_ + last)
    assert answered.count(b"HTTP/1.1 200 OK\r\n") == answers
    assert answered.count(b"\r\nConnection: close\r\n") == 1


def test_httpd_answers_a_request_that_comes_byte_by_byte(httpd: Address) -> None:
    with socket.create_connection(httpd, PATIENCE) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in b"\r\nGET /plain.txt HTTP/1.0\r\nUser-Agent: slow\r\n\r\n":
            sock.sendall(bytes([byte]))
        assert receive(sock).endswith(b"\r\n\r\nplain")


def test_httpd_lets_an_answer_be_read_before_a_large_body_has_been_sent(httpd: Address) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 500000\r\n\r\n"
    answered = exchange(httpd, head + bytes(500_000))
    assert answered.startswith(b"HTTP/1.1 405 ")


@contextmanager
def slow_clients(where: Address, number: int, also_not_reading: bool) -> Iterator[None]:
    """Hang on: without a word, in the middle of a request, and perhaps without reading."""
    with ExitStack() as stack:
        for index in range(number):
            sock = stack.enter_context(socket.socket())
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.settimeout(PATIENCE)
            sock.connect(where)
            if index % 3 == 1:
                sock.sendall(b"GET /large.bin HTTP/1.1\r\nHo")
            if index % 3 == 2 and also_not_reading:
                sock.sendall(b"GET /large.bin HTTP/1.1\r\n" + HOST + b"\r\n")
                assert receive(sock, 100).startswith(b"HTTP/1.1 200 OK")
        yield


def test_httpd_sends_a_large_file_while_slow_clients_hang_on(site: Path, httpd: Address) -> None:
    large = (site / "large.bin").read_bytes()
    with slow_clients(httpd, 30, also_not_reading=False):
        got = Got(httpd, "GET", "/large.bin")
    assert got.headers["Content-Length"] == str(len(large))
    assert hashlib.sha256(got.body).digest() == hashlib.sha256(large).digest()


def test_httpd_is_not_held_up_by_clients_that_do_not_read(site: Path) -> None:
    """Not on bluelet 0.2.0, which one of them freezes."""
    large = (site / "large.bin").read_bytes()
    with running("httpd", str(site), "--port", "0") as process:
        where = address(process)
        with slow_clients(where, 30, also_not_reading=True):
            got = Got(where, "GET", "/large.bin")
            peak = peak_memory(process.pid)
            assert interrupt(process) == (0, "")
    assert hashlib.sha256(got.body).digest() == hashlib.sha256(large).digest()
    assert peak is None or peak < 60_000_000  # Of 10 files of 20 MB, it holds no more than pieces.


def peak_memory(pid: int) -> int | None:
    """Return how many bytes of memory a process had at most, where the system says."""
    status = Path(f"/proc/{pid}/status")
    match = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(match[1]) * 1024 if match else None


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_httpd_as_curl_sees_it(site: Path, httpd: Address, tmp_path: Path) -> None:
    def curl(*arguments: str) -> str:
        done = subprocess.run(
            ["curl", "--silent", "--show-error", "--noproxy", "*", "--path-as-is", *arguments],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        return done.stdout

    url = "http://{}:{}".format(*httpd)
    curl(f"{url}/large.bin", "-o", str(tmp_path / "large.bin"))
    assert (tmp_path / "large.bin").read_bytes() == (site / "large.bin").read_bytes()
    head = curl("--head", f"{url}/plain.txt")
    assert head.startswith("HTTP/1.1 200 OK\n")
    assert "Content-Length: 5\n" in head
    form = "%{http_code} %{num_connects}\n"
    two = curl(
        f"{url}/plain.txt", f"{url}/missing", "-o", "/dev/null", "-o", "/dev/null", "-w", form
    )
    assert two.splitlines() == ["200 1", "404 0"]
    assert curl("-L", f"{url}/listed").startswith("<!DOCTYPE html>")
    assert "404" in curl(f"{url}/../secret.txt")


# The others.


def times(output: str) -> dict[str, float]:
    lines = re.findall(r"^(\w+): (\d+\.\d\d) seconds$", output, re.MULTILINE)
    return {name: float(seconds) for name, seconds in lines}


def test_crawler_prints_a_table_of_times(impl: str) -> None:
    done = run("crawler", "--impl", impl, "--requests", "8", "--latency", "0.1")

    assert (done.returncode, done.stderr) == (0, "")
    table = times(done.stdout)
    assert list(table) == ["sequential", "threading", "multiprocessing", "bluelet"]
    assert table["sequential"] >= 0.8
    assert 0.1 <= table["bluelet"] < table["sequential"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("crawler", ["--latency", "600"]),
        ("sleepy", ["--unit", "600"]),
        ("channel", ["--numbers", "999999"]),
    ],
)
def test_ctrl_c_leaves_no_traceback(impl: str, name: str, arguments: list[str]) -> None:
    with running(name, "--impl", impl, *arguments) as process:
        first_line(process)
        status, errors = interrupt(process)
    assert (status, errors) == (130, "")


def test_delegation(impl: str) -> None:
    done = run("delegation", "--impl", impl)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "double(21) gives 42",
        "double of that, called by yielding it, gives 84",
        "total([1, [2, 3, [4]], [[[5]]]]) gives 15",
        "total([1, [2, 'three']]) raises 'three' is no number",
    ]


def test_sleepy(impl: str) -> None:
    done = run("sleepy", "--impl", impl, "--unit", "0.1")

    assert (done.returncode, done.stderr) == (0, "")
    said = [line.split("s  ", 1) for line in done.stdout.splitlines()]
    assert [what for _, what in said if not what.startswith("sleeper")] == [
        "root: spawns three sleepers",
        "root: joins the longest",
        "root: goes on",
        "all is over",
    ]
    awake = [what for _, what in said if what.endswith("awake")]
    assert awake == [f"sleeper {units}: awake" for units in (1, 2, 3)]
    assert 0.3 <= float(said[-1][0]) < 0.6  # as long as the longest, and not as the sum


def test_channel(impl: str) -> None:
    done = run("channel", "--impl", impl, "--numbers", "3")

    assert (done.returncode, done.stderr) == (0, "")
    *squares, ticks = done.stdout.splitlines()
    assert squares == [
        f"the square of {number} is {number**2}, says the other process" for number in (1, 2, 3)
    ]
    match = re.fullmatch(r"meanwhile, another thread of this process ticked (\d+) times", ticks)
    assert match is not None
    assert int(match[1]) >= 2

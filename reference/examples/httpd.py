"""A web server for the files in a directory, in one thread: each connection is a coroutine.

It speaks HTTP/1.1: GET and HEAD, connections that stay open for more requests, and an index.html
or a listing for a directory. Nothing outside the directory is served. Files go out in pieces, so
that a big one takes little memory, and a slow reader holds up nobody else.
"""

from __future__ import annotations

import errno
import html
import io
import mimetypes
import os
import re
import socket
from contextlib import suppress
from email.utils import formatdate
from http import HTTPMethod, HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, unquote_to_bytes

import common

CHUNK = 65_536  # bytes of a file in memory, for each connection
HEAD = 16_384  # bytes that a request line and its headers may have together
DRAIN = 1_048_576  # bytes of an unwanted body that are received so that the answer is read

BLANK_LINE = re.compile(rb"\r?\n\r?\n")
REQUEST_LINE = re.compile(rb"([\w!#$%&'*+.^`|~-]+) ([^\0-\x20\x7f]+) HTTP/(\d)\.(\d)")
HEADER = re.compile(rb"([\w!#$%&'*+.^`|~-]+):([^\0-\x08\x0a-\x1f\x7f]*)")
NUMBER = re.compile(rb"\d+")
NAME = re.compile(rb"(\[[\da-f.:]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?")  # of a host, and its port
BROKEN_ESCAPE = re.compile(rb"%(?![\dA-Fa-f]{2})")
ORIGIN = re.compile(rb"https?://[^/?]+/?", re.IGNORECASE)


class Answer(Exception):
    """A status, headers and a body; raised where there is no use in going on."""

    def __init__(self, status: HTTPStatus, content: str = "", **headers: object) -> None:
        data = (content or f"{status.value} {status.phrase}\n").encode(errors="replace")
        self.status = status
        self.headers: dict[str, Any] = {"Content_Type": "text/plain", "Content_Length": len(data)}
        self.headers |= headers
        self.body: BinaryIO = io.BytesIO(data)

    def head(self) -> bytes:
        """Return all that comes before the body."""
        lines = [f"HTTP/1.1 {self.status.value} {self.status.phrase}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, f"Date: {formatdate(usegmt=True)}", "", ""]).encode("latin-1")


def parse(head: bytes) -> tuple[bytes, bytes, bool]:
    """Return method and target of a request, and whether its connection is to stay open."""
    if len(head) > HEAD:
        raise Answer(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    first, *rest = re.split(rb"\r?\n", head)
    request, lines = REQUEST_LINE.fullmatch(first), [HEADER.fullmatch(line) for line in rest]
    if request is None or None in lines:
        raise Answer(HTTPStatus.BAD_REQUEST)
    if request[3] != b"1":
        raise Answer(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
    headers: dict[bytes, list[bytes]] = {}
    for line in filter(None, lines):
        headers.setdefault(line[1].lower(), []).append(line[2].strip().lower())
    is_old = request[4] == b"0"
    hosts, sizes = headers.get(b"host", [b""] if is_old else []), headers.get(b"content-length", [])
    if len(hosts) != 1 or not NAME.fullmatch(hosts[0]):
        raise Answer(HTTPStatus.BAD_REQUEST)
    if len(sizes) > 1 or not all(map(NUMBER.fullmatch, sizes)):
        raise Answer(HTTPStatus.BAD_REQUEST)
    wishes = re.split(rb"[\s,]+", b",".join(headers.get(b"connection", [])))
    has_body = b"transfer-encoding" in headers or any(size.strip(b"0") for size in sizes)
    stays = b"close" not in wishes and (b"keep-alive" in wishes or not is_old) and not has_body
    return request[1], request[2], stays


def find(root: Path, method: bytes, target: bytes) -> Answer:
    """Return the file or the directory that is asked for."""
    if method.decode() not in HTTPMethod.__members__:
        raise Answer(HTTPStatus.NOT_IMPLEMENTED)
    if method not in (b"GET", b"HEAD"):
        raise Answer(HTTPStatus.METHOD_NOT_ALLOWED, Allow="GET, HEAD")
    raw, mark, query = ORIGIN.sub(b"/", target, count=1).partition(b"?")
    path = os.fsdecode(unquote_to_bytes(raw))
    if not path.startswith("/") or "\0" in path or BROKEN_ESCAPE.search(raw):
        raise Answer(HTTPStatus.BAD_REQUEST)
    place = inside(root, path)
    if place.is_dir():
        if not path.endswith("/"):
            there = f"/{quote(os.fsencode(path.strip('/')))}/{(mark + query).decode('latin-1')}"
            raise Answer(HTTPStatus.MOVED_PERMANENTLY, Location=there)
        try:
            return file(inside(root, path + "index.html"))
        except FileNotFoundError:
            return listing(place, path)
    if path.endswith("/"):
        raise FileNotFoundError
    return file(place)


def inside(root: Path, path: str) -> Path:
    """Return the place that is meant, wherever links lead, if it is inside of `root`."""
    place = Path(os.path.realpath(root / path.lstrip("/")))
    if not place.is_relative_to(root):
        raise FileNotFoundError
    return place


def file(place: Path) -> Answer:
    """Return an answer that is a file."""
    if not place.is_file():  # To open a pipe would block.
        raise FileNotFoundError
    kind, encoding = mimetypes.guess_type(str(place))
    if kind is None or encoding is not None:
        kind = "application/octet-stream"
    if kind == "text/plain":
        kind += "; charset=utf-8"  # Browsers would take it for Latin-1.
    body = place.open("rb")
    size = os.fstat(body.fileno()).st_size
    answer = Answer(HTTPStatus.OK, Content_Type=kind, Content_Length=size)
    answer.body = body
    return answer


def listing(place: Path, path: str) -> Answer:
    """Return a page with links to all that a directory has."""
    title = html.escape(f"Index of {path}")
    page = f"<!DOCTYPE html>\n<title>{title}</title>\n<h1>{title}</h1>\n<ul>\n"
    for name in sorted(entry.name + "/" * os.path.isdir(entry) for entry in os.scandir(place)):
        page += f'<li><a href="./{quote(os.fsencode(name))}">{html.escape(name)}</a></li>\n'
    return Answer(HTTPStatus.OK, page + "</ul>\n", Content_Type="text/html; charset=utf-8")


def failure(error: OSError) -> HTTPStatus:
    """Return the status that says why there is no file or directory."""
    if isinstance(error, PermissionError):
        return HTTPStatus.FORBIDDEN
    missing = isinstance(error, FileNotFoundError | NotADirectoryError)
    if missing or error.errno in (errno.ELOOP, errno.ENAMETOOLONG):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.SERVICE_UNAVAILABLE  # It may be there: no descriptor is free, for example.


def respond(root: Path, head: bytes) -> tuple[Answer, bool]:
    """Return the answer to a request, and whether the connection is to stay open."""
    stays = False
    try:
        method, target, stays = parse(head)
        answer = find(root, method, target)
    except Answer as early:
        answer = early
    except OSError as error:
        answer = Answer(failure(error))
    answer.headers["Connection"] = "keep-alive" if stays else "close"
    return answer, stays


def serve(bluelet: Any, root: Path, host: str, port: int) -> None:
    """Serve the files in `root` until Ctrl-C."""

    def read_head(conn: Any, received: bytearray) -> common.Coroutine:
        """Take the next request's head from what is received; None if there is no more."""
        while True:
            del received[: len(received) - len(received.lstrip(b"\r\n"))]
            blank = BLANK_LINE.search(received)
            if blank is not None or len(received) > HEAD:
                break
            data = yield conn.recv(HEAD)
            if not data:
                yield bluelet.end(None)
            received += data
        size, end = blank.span() if blank else (len(received), len(received))
        head = bytes(received[:size])
        del received[:end]
        yield bluelet.end(head)

    def handler(conn: Any) -> common.Coroutine:
        conn.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        received = bytearray()
        stays = True
        while stays:
            head = yield read_head(conn, received)
            if head is None:
                return
            answer, stays = respond(root, head)
            left = 0 if head.startswith(b"HEAD ") else answer.headers["Content_Length"]
            with answer.body as body:
                yield conn.sendall(answer.head())
                while left and (chunk := body.read(min(left, CHUNK))):
                    yield conn.sendall(chunk)
                    left -= len(chunk)
            stays = stays and not left  # The file may have become shorter meanwhile.
        # A connection that is closed with bytes unread is reset, and the answer may be lost.
        with suppress(OSError):
            conn.sock.shutdown(socket.SHUT_WR)
        drained = len(received)
        while drained < DRAIN and (data := (yield conn.recv(CHUNK))):
            drained += len(data)

    common.serve(bluelet, host, port, handler, "http://{}/")


def main() -> None:
    """Read the command line, and serve."""
    options = common.parser(__doc__)
    options.add_argument("directory", nargs="?", type=Path, default=".", help="(default: this one)")
    common.add_address(options, 8088)
    common.add_impl(options)
    arguments = options.parse_args()
    if not arguments.directory.is_dir():
        options.error(f"{arguments.directory} is not a directory")
    serve(arguments.impl, arguments.directory.resolve(), arguments.host, arguments.port)


if __name__ == "__main__":
    common.start(main)

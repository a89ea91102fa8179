"""Where each HTTP/1.1 request in a connection's bytes begins and ends (RFC 9112). Reads of a head only what tells that.

Whatever two readers could understand differently is refused: two lengths, a length beside chunks, lines that go on,
bare line ends. What is passed on is read by aiohttp, which is as strict about everything else. Does no I/O.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from yarl import URL

from gateway.server.http.rejection import Refused

# A URL up to this size still reaches the application, which refuses it in a friendlier way.
MAX_REQUEST_LINE = 64 * 1024
MAX_HEADER = 8190
# Bytes of a request before its body: a line as long as may be, and its headers.
MAX_HEAD = MAX_REQUEST_LINE + 32 * 1024
HEAD_END = b"\r\n\r\n"
LINE_END = b"\r\n"
# Characters of a host in a URL. aiohttp decodes each (`xn--`), in time that grows with the square of its length.
MAX_HOST = 255
# Bytes of the line before a chunk, or of a trailer.
MAX_CHUNK_LINE = 64 * 1024
# Digits of a length or of a chunk's size. More only serve to wear out a reader.
MAX_DIGITS = 15

# Some clients send an empty line or two behind a body.
_EMPTY_LINES = re.compile(rb"(?:\r\n){0,4}+")
_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
_BEGINNING = re.compile(_TOKEN + rb"{1,64}+(?: |\Z)")
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb"{1,64}) ([^ \r\n]+) HTTP/1\.([01])", re.DOTALL)
_HEADERS = re.compile(
    rb"\r\n(content-length|transfer-encoding|content-encoding|upgrade|sec-websocket-[a-z]+)[ \t]*:[ \t]*([^\r\n]*)",
    re.IGNORECASE,
)
# One that is not well-formed stays, for aiohttp to refuse.
_UPGRADE = re.compile(rb"\r\nupgrade:[\t -~\x80-\xff]*(?=\r\n)", re.IGNORECASE)
_LENGTH = re.compile(rb"[0-9]{1,%d}" % MAX_DIGITS)
_QUOTED = rb'"(?:[\t !#-\[\]-~]|\\[\t -~])*+"'
_EXTENSION = rb";" + _TOKEN + rb"++(?:=(?:" + _TOKEN + rb"++|" + _QUOTED + rb"))?+"
_PLAIN_SIZE = re.compile(rb"([0-9A-Fa-f]{1,%d})\r\n" % MAX_DIGITS)
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,%d})(?:%s)*+" % (MAX_DIGITS, _EXTENSION))
_TRAILER = re.compile(_TOKEN + rb"++:[\t -~\x80-\xff]*")


class BadFraming(Exception):
    """A body is not framed as its head says."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a request says about where the request ends. `size` is its bytes as they came."""

    content: bytes
    size: int
    # The length of the body; None if it comes in chunks.
    length: int | None = 0
    compressed: bool = False
    # Whether it asks for a WebSocket, and whether it says so in that protocol's own headers.
    websocket: bool = False
    shakes_hands: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is passed on as it came, so that the same bytes are the same head."""
        return self.size == len(self.content)


def read_head(data: bytes | bytearray, seen: int = 0) -> Head | None:
    """The head at the beginning of these bytes; None while it is not whole. Raises `Refused`.

    There was none when only the first `seen` bytes had come: so many packets do not each cost as much as all.
    """
    empty = _EMPTY_LINES.match(data)
    start = empty.end() if empty else 0
    end = data.find(HEAD_END, max(start, seen - len(HEAD_END) + 1))
    if end < 0:
        _check_beginning(data, start, seen)
        return None
    head = bytes(data[start : end + len(LINE_END)])
    size = end + len(HEAD_END)
    line = head[: head.index(LINE_END)]
    _check_line(line)
    if size > MAX_HEAD:
        raise _headers_too_large()
    if len(head) > MAX_HEADER and max(map(len, head.split(LINE_END)[1:])) > MAX_HEADER:
        raise Refused(431, "A header is too long.")
    if _is_folded(head):
        raise not_http()
    return _head(head, line, size)


def _is_folded(head: bytes) -> bool:
    """Whether a line goes on in the next one, or ends in anything but CR and LF."""
    ends = head.count(LINE_END)
    return not ends == head.count(b"\r") == head.count(b"\n") or b"\r\n " in head or b"\r\n\t" in head


def _check_beginning(data: bytes | bytearray, start: int, seen: int) -> None:
    line_end = data.find(LINE_END, start)
    if line_end >= 0:
        if line_end + len(LINE_END) > seen:
            _check_line(bytes(data[start:line_end]))
    elif len(data) - start > MAX_REQUEST_LINE:
        raise _line_too_long()
    elif len(data) - start > 1 and not _BEGINNING.match(data, start):
        raise not_http()
    if len(data) >= MAX_HEAD:
        raise _headers_too_large()


def _check_line(line: bytes) -> None:
    if len(line) > MAX_REQUEST_LINE:
        raise _line_too_long()
    found = _REQUEST_LINE.fullmatch(line)
    if found is None:
        raise not_http()
    if found[1] == b"CONNECT":
        raise Refused(405, "This method is not allowed here.", headers={"Allow": "GET, POST"})
    if not found[2].startswith(b"/"):
        _check_host(found[2])


def _check_host(target: bytes) -> None:
    try:
        url = URL(target.decode(errors="surrogateescape"), encoded=True)
        too_long = len(url.raw_host or "") > MAX_HOST or len(url.host or "") > MAX_HOST
    except ValueError:
        raise not_http() from None
    if too_long:
        raise not_http()


def _head(head: bytes, line: bytes, size: int) -> Head:
    found: dict[bytes, list[bytes]] = {}
    for name, value in _HEADERS.findall(head):
        found.setdefault(name.lower(), []).append(value.strip())
    lengths, codings = found.get(b"content-length", []), found.get(b"transfer-encoding", [])
    if len(lengths) + len(codings) > 1 or not all(_LENGTH.fullmatch(each) for each in lengths):
        raise not_http()
    if codings and (codings[0].lower() != b"chunked" or line.endswith(b"1.0")):
        raise not_http()
    length = None if codings else int(lengths[0]) if lengths else 0
    upgrades = found.get(b"upgrade", [])
    websocket = line.startswith(b"GET ") and length == 0 and any(each.lower() == b"websocket" for each in upgrades)
    if upgrades and not websocket:
        # Another protocol is not spoken here: the request is one like any other.
        head = _UPGRADE.sub(b"", head)
    shakes_hands = any(name.startswith(b"sec-websocket-") for name in found)
    return Head(head + LINE_END, size, length, b"content-encoding" in found, websocket, shakes_hands)


class Body:
    """How much of a request's body has come, in bytes as they are sent."""

    def __init__(self, length: int | None) -> None:
        """`length` is None for a body in chunks."""
        self.received = 0
        # Of the bytes that were taken last, how many at their end belong to trailers.
        self.trailing = 0
        self._left = length or 0
        self._chunked = length is None
        self._line = b""
        # In chunks: whether what comes next ends a chunk's contents, and whether it is a trailer.
        self._ends = False
        self._trailers = False
        self.complete = length == 0

    def take(self, data: bytes | bytearray, start: int = 0) -> int:
        """Take bytes from a position on; the position of the first that belongs to no body. Raises `BadFraming`."""
        position, size = start, len(data)
        self.trailing = 0
        self.received += size - start
        while position < size and not self.complete:
            if self._left:
                taken = min(self._left, size - position)
                self._left -= taken
                position += taken
                self.complete = not self._left and not self._chunked
                continue
            if self._chunked and not (self._line or self._ends or self._trailers):
                whole = _whole_chunks(data, position)
                if whole > position:
                    position = whole
                    continue
            end = data.find(b"\n", position)
            stop = size if end < 0 else end + 1
            self._line += data[position:stop]
            self.trailing += (stop - position) * self._trailers
            position = stop
            if len(self._line) > MAX_CHUNK_LINE:
                raise BadFraming
            if end >= 0:
                self._read_line()
        self.received -= size - position
        return position

    def _read_line(self) -> None:
        line, self._line = self._line, b""
        if not line.endswith(LINE_END):
            raise BadFraming
        line = line[:-2]
        if self._trailers:
            self.complete = not line
            if line and not _TRAILER.fullmatch(line):
                raise BadFraming
        elif self._ends:
            self._ends = False
            if line:
                raise BadFraming
        else:
            found = _SIZE.fullmatch(line)
            if found is None:
                raise BadFraming
            self._left = int(found[1], 16)
            self._trailers, self._ends = not self._left, bool(self._left)


def _whole_chunks(data: bytes | bytearray, position: int) -> int:
    """The position behind the chunks that are there as a whole: a body may be thousands of tiny ones."""
    while (found := _PLAIN_SIZE.match(data, position)) is not None:
        length = int(found[1], 16)
        end = found.end() + length
        if not length or data[end : end + len(LINE_END)] != LINE_END:
            break
        position = end + len(LINE_END)
    return position


def not_http() -> Refused:
    """The refusal of what is not HTTP/1.1, or could be read in two ways."""
    return Refused(400, "The request is not well-formed HTTP.")


def _line_too_long() -> Refused:
    return Refused(414, "The URL is too long.")


def _headers_too_large() -> Refused:
    return Refused(431, f"The headers are larger than {MAX_HEAD // 1024} KiB.")

"""A request for another protocol is one like any other, what follows it has its turn, and a body is never a request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence

import pytest

from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site

FOREIGN = "Connection: Upgrade\r\nUpgrade: h2c\r\n"
SOCKET = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
EXPECT = "Expect: 100-continue\r\n"
CLOSE = "Connection: close\r\n"


def head(extra: str = "", version: str = "1.1") -> bytes:
    lines = f"POST /graphql HTTP/{version}\r\nHost: localhost\r\nContent-Type: application/json\r\n{extra}"
    return lines.encode()


def body(text: str) -> bytes:
    return json.dumps({"query": f'mutation {{ note(text: "{text}") }}'}).encode()


def sized(content: bytes, extra: str = "", version: str = "1.1") -> bytes:
    return head(extra, version) + b"Content-Length: %d\r\n\r\n%s" % (len(content), content)


def note(text: str, extra: str = "", version: str = "1.1") -> bytes:
    """A request that leaves a note."""
    return sized(body(text), extra, version)


def chunks(text: str, extra: str = "") -> bytes:
    content = body(text)
    return head(extra) + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(content), content)


def bare(extra: str = FOREIGN) -> bytes:
    return f"GET /nothing HTTP/1.1\r\nHost: localhost\r\n{extra}\r\n".encode()


async def talk(site: Site, *parts: bytes | tuple[bytes, bytes], ended: bool = False) -> bytes:
    """All that comes back; a part that comes with an ending waits until that was received."""
    site.stage.gate.set()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    received = b""
    try:
        async with asyncio.timeout(PATIENCE):
            for part in parts:
                awaited, sent = part if isinstance(part, tuple) else (b"", part)
                if awaited:
                    received += await reader.readuntil(awaited)
                writer.write(sent)
            if ended:
                writer.write_eof()
            received += await reader.read()
    finally:
        writer.close()
    return received


def last_head(received: bytes) -> bytes:
    return received[received.rindex(b"HTTP/1.") :].partition(b"\r\n\r\n")[0]


def many(number: int, *behind: bytes) -> list[bytes]:
    return [*(note(str(index)) for index in range(number)), *behind]


END = note("end", CLOSE)
CASES: dict[str, tuple[Sequence[bytes], list[str]]] = {
    "behind chunks": ([chunks("a"), note("b", FOREIGN), note("c")], ["a", "b", "c"]),
    "behind chunks, with no body": ([chunks("a"), bare(), note("c")], ["a", "c"]),
    "behind chunks, before a body that is a request": ([chunks("a"), bare(), sized(note("x"))], ["a"]),
    "with a body that is a request": ([chunks("a"), sized(note("x"), FOREIGN), note("c")], ["a", "c"]),
    "in chunks": ([chunks("a", FOREIGN), note("b")], ["a", "b"]),
    "with a large body": ([sized(body("a") + b" " * 300_000, FOREIGN), note("b")], ["a", "b"]),
    "the fiftieth": (many(49, note("b", FOREIGN), note("c")), [*map(str, range(49)), "b", "c"]),
    "of HTTP/1.0": (
        [chunks("a"), note("b", FOREIGN.replace("Upgrade\r", "Upgrade, keep-alive\r", 1), "1.0"), note("c")],
        ["a", "b", "c"],
    ),
}


@pytest.mark.parametrize("ended", [False, True], ids=["open", "half-closed"])
@pytest.mark.parametrize("name", CASES)
async def test_everything_is_answered_in_its_turn(serve: Serve, name: str, ended: bool) -> None:
    requests, notes = CASES[name]
    site = await serve(gateway_max_request=400_000)

    received = await talk(site, b"".join([*requests, END]), ended=ended)

    assert site.stage.notes == [*notes, "end"]
    assert received.count(b"HTTP/1.") == len(requests) + 1
    assert b"\r\nConnection: close" in last_head(received)


@pytest.mark.parametrize("ended", [False, True], ids=["open", "half-closed"])
async def test_there_is_no_tunnel_and_nothing_is_read_behind_the_request_for_one(site: Site, ended: bool) -> None:
    received = await talk(site, b"CONNECT localhost:80 HTTP/1.1\r\nHost: localhost\r\n\r\n" + note("c"), ended=ended)

    assert site.stage.notes == []
    assert received.startswith(b"HTTP/1.1 405 ")
    assert received.count(b"HTTP/1.") == 1


async def test_several_are_answered_where_their_ends_are_certain(site: Site) -> None:
    await talk(site, note("a", FOREIGN) + bare() + note("b", FOREIGN) + bare(SOCKET) + bare() + note("c", CLOSE))

    assert site.stage.notes == ["a", "b", "c"]


async def test_a_body_that_began_earlier_ends_together_with_such_a_request(site: Site) -> None:
    first = note("a", EXPECT)
    cut = len(first) - len(body("a"))

    await talk(site, first[:cut], (b"100 Continue\r\n\r\n", first[cut:] + note("b", FOREIGN) + note("c", CLOSE)))

    assert site.stage.notes == ["a", "b", "c"]


async def test_its_own_body_may_come_later(site: Site) -> None:
    asking = note("b", EXPECT + FOREIGN)
    cut = len(asking) - len(body("b")) + 1

    received = await talk(
        site, chunks("a") + asking[:cut], (b"100 Continue\r\n\r\n", asking[cut:] + sized(note("x")) + note("c", CLOSE))
    )

    assert site.stage.notes == ["a", "b", "c"]
    # The third is told that its body is no operation.
    assert received.count(b"HTTP/1.1 200 OK") == received.count(b"HTTP/1.1 ") - 2 == 3
    assert b"\r\nConnection: close" in last_head(received)


async def test_a_body_that_comes_later_does_not_become_a_body_a_request(site: Site) -> None:
    behind = sized(note("x"))
    cut = behind.index(b"\r\n\r\n") + 4

    received = await talk(site, chunks("a") + bare() + behind[:cut], (b"HTTP/1.1 404", behind[cut:] + note("d", CLOSE)))

    assert site.stage.notes == ["a", "d"]
    assert received.count(b"HTTP/1.1 ") == 4


async def test_requests_whose_bodies_come_late_do_not_fill_a_queue(site: Site) -> None:
    late = note("a", EXPECT)
    cut = len(late) - len(body("a"))
    asked: list[bytes | tuple[bytes, bytes]] = []
    for _ in range(40):
        asked += [late[:cut] if not asked else (b"}}}", late[:cut]), (b"100 Continue\r\n\r\n", late[cut:])]

    await talk(site, *asked, (b"}}}", bare() + note("b") + note("c", CLOSE)))

    assert site.stage.notes == ["a"] * 40 + ["b", "c"]


REFUSED: dict[str, tuple[bytes, int]] = {
    "without a version": (SOCKET.encode(), 426),
    "of another version": ((SOCKET + KEY + "Sec-WebSocket-Version: 12\r\n").encode(), 426),
    "with a bad key": ((SOCKET + "Sec-WebSocket-Key: a\r\nSec-WebSocket-Version: 13\r\n").encode(), 400),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_follows_a_refused_websocket_is_never_http(site: Site, name: str) -> None:
    extra, status = REFUSED[name]

    received = await talk(site, b"GET /graphql HTTP/1.1\r\nHost: localhost\r\n" + extra + b"\r\n" + note("x"))

    assert received.startswith(b"HTTP/1.1 %d " % status)
    assert received.count(b"HTTP/1.1 ") == 1
    assert site.stage.notes == []


@pytest.mark.parametrize("path", [b"/graphql", b"/nothing"])
async def test_what_follows_a_websocket_without_a_token_is_never_http(serve: Serve, path: bytes) -> None:
    site = await serve(gateway_auth="forward")
    shake = b"GET %s HTTP/1.1\r\nHost: localhost\r\n" % path + (SOCKET + KEY).encode()

    received = await talk(
        site, shake + b"Sec-WebSocket-Version: 11\r\n\r\n" + note("x", "Authorization: Bearer good\r\n")
    )

    assert received.count(b"HTTP/1.1 ") == 1
    assert site.stage.notes == []


@pytest.mark.parametrize("broken", [b"zz\r\n", b"0\r\nX y: z\r\n\r\n"])
async def test_a_body_that_breaks_off_gets_one_answer(site: Site, broken: bytes) -> None:
    asking = head(EXPECT + "Transfer-Encoding: chunked\r\n") + b"\r\n"

    received = await talk(site, asking, (b"100 Continue\r\n\r\n", broken + note("x")))

    assert received.count(b"HTTP/1.") == 2
    assert b"HTTP/1.1 400 " in received
    assert b"\r\nConnection: close" in last_head(received)
    assert site.stage.notes == []


@pytest.mark.parametrize("header", [b"Upgrade : h2c", b"Upgrade: h2c\x00", b"Upgrade\t:h2c"])
async def test_an_upgrade_that_is_not_well_formed_is_refused(site: Site, header: bytes) -> None:
    answer = await site.raw(b"GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s\r\n\r\n" % header)

    assert answer.status == 400

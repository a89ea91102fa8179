"""A canned Square for measuring: it costs a fraction of what any gateway does, and answers at once or after a while.

    python -m tests.benchmarks.comparison.upstream [PORT]

It serves the reads, and the one write, that the workloads need, with real cursors over 10,000 customers. It checks
nothing, not even tokens: the embedded Square of the gateway does that. `GET /calls` tells the number of requests since
the last time, `GET /latency/MILLISECONDS` makes every later answer wait.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import orjson
import uvloop

from tests.benchmarks.comparison import shop

EVERYBODY = range(shop.CUSTOMERS)


@cache
def read(target: str) -> bytes | None:
    """The answer to a GET, None where there is nothing."""
    url = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    match url.path.removeprefix("/v2/").split("/"):
        case ["customers"]:
            cursor, limit = query.get("cursor"), int(query.get("limit", 100))
            return shop.page("customers", shop.customer_bytes, EVERYBODY, cursor, limit)
        case ["customers", ("groups" | "segments") as list_of]:
            count = shop.GROUPS if list_of == "groups" else shop.SEGMENTS
            kind = list_of[:-1].upper()
            return orjson.dumps({list_of: [shop.named(kind, number) for number in range(count)]})
        case ["customers", ("groups" | "segments") as list_of, id]:
            kind, _, number = id.partition("-")
            return orjson.dumps({list_of[:-1]: shop.named(kind, int(number))})
        case ["customers", _, "custom-attributes"]:
            definition = {"definition": shop.DEFINITION} if "with_definitions" in query else {}
            return orjson.dumps({"custom_attributes": [shop.ATTRIBUTE | definition]})
        case ["customers", id]:
            return b'{"customer":%s}' % shop.customer_bytes(shop.number_of(id))
        case ["loyalty", "programs", _]:
            return orjson.dumps({"program": shop.PROGRAM})
        case _:
            return None


def searched(target: str, body: dict[str, Any]) -> bytes | None:
    """The answer to a POST, None where there is nothing."""
    query, cursor, limit = body.get("query", {}), body.get("cursor"), body.get("limit", 30)
    match target:
        case "/v2/customers/bulk-retrieve":
            return shop.bulk(body["customer_ids"])
        case "/v2/customers/search":
            group = next(iter(query["filter"]["group_ids"].values()))[0]
            return shop.page("customers", shop.customer_bytes, shop.members(group), cursor, limit)
        case "/v2/loyalty/accounts/search" if "customer_ids" in query:
            found = map(shop.account_bytes, map(shop.number_of, query["customer_ids"]))
            return b'{"loyalty_accounts":[%s]}' % b",".join(found)
        case "/v2/loyalty/accounts/search":
            return shop.page("loyalty_accounts", shop.account_bytes, EVERYBODY, cursor, limit)
        case "/v2/loyalty/rewards/search":
            return shop.rewards_bytes(shop.number_of(query["loyalty_account_id"]))
        case "/v2/customers":
            body.pop("idempotency_key")
            return orjson.dumps({"customer": shop.customer(0) | body})
        case _:
            return None


class Upstream:
    """What all connections share: the count, and the delay."""

    def __init__(self) -> None:
        self.calls = 0
        self.seconds = 0.0

    def answer(self, method: bytes, target: str, body: bytes) -> bytes | None:
        if target == "/calls":
            said, self.calls = b"%d" % self.calls, 0
            return said
        if target.startswith("/latency/"):
            self.seconds = float(target.rpartition("/")[2]) / 1000
            return b"{}"
        self.calls += 1
        return read(target) if method == b"GET" else searched(target, orjson.loads(body))


class Connection(asyncio.Protocol):
    """One kept-alive connection, whose client waits for each answer before it asks again."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        if not blank:
            return
        _, found, rest = head.lower().partition(b"\r\ncontent-length:")
        if found and len(body) < int(rest.partition(b"\r\n")[0]):
            return
        self._received = b""
        method, target, _ = head.split(b" ", 2)
        answer = self._upstream.answer(method, target.decode(), body)
        status = b"200 OK" if answer is not None else b"404 Not Found"
        content = b'{"errors":[{"category":"INVALID_REQUEST_ERROR","code":"NOT_FOUND"}]}' if answer is None else answer
        self._write(
            b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            % (status, len(content), content)
        )

    def _write(self, response: bytes) -> None:
        write: Callable[[bytes], None] = self._transport.write
        if self._upstream.seconds:
            asyncio.get_running_loop().call_later(self._upstream.seconds, write, response)
        else:
            write(response)


async def main(port: int) -> None:
    upstream = Upstream()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(upstream), "127.0.0.1", port, backlog=4096
    )
    host, taken = server.sockets[0].getsockname()
    print(f"http://{host}:{taken}", flush=True)  # noqa: T201
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]) if sys.argv[1:] else 0))

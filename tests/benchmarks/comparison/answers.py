"""Whether all servers give the same answers, before anything is measured: what is fast and wrong is not compared."""

from __future__ import annotations

import re
from typing import Any

import aiohttp
import orjson

from tests.benchmarks.comparison.servers import Server
from tests.benchmarks.comparison.workloads import Workload

CURSORS = ("cursor", "endCursor")
# Of a workload with more requests than this, the first are checked.
CHECKED = 3


class WrongAnswer(Exception):
    """A server that does not answer as the floor does."""


async def ask(http: aiohttp.ClientSession, server: Server, workload: Workload, body: bytes) -> dict[str, Any]:
    """The `data` of an answer."""
    url = server.url_of(workload)
    assert url is not None
    async with http.post(url, data=body, headers={"Content-Type": "application/json"}) as response:
        content = await response.read()
    answer = orjson.loads(content)
    if response.status != 200 or answer.get("errors") or not answer.get("data"):
        raise WrongAnswer(f"{server.name}, {workload.name}: {content[:500].decode()}")
    data: dict[str, Any] = answer["data"]
    return data


def comparable(value: Any) -> Any:
    """An answer without the words in which each server writes its cursors."""
    if isinstance(value, dict):
        return {name: name in CURSORS or comparable(each) for name, each in value.items()}
    return [comparable(each) for each in value] if isinstance(value, list) else value


def in_square_words(value: Any) -> Any:
    """An answer of the floor in the words of Square, as Mesh gives it."""
    if isinstance(value, dict):
        return {re.sub(r"([A-Z])", r"_\1", name).lower(): in_square_words(each) for name, each in value.items()}
    return [in_square_words(each) for each in value] if isinstance(value, list) else value


async def check(http: aiohttp.ClientSession, servers: dict[str, Server], workload: Workload) -> None:
    """Raise `WrongAnswer` for the first server that differs from the floor."""
    expected = [await ask(http, servers["floor"], workload, body) for body in workload.bodies[:CHECKED]]
    for server in servers.values():
        if server.url_of(workload) is None:
            continue
        for body, right in zip(server.bodies(workload), expected, strict=False):
            answer: Any = await ask(http, server, workload, body)
            wanted = right
            if server.name == "mesh" and workload.name != "W0":
                answer, wanted = answer["ListCustomers"]["customers"], in_square_words(right["customers"]["nodes"])
            if comparable(answer) != comparable(wanted):
                raise WrongAnswer(f"{server.name}, {workload.name}: {answer!s:.300} is not {wanted!s:.300}")

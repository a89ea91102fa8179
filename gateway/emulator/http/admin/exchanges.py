"""The latest requests with their answers, under `/_emulator/exchanges`, to be looked at as they come.

    GET  /_emulator/exchanges?after=ID  {"exchanges": [exchange, ...]}, newest first, without bodies: those after an id
    GET  /_emulator/exchanges/ID        one with its query, the "body" sent and the "answer", which is cut when "size"
                                        (bytes) is above 65,536

They are kept while `/_emulator/calls` is, at most 500 and 8 MiB of answers. Calls of the console itself are none.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from gateway.emulator.api.clock import timestamp
from gateway.emulator.errors import bad_request, not_found
from gateway.emulator.http.admin.answers import answer, state
from gateway.emulator.store.exchanges import Exchange

PATH = "/_emulator/exchanges"
# Digits of an id: no more are read.
_MAX_DIGITS = 15


def add_routes(app: web.Application) -> None:
    """Put them at their paths."""
    app.router.add_route("GET", PATH, _list)
    app.router.add_route("GET", PATH + "/{id}", _show)


async def _list(request: web.Request) -> web.Response:
    after = request.query.get("after", "0")
    if not _is_id(after):
        raise bad_request("Expected the id of an exchange.", "after")
    return answer({"exchanges": [_line(each) for each in state(request).exchanges.after(int(after))]})


async def _show(request: web.Request) -> web.Response:
    asked = request.match_info["id"]
    found = state(request).exchanges.get(int(asked)) if _is_id(asked) else None
    if found is None:
        raise not_found("Exchange", asked)
    text = found.body.decode(errors="replace")
    return answer({**_line(found), "query": found.call.query, "body": found.call.body, "answer": text})


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS


def _line(each: Exchange) -> dict[str, Any]:
    return {
        "id": each.id,
        "operation": each.call.operation,
        "method": each.call.method,
        "path": each.call.path,
        "status": each.status,
        "began": timestamp(each.began),
        "milliseconds": round(each.milliseconds, 2),
        "size": each.size,
    }

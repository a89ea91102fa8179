"""The latest requests with their answers, under `/_emulator/exchanges`, to be looked at as they come.

    GET  /_emulator/exchanges?after=ID  {"exchanges": [exchange, ...]}, newest first, without bodies: those after an id
    GET  /_emulator/exchanges/ID        one with its query, the "body" sent and the "answer", which is cut when "size"
                                        (bytes) is above 65,536

They are kept while `/_emulator/calls` is, at most 500 and 8 MiB of bodies and answers. Calls of the console itself are
none.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from gateway.emulator.api.clock import timestamp
from gateway.emulator.http.admin import entries
from gateway.emulator.http.admin.answers import answer, state
from gateway.emulator.store.exchanges import Exchange
from gateway.emulator.store.latest import Entry

PATH = "/_emulator/exchanges"
_KIND = "Exchange"


def add_routes(app: web.Application) -> None:
    """Put them at their paths."""
    app.router.add_route("GET", PATH, _list)
    app.router.add_route("GET", PATH + "/{id}", _show)


async def _list(request: web.Request) -> web.Response:
    found = entries.after(request, state(request).exchanges, _KIND)
    return answer({"exchanges": [_line(each) for each in found]})


async def _show(request: web.Request) -> web.Response:
    found = entries.asked(request, state(request).exchanges, _KIND)
    call, text = found.value.call, found.value.body.decode(errors="replace")
    return answer({**_line(found), "query": call.query, "body": call.body, "answer": text})


def _line(entry: Entry[Exchange]) -> dict[str, Any]:
    each = entry.value
    return {
        "id": entry.id,
        "operation": each.call.operation,
        "method": each.call.method,
        "path": each.call.path,
        "status": each.status,
        "began": timestamp(each.began),
        "milliseconds": round(each.milliseconds, 2),
        "size": each.size,
    }

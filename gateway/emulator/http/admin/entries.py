"""How what is noted is asked for under the emulator's own paths: those after an id, or one by its id."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from aiohttp import web

from gateway.emulator.errors import bad_request, not_found
from gateway.emulator.store.latest import Entry, Latest

T = TypeVar("T")
# Digits of an id: no more are read.
_MAX_DIGITS = 15


def after(request: web.Request, latest: Latest[T], kind: str) -> Iterator[Entry[T]]:
    """Those after the id in the query, newest first. Raises 400 for what is no id of this kind."""
    given = request.query.get("after", "0")
    if not _is_id(given):
        raise bad_request(f"Expected the id of an {kind.lower()}.", "after")
    return latest.after(int(given))


def asked(request: web.Request, latest: Latest[T], kind: str) -> Entry[T]:
    """The one whose id is in the path. Raises 404."""
    given = request.match_info["id"]
    found = latest.get(int(given)) if _is_id(given) else None
    if found is None:
        raise not_found(kind, given)
    return found


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS

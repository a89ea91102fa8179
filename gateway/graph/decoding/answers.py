"""Reading the bytes of a whole answer: a page, one object, or a bulk answer, with the rules that hold for all of them.

The rules are those of `gateway.square.response`. Whatever is not plainly right raises `ValueError`: the same bytes are
then read field by field, which says what is wrong with them. So do errors beside a result, and an object that may not
be the one that was asked for. Only a number that no double holds goes unnoticed, in what is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache, partial
from typing import Annotated, Any

import msgspec

from gateway.square.endpoint import MAX_CURSOR, Bulk, Page
from gateway.square.errors import error_for, problems_of
from gateway.square.expected_answer import Same
from gateway.square.response import MAX_ENTRIES

# Decoders of each kind that are kept for operations to come.
MAX_DECODERS = 256

_COUNT = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_ERRORS = ("errors", list[Any] | None, None)

# What an object must have at an attribute: the rule, and the values that are allowed.
Identity = tuple[str, Same, Collection[str]]
# Whether an object is what was asked for under a key.
Fits = Callable[[str, Any], bool]


@lru_cache(maxsize=MAX_DECODERS)
def page_decoder(item: type, under: str) -> Callable[[bytes, list[Identity]], Page[Any]]:
    """What reads a page of objects that stand under a key."""
    answer = _struct(
        ("found", list[item] | None, msgspec.field(default=None, name=under)),  # type: ignore[valid-type]
        ("cursor", str | None, None),
        ("count", _COUNT | None, None),
    )
    return partial(_page, msgspec.json.Decoder(answer).decode)


@lru_cache(maxsize=MAX_DECODERS)
def object_decoder(kind: type, under: str) -> Callable[[bytes, list[Identity]], Any]:
    """What reads one object that stands under a key."""
    answer = _struct(("found", kind, msgspec.field(name=under)))
    return partial(_object, msgspec.json.Decoder(answer).decode)


@lru_cache(maxsize=MAX_DECODERS)
def bulk_decoder(kind: type, under: str, operation: str) -> Callable[[bytes, Fits], Bulk[Any]]:
    """What reads objects by their keys, each under the second of the two keys in `under`."""
    outer, _, inner = under.partition(".")
    entry = _struct(("found", kind | None, msgspec.field(default=None, name=inner)))
    entries = dict[str, entry]  # type: ignore[valid-type]
    answer = _struct(("found", entries, msgspec.field(name=outer)))
    return partial(_bulk, msgspec.json.Decoder(answer).decode, operation)


def _struct(*fields: Any) -> type[msgspec.Struct]:
    return msgspec.defstruct("Answer", (*fields, _ERRORS), kw_only=True, eq=False, gc=False)


def _decoded(decode: Callable[[bytes], Any], content: bytes) -> Any:
    # Texts that are not read are not looked at, and have to be UTF-8 all the same.
    if not content.isascii():
        content.decode()
    try:
        return decode(content)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _page(decode: Callable[[bytes], Any], content: bytes, identities: list[Identity]) -> Page[Any]:
    answer = _decoded(decode, content)
    items = answer.found or []
    cursor = answer.cursor or None
    if answer.errors or len(items) > MAX_ENTRIES or (cursor is not None and len(cursor) > MAX_CURSOR):
        raise ValueError
    for identity in identities:
        for item in items:
            _check(item, identity)
    count = answer.count
    if count is None and not items and cursor is None:
        count = 0  # nothing is an empty object, which has no count either
    return Page(items, cursor, count)


def _object(decode: Callable[[bytes], Any], content: bytes, identities: list[Identity]) -> Any:
    answer = _decoded(decode, content)
    if answer.errors:
        raise ValueError
    for identity in identities:
        _check(answer.found, identity)
    return answer.found


def _bulk(decode: Callable[[bytes], Any], operation: str, content: bytes, fits: Fits) -> Bulk[Any]:
    answer = _decoded(decode, content)
    entries = answer.found
    if answer.errors or len(entries) > MAX_ENTRIES:
        raise ValueError
    items: dict[str, Any] = {}
    for key, entry in entries.items():
        if entry.errors:
            items[key] = error_for(operation, None, problems_of(entry.errors))
            continue
        found = entry.found
        if found is None or not fits(key, found):
            raise ValueError
        items[key] = found
    return Bulk(items)


def _check(item: Any, identity: Identity) -> None:
    attribute, rule, allowed = identity
    found = getattr(item, attribute)
    if found is None:
        if rule.required:
            raise ValueError
    elif found not in allowed:
        raise ValueError

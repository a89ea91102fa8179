"""Whether an answer is about what was asked for: the rules of the endpoints' rows, and their one check. No I/O.

An answer about something else can be one that belongs to another request. It is never shown.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gateway.square.errors import AnotherObject

if TYPE_CHECKING:
    from gateway.square.endpoint import Call

log = logging.getLogger(__name__)


def exactly(asked: str) -> Collection[str] | None:
    """An id that names one object, in one way."""
    return (asked,)


def anything_for(keyword: str) -> Callable[[str], Collection[str] | None]:
    """An id, or a word that stands for an object whatever its id."""

    def names(asked: str) -> Collection[str] | None:
        return None if asked == keyword else (asked,)

    return names


@dataclass(frozen=True, slots=True)
class Same:
    """What an object of the answer has at `found` must be what the call has at `asked`, or one of a list there.

    Both are dotted paths. `found` begins in the object, or in the item of a bulk answer; `asked` with
    `path`, `body` or `key`, which is the key of a bulk item, as is `*` within it. What a call does not ask
    for is not compared, nor what an object does not tell, unless it is `required`. `names` gives all
    that an id may be called in the answer, None when it can be anything. With `later`, the caller
    compares: it may take another read to know. `unless` is a path, and the value there of an object that stands in
    the place of the one asked for.
    """

    found: str
    asked: str
    required: bool = False
    names: Callable[[str], Collection[str] | None] = exactly
    later: bool = False
    unless: tuple[str, str] | None = None
    _found: tuple[str, ...] = field(init=False, repr=False)
    _asked: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take the paths apart, once."""
        object.__setattr__(self, "_found", tuple(self.found.split(".")))
        object.__setattr__(self, "_asked", tuple(self.asked.split(".")))

    def wanted(self, call: Call[Any], key: str = "") -> Collection[str] | None:
        """The values that an object may have; None when any will do. `key` is that of a bulk item."""
        begin, steps = self._asked[0], self._asked[1:]
        asked = key if begin == "key" else _at(call.names if begin == "path" else call.body, steps, key)
        if isinstance(asked, str):
            return self.names(asked)
        names = [self.names(each) for each in asked or () if each is not None]
        if not names or None in names:
            return None
        return frozenset(name for each in names if each is not None for name in each)

    def holds(self, wanted: Collection[str], subject: Any) -> bool:
        """Whether an object of the answer, as JSON, is one of those wanted."""
        found = _at(subject, self._found)
        if found is None:
            return not self.required
        return (isinstance(found, str) and found in wanted) or self._instead(subject)

    def _instead(self, subject: Any) -> bool:
        return self.unless is not None and _at(subject, self.unless[0].split(".")) == self.unless[1]


@dataclass(frozen=True, slots=True)
class Unnamed:
    """An answer that holds nothing the call has named, and why."""

    because: str


Expected = tuple[Same, ...] | Unnamed


def check(call: Call[Any], body: dict[str, Any]) -> None:
    """Raise `AnotherObject` unless all objects of the answer, be it one or a list, are what the call asked for."""
    rules, under = call.endpoint.identity, call.endpoint.under
    if not isinstance(rules, tuple):
        return
    answer = body.get(under)
    subjects = answer if isinstance(answer, list) else (answer,)
    for rule in rules:
        wanted = None if rule.later else rule.wanted(call)
        if wanted is None:
            continue
        for each in subjects:
            if each is not None and not rule.holds(wanted, each):
                log.warning("%s: an answer about something else", call.endpoint.name)
                raise AnotherObject(call.endpoint.name)


def mismatched(call: Call[Any], entries: dict[str, Any]) -> list[str]:
    """The keys of a bulk answer under which is something else than was asked for."""
    rules = call.endpoint.identity
    found = [key for key, entry in entries.items() if isinstance(rules, tuple) and not _fits(rules, call, key, entry)]
    if found:
        log.warning("%s: %d items of an answer about something else", call.endpoint.name, len(found))
    return found


def _fits(rules: tuple[Same, ...], call: Call[Any], key: str, entry: Any) -> bool:
    for rule in rules:
        wanted = rule.wanted(call, key)
        if wanted is not None and not rule.holds(wanted, entry):
            return False
    return True


def _at(node: Any, steps: Iterable[str], key: str = "") -> Any:
    for step in steps:
        if isinstance(node, dict):
            node = node.get(key if step == "*" else step)
        elif isinstance(node, list):
            node = [each.get(step) for each in node if isinstance(each, dict)]
        else:
            return None
    return node

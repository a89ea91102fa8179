"""Answers that outlive an operation: reference data, by who may see it, for a short while. Sends nothing.

What a change makes old is not looked for: every change of one kind of data of one seller has a number, and an answer
is good as long as the last such number is the one that it was kept with. What was being read when a change came is
therefore not kept, and what is read from then on is asked of Square again.

An answer is for those whose token Square has taken just now, for something that needs the same permission: a token
that ended, or lost a permission, sees nothing longer than answers live.
"""

from __future__ import annotations

import heapq
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, TypeVar

from gateway.fairness.fair_cache import FairCache
from gateway.fairness.fair_share import Holder
from gateway.identity import Access
from gateway.square.clock import Timing
from gateway.square.endpoint import Call, Page
from gateway.square.reads.change_numbers import Board, ChangeNumbers
from gateway.square.response import Answer

T = TypeVar("T")

# Bytes of JSON that are kept, in all and of one seller as one application sees it.
MAX_BYTES = 16 * 1024 * 1024
MAX_BYTES_OF_ONE = 2 * 1024 * 1024
# Seconds that a page is kept that leads to a next one: Square documents five minutes for some of its cursors, and a
# client has what is left of them to go on.
MAX_LIFE_OF_CURSOR = 60.0
# Tokens that Square has taken, of which the time is known.
MAX_TOKENS = 20_000
# Stands for the seller of a token of which Square does not tell whose it is.
UNKNOWN = ""


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    answer: Answer[Any]
    change: int
    size: int


class ReferenceCache:
    """The answers of lists and retrieves of reference data. Nobody may write into their objects: they are shared."""

    def __init__(self, timing: Timing, life: float, board: Board | None = None) -> None:
        """`life` is the seconds that an answer is good for; 0 keeps nothing. `board` is what workers share."""
        self.life = life
        self.hits = 0
        self.misses = 0
        self._timing = timing
        self._kept: FairCache[_Kept] = FairCache(MAX_BYTES, weigh=lambda kept: kept.size, own=MAX_BYTES_OF_ONE)
        # A heap of when each was kept until, by a number for those that end at the same time.
        self._ends: list[tuple[float, int, Hashable]] = []
        self._number = count()
        self._changes = ChangeNumbers(board)
        # By token and permission.
        self._taken: OrderedDict[str, dict[str, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def count(self) -> int:
        """The number of the last change of anything."""
        return self._changes.count

    def taken(self, token: str, scope: str) -> None:
        """Square has answered a token (by the key of its tenant) something that needs this permission."""
        self._taken.setdefault(token, {})[scope] = self._timing.now()
        self._taken.move_to_end(token)
        if len(self._taken) > MAX_TOKENS:
            self._taken.popitem(last=False)

    def refused(self, token: str, scope: str | None = None) -> None:
        """Square does not take a token any more, or not for this permission."""
        if scope is None:
            self._taken.pop(token, None)
        else:
            self._taken.get(token, {}).pop(scope, None)

    def shows(self, token: str, scope: str) -> bool:
        """Whether a token may be shown what is kept: Square has just taken it for the same permission."""
        taken = self._taken.get(token, {}).get(scope)
        return taken is not None and self._timing.now() - taken < self.life

    def change_of(self, access: Access, names: Sequence[str]) -> int:
        """The number of the last change of this that concerns a caller."""
        identity = access.identity
        keys: list[Hashable] = [identity.key]
        for name in names:
            keys += ((identity.merchant, name), name)
        return self._changes.last(keys)

    def get(self, access: Access, call: Call[T]) -> Answer[T] | None:
        """The answer that is kept for a call of this caller's."""
        key = (access.key, call.key)
        kept = self._kept.get(key, Holder(access.identity.key))
        if kept is None:
            return None
        until = kept.answer.until
        if until is None or until <= self._timing.now() or kept.change != self.change_of(access, call.endpoint.cache):
            self._kept.discard(key)
            return None
        return copied(kept.answer)

    def put(self, access: Access, call: Call[T], answer: Answer[T], began: int, life: float | None = None) -> Answer[T]:
        """Keep an answer that was asked for after the change with the number `began`, unless there was one since.

        `life` is the seconds that are left of one that is not new. Gives the answer, with its end if it is kept.
        """
        change = self.change_of(access, call.endpoint.cache)
        size = 0 if answer.body is None else len(answer.body.content)
        if change > began or size > MAX_BYTES_OF_ONE:
            return answer
        now = self._timing.now()
        while self._ends and self._ends[0][0] <= now:
            until, _, key = heapq.heappop(self._ends)
            self._end(until, key)
        until = now + (self.life_of(answer) if life is None else life)
        # The body is not needed any more, nor what the value shares with it.
        kept = replace(answer, body=None, until=until)
        key = (access.key, call.key)
        self._kept.put(key, _Kept(kept, change, size), Holder(access.identity.key))
        heapq.heappush(self._ends, (until, next(self._number), key))
        return replace(answer, value=copied(kept).value, until=kept.until)

    def life_of(self, answer: Answer[Any]) -> float:
        """The seconds for which an answer is good that Square has just given."""
        leads_on = isinstance(answer.value, Page) and answer.value.cursor is not None
        return min(self.life, MAX_LIFE_OF_CURSOR) if leads_on else self.life

    def evict(self, merchant: str | None, name: str) -> None:
        """Data with this name has changed at a seller; None is any of them."""
        if merchant is None:
            self._changes.changed(name)
            return
        # What is remembered for tokens of sellers who are not known may be this one's.
        for concerned in {merchant, UNKNOWN}:
            self._changes.changed((concerned, name))

    def evict_all(self) -> None:
        """Anything may have changed."""
        self._changes.all_changed()

    def drop(self, identity: str) -> None:
        """Forget all that was kept of one seller as one application sees it, by the key of its identity."""
        self._changes.changed(identity)

    def _end(self, until: float, key: Hashable) -> None:
        kept = self._kept.peek(key)
        if kept is not None and kept.answer.until == until:
            self._kept.discard(key)


def copied(answer: Answer[T]) -> Answer[T]:
    """An answer whose page is its receiver's own; what is on it is shared."""
    page: Any = answer.value
    if not isinstance(page, Page):
        return answer
    own: Any = Page([*page.items], page.cursor, page.count)
    return replace(answer, value=own)

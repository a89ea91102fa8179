"""Changes of reference data, in Redis: a number for each kind of data of each seller, and word of it to all processes.

The numbers are random, and one that is missing is equal to none: whatever Redis forgets makes answers old, never new.
A change that Redis did not take is pending until it has: meanwhile nothing that it concerns is read from Redis here,
nor anything for a moment after Redis was away, in which the other processes tell what they could not tell before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass
from secrets import token_hex
from time import monotonic
from typing import Any

import orjson

from gateway.identity import Access
from gateway.keys import Keys
from gateway.redis.announcements import KEPT, Announcements
from gateway.redis.connection import Redis, Unreachable

# Seconds that a number is kept: more than any answer is.
NUMBER_LIFE = 7200
# Changes that are pending. Of more, each is taken for one at every seller.
MAX_PENDING = 1000
# Seconds after which all processes have found that Redis is back, and have told of what is pending.
SETTLING = 1.5

_EVICT, _REFUSE = "reference.changed", "token.refused"
_CHANGE = """
local numbers = #KEYS - ARGV[6]
for place = 2, numbers do redis.call('SET', KEYS[place], ARGV[1], 'EX', ARGV[2]) end
for place = numbers + 1, #KEYS do redis.call('DEL', KEYS[place]) end
if ARGV[4] ~= '' then redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', ARGV[4], ARGV[5]) end
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What changes: the keys of its numbers, and what the other processes are told, nothing if `kind` is empty.

    What is kept under the keys in `gone` is to be forgotten.
    """

    keys: tuple[str, ...]
    kind: str = ""
    payload: bytes = b""
    gone: tuple[str, ...] = ()


class SharedChanges:
    """The changes of all processes that use one Redis."""

    def __init__(self, redis: Redis, announcements: Announcements, keys: Keys) -> None:
        """`keys` names sellers."""
        self._redis = redis
        self._announcements = announcements
        self._keys = keys
        self._change = redis.script(_CHANGE)
        # Made when it is first wanted: processes that are forked have one each.
        self._own = ""
        # The changes under way by the key of each number, and those that have still to be begun.
        self._pending: dict[str, object] = {}
        self._later: dict[Change, None] = {}
        self._task: asyncio.Task[None] | None = None
        self._settled = float("-inf")
        redis.on_return(self._returned)

    @property
    def current(self) -> bool:
        """Whether this process hears what others change, and they have told what they could not tell for a while."""
        return self._announcements.current and monotonic() >= self._settled

    def hear(
        self,
        evict: Callable[[str | None, str], None],
        refuse: Callable[[str, str | None, str], None],
        missed: Callable[[], None],
    ) -> None:
        """Tell these of what other processes change: a seller and a name, or a token, its permission and identity."""

        def changed(payload: bytes) -> None:
            sender, merchant, names = orjson.loads(payload)
            if sender != self._own:
                for name in names:
                    evict(merchant, name)

        def refused(payload: bytes) -> None:
            sender, token, scope, identity = orjson.loads(payload)
            if sender != self._own:
                refuse(token, scope, identity)

        self._announcements.on(_EVICT, changed)
        self._announcements.on(_REFUSE, refused)
        self._announcements.on_missed(missed)

    def numbers(self, access: Access, names: Sequence[str]) -> list[str]:
        """The keys of all numbers that concern what a caller is shown of this data."""
        found = [self._dropped(access.identity.key)]
        for name in names:
            found += (self._changed(access.identity.merchant, name), self._changed(None, name))
        return found

    def at(self, merchant: str | None, names: Sequence[str], *, told: bool = True) -> Change:
        """A change at a seller; None is any of them. Unless it is `told`, all processes know of it by themselves."""
        keys = tuple(self._changed(merchant, name) for name in names)
        return Change(keys, _EVICT, self._payload(merchant, names)) if told else Change(keys)

    def refusal(self, token: str, scope: str | None, identity: str) -> Change:
        """Square takes a token no more, or not for this permission: all goes that was kept for its identity."""
        gone = () if scope is not None else (self.identity_of(token),)
        return Change((self._dropped(identity),), _REFUSE, self._payload(token, scope, identity), gone)

    def identity_of(self, token: str) -> str:
        """The key of who a token is for."""
        return self._redis.key(token, "identity")

    def settled(self, keys: Sequence[str]) -> bool:
        """Whether Redis knows all that this process knows of these numbers."""
        if self._pending and not self._pending.keys().isdisjoint(keys):
            return False
        return monotonic() >= self._settled

    def later(self, change: Change) -> None:
        """Tell Redis of a change, without waiting for it."""
        self._wait_with(change)
        self._begin()

    async def now(self, change: Change) -> None:
        """Tell Redis of a change: waits for it as long as a command may take, and not at all while Redis is away."""
        self._later.pop(change, None)
        if not await self._tell(change):
            self._wait_with(change)

    async def close(self) -> None:
        """Wait for what is under way."""
        if self._task is not None:
            await asyncio.wait({self._task})

    def _returned(self) -> None:
        # What others changed meanwhile they tell now; what is kept here is shown again when they have.
        self._settled = monotonic() + SETTLING
        self._begin()

    def _wait_with(self, change: Change) -> None:
        if len(self._later) >= MAX_PENDING and change not in self._later:
            change = self._at_every_seller(change)
        self._later[change] = None
        self._pending.update(dict.fromkeys(change.keys, change))

    def _at_every_seller(self, change: Change) -> Change:
        if change.kind != _EVICT:
            return change
        return self.at(None, orjson.loads(change.payload)[2])

    def _begin(self) -> None:
        if self._later and self._redis.up and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._flush(), context=Context())

    async def _flush(self) -> None:
        batch, self._later = self._later, {}
        done = {change for change in batch if await self._tell(change)}
        for change in batch:
            if change not in done:
                self._wait_with(change)
        # Those who wait do so for one batch only. One that Redis refuses waits for the next change.
        if len(done) == len(batch):
            asyncio.get_running_loop().call_soon(self._begin)

    async def _tell(self, change: Change) -> bool:
        mine = object()
        self._pending.update(dict.fromkeys(change.keys, mine))
        try:
            await self._change(
                [self._announcements.stream, *change.keys, *change.gone],
                [token_hex(8), NUMBER_LIFE, KEPT, change.kind, change.payload, len(change.gone)],
            )
        except Unreachable:
            return False
        for key in change.keys:
            if self._pending.get(key) is mine:
                del self._pending[key]
        return True

    def _payload(self, *parts: Any) -> bytes:
        self._own = self._own or token_hex(8)
        return orjson.dumps((self._own, *parts))

    def _dropped(self, identity: str) -> str:
        return self._redis.key(identity, "changed")

    def _changed(self, merchant: str | None, name: str) -> str:
        seller = "all" if merchant is None else self._keys.name("seller", merchant)
        return self._redis.key(seller, "changed", name)

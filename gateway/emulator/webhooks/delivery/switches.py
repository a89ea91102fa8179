"""What goes wrong with notifications on purpose: which are lost, late, twice, out of order, or out of date.

Square promises neither order nor that a notification comes once. Sends nothing.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from random import Random

import orjson

from gateway.emulator.api.routes import Json

# Of so many objects the content that they were last told with is remembered, and only while stale ones are wanted.
MAX_REMEMBERED = 10_000
# Seconds within which a notification that is out of order is sent.
REORDER_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Sending:
    """One delivery of an event: what is sent, so many seconds late; or, when it is `lost`, not at all."""

    event_id: str
    type: str
    body: str
    late: float = 0.0
    lost: bool = False


@dataclass
class Switches:
    """The share (0 to 1) of notifications with which each thing goes wrong.

    `duplicate` sends one twice, `drop` never, `delay` late by `delay_seconds`, `reorder` late by a little, so that
    later ones overtake it, and `stale` tells the object's content from before once more, in an event of its own.
    """

    duplicate: float = 0.0
    delay: float = 0.0
    delay_seconds: float = 0.0
    drop: float = 0.0
    reorder: float = 0.0
    stale: float = 0.0
    _random: Random = field(default_factory=lambda: Random(0), repr=False)  # noqa: S311 - repeatable on purpose
    _told: OrderedDict[tuple[str, str], Json] = field(default_factory=OrderedDict, repr=False)

    def replace(self, seed: int = 0, **shares: float) -> None:
        """Replace everything, by the fields' names; without arguments, nothing goes wrong any more."""
        for name in ("duplicate", "delay", "delay_seconds", "drop", "reorder", "stale"):
            setattr(self, name, shares.get(name, 0.0))
        self._random.seed(seed)
        self._told.clear()

    @property
    def shares(self) -> dict[str, float]:
        """What is set, by the fields' names."""
        return {
            "duplicate": self.duplicate,
            "delay": self.delay,
            "delay_seconds": self.delay_seconds,
            "drop": self.drop,
            "reorder": self.reorder,
            "stale": self.stale,
        }

    def sendings(self, subscription: str, event_id: str, type: str, object: str, body: str) -> list[Sending]:
        """How an event about this object is sent to this subscription, in order."""
        late = self.delay_seconds if self._strikes(self.delay) else 0.0
        if self._strikes(self.reorder):
            late += self._random.uniform(0, REORDER_SECONDS)
        sent = [Sending(event_id, type, body, late, self._strikes(self.drop))]
        if self._strikes(self.duplicate):
            sent.append(Sending(event_id, type, body, late))
        if self.stale:
            sent += self._stale(subscription, object, body)
        return sent

    def _stale(self, subscription: str, object: str, body: str) -> list[Sending]:
        told: Json = orjson.loads(body)
        before = self._told.pop((subscription, object), None)
        self._told[subscription, object] = told
        if len(self._told) > MAX_REMEMBERED:
            self._told.popitem(last=False)
        if before is None or not self._strikes(self.stale):
            return []
        # As Square was seen to do it: a later event with its own id and time, and with older content.
        event_id = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        stale = {**before, "event_id": event_id, "created_at": told["created_at"]}
        return [Sending(event_id, before["type"], orjson.dumps(stale).decode())]

    def _strikes(self, share: float) -> bool:
        return share > 0 and (share >= 1 or self._random.random() < share)

"""The pauses that other processes have been asked for by Square, as they are announced. Sends nothing."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass

from gateway.square.policies.limiter import MAX_PAUSE, Limiter
from gateway.square.policies.limiters import Limiters

PAUSE = "pause"
# Pauses of tenants who have not called here yet.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Pause:
    """Until when a tenant pauses, and what is left of its limit; `era` counts how often that was halved."""

    until: float
    limit: float
    era: int


class Pauses:
    """What this process has heard of pauses."""

    def __init__(self, limiters: Limiters, process: str) -> None:
        """`process` is this one's name: what it has announced itself is nothing new."""
        self._limiters = limiters
        self._process = process
        self._known: OrderedDict[str, _Pause] = OrderedDict()

    def heard(self, payload: bytes) -> None:
        """A tenant pauses, which goes by the names of its identity and its tokens."""
        try:
            told = json.loads(payload)
            names, process = [str(name) for name in told["names"]], told["process"]
            seconds = min(float(told["pause"]), MAX_PAUSE)
            pause = _Pause(self._limiters.now() + seconds, float(told["limit"]), int(told["era"]))
        except (ValueError, TypeError, KeyError):
            # Of another version of the gateway.
            return
        if process == self._process:
            return
        found = {id(each): each for each in map(self._limiters.find, names) if each is not None}
        for limiter in found.values():
            self._hold_back(limiter, pause)
        for name in names:
            self._known.pop(name, None)
            self._known[name] = pause
        while self._known and (len(self._known) > REMEMBERED or self._over(next(iter(self._known.values())))):
            self._known.popitem(last=False)

    def joined(self, limiter: Limiter) -> None:
        """Hold back a limiter that was not there when its tenant was told to pause."""
        pause = self._known.get(limiter.name)
        if pause is not None and not self._over(pause):
            self._hold_back(limiter, pause)

    def _over(self, pause: _Pause) -> bool:
        return pause.until <= self._limiters.now()

    def _hold_back(self, limiter: Limiter, pause: _Pause) -> None:
        part = limiter.part
        news = part is not None and pause.era > part.era
        if part is not None and news:
            part.era = pause.era
            if part.permits is not None:
                part.permits = max(1, int(part.permits * min(1.0, pause.limit / limiter.limit)))
        limiter.hold_back(pause.until - self._limiters.now(), pause.limit if news else None)
        limiter.fit()

"""The workers that there should be, and those that there are: started, replaced when they die, exchanged one by one.

Decides by what happens to processes, and knows nothing of what they do. A worker is exchanged for another only once the
other one serves, so that at any time all but those that died do.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import Any

from gateway.workers import messages
from gateway.workers.child import Child, ended
from gateway.workers.messages import Message
from gateway.workers.reports import Reports

# A worker that dies before it has served for so long, by the clock, has died early.
EARLY_SECONDS = 3.0
# Early deaths in a row, with no worker between them that lasted, after which there is no further attempt.
MAX_EARLY = 5
# Seconds before a start, by how many early deaths there were in a row.
PAUSES = (0.0, 0.0, 0.25, 0.5, 1.0)
# Seconds in which a worker has to serve.
START_SECONDS = 60.0
# Seconds before another attempt where the system has no room for a further process, as long as others serve.
NO_ROOM_SECONDS = 1.0
# Every so many seconds each worker is asked for a sign of life; one that gives none to so many in a row hangs.
ALIVE_SECONDS, MAX_UNANSWERED = 5.0, 4
# Why workers were replaced: they died, were asked to end, or had old settings.
REASONS = ("died", "asked", "settings")

Launch = Callable[[int, int, Any], Child]
Seconds = Callable[[Any], float]

_log = logging.getLogger(__name__)


class Unstartable(Exception):
    """Workers cannot serve. The message is one line for an operator."""


class Refused(Unstartable):
    """Workers cannot serve with these settings."""


@dataclass(slots=True)
class _Slot:
    number: int
    # The one that serves, and the one that is to take its place or to be the first.
    serving: Child | None = None
    coming: Child | None = None
    served: bool = False


class Pool:
    """So many workers, all with one configuration, once there has been time for it."""

    def __init__(
        self, count: int, launch: Launch, on_gone: Callable[[Child], None], config: Any, leave_seconds: Seconds
    ) -> None:
        """`launch` starts a process, given its number, its lane and a configuration; `on_gone` is told of its end.

        One that is told to leave is killed after the `leave_seconds` of its configuration.
        """
        self._launch = launch
        self._on_gone = on_gone
        self._slots = [_Slot(number) for number in range(count)]
        self._lanes = list(range(lanes(count)))
        self._leaving: list[Child] = []
        self._config = config
        # What there was before, until all have the new one.
        self._before: Any = None
        self._early = 0
        self._not_before = 0.0
        self._leave_seconds = leave_seconds
        self.restarts = dict.fromkeys(REASONS, 0)
        self._next_look = monotonic() + ALIVE_SECONDS
        # The gateway is going to end, and no worker is exchanged any more.
        self._announced = False
        # No worker is started any more, and whether one of those that end had to leave something undone.
        self.ending = False
        self.cut = False
        self.reports = Reports(self.children, lambda: {"workers": self.serving, "restarts": self.restarts})

    def children(self) -> Iterator[Child]:
        """All processes that there are."""
        for slot in self._slots:
            yield from (each for each in (slot.serving, slot.coming) if each is not None)
        yield from self._leaving

    @property
    def serving(self) -> int:
        """How many workers serve, without those that leave."""
        return sum(1 for slot in self._slots if slot.serving is not None)

    @property
    def complete(self) -> bool:
        """Whether each worker has begun to serve at some time."""
        return all(slot.served for slot in self._slots)

    @property
    def settled(self) -> Any:
        """The configuration that all workers have had last: a new one once each of them serves with it."""
        return self._config if self._before is None else self._before

    def renew(self, config: Any) -> None:
        """Exchange all workers for such with another configuration, which is given up when it does not serve."""
        self._before, self._config = self._before or self._config, config

    def announce(self) -> None:
        """Tell all that the gateway is going to end. Who dies meanwhile is still replaced."""
        self._announced = True
        self.tell(messages.ANNOUNCE)

    def end(self, seconds: Seconds) -> None:
        """Start no more, and have all end, each within so many seconds."""
        self.ending = True
        self.tell(messages.DRAIN)
        for child in self.children():
            child.deadline = monotonic() + seconds(child.config)

    def hurry(self, seconds: float) -> None:
        """Have all that end wait for nothing but writes, which have so many seconds at least."""
        self.tell(messages.HURRY)
        for child in self.children():
            child.deadline = max(child.deadline or 0.0, monotonic() + seconds)

    def tell(self, kind: str) -> None:
        """Tell all processes."""
        for child in self.children():
            child.link.say(kind)

    def heard(self, child: Child, message: Message) -> None:
        """What a process says."""
        child.unanswered = 0
        match message["kind"]:
            case messages.READY:
                self._is_ready(child)
            case messages.REFUSED:
                child.refused = message["why"]
            case messages.LEAVING:
                child.asked = True
            case messages.QUIET:
                child.quiet = True
            case messages.SHOW:
                self.reports.ask(child, message)
            case messages.FIGURES:
                self.reports.told(child, message)

    def reap(self) -> None:
        """Look which processes have ended. Raises `Unstartable`, once all of them are noted."""
        problem: Unstartable | None = None
        for child in list(self.children()):
            code = child.exit_code()
            if code is None:
                continue
            child.link.finish()
            self._lanes.append(child.lane)
            self.reports.gone(child)
            self._on_gone(child)
            try:
                self._is_gone(child, code)
            except Unstartable as error:
                problem = problem or error
        if problem is not None:
            raise problem

    def advance(self) -> float | None:
        """Do what is due. Gives the time at which there may be more to do, by the monotonic clock."""
        now = monotonic()
        self.reports.advance()
        for child in self.children():
            if not child.proven and child.ready_at is not None and now - child.ready_at >= EARLY_SECONDS:
                child.proven, self._early = True, 0
            if child.deadline is not None and now >= child.deadline:
                _log.error("A worker (process %d) takes too long and is killed", child.pid)
                child.deadline = None
                child.kill()
        if now >= self._next_look:
            self._next_look = now + ALIVE_SECONDS
            self._look()
        if not self.ending and now >= self._not_before:
            self._start_what_is_due()
        return min(self._times(now), default=None)

    def _look(self) -> None:
        """Ask all that serve for a sign of life, and kill those that have given none for long."""
        for child in self.children():
            if child.ready_at is None:
                continue
            if child.unanswered >= MAX_UNANSWERED:
                _log.error("A worker (process %d) does not answer any more and is killed", child.pid)
                child.kill()
            else:
                child.unanswered += 1
                child.link.say(messages.ALIVE)

    def _times(self, now: float) -> Iterator[float]:
        yield self._next_look
        if not self.ending and self._not_before > now:
            yield self._not_before
        for child in self.children():
            if child.deadline is not None:
                yield child.deadline
            if not child.proven and child.ready_at is not None:
                yield child.ready_at + EARLY_SECONDS
        if self.reports.next_due is not None:
            yield self.reports.next_due

    def _start_what_is_due(self) -> None:
        for slot in self._slots:
            if slot.serving is None and slot.coming is None:
                self._start(slot, "died" if slot.served else None)
        # One exchange at a time, and never more than twice as many processes as there should be.
        busy = (
            self._announced or any(not each.quiet for each in self._leaving) or any(slot.coming for slot in self._slots)
        )
        if busy or len(self._leaving) >= len(self._slots):
            return
        for slot in self._slots:
            if slot.serving is not None and (slot.serving.config is not self._config or slot.serving.asked):
                self._start(slot, "asked" if slot.serving.asked else "settings")
                return

    def _start(self, slot: _Slot, reason: str | None) -> None:
        try:
            slot.coming = self._launch(slot.number, self._lanes[0], self._config)
        except OSError as error:
            # No memory, or no more processes, for now.
            how = f"cannot be started: {os.strerror(error.errno or 0)}"
            if not self.serving:
                self._has_died(how, early=True)
                return
            self._not_before = monotonic() + NO_ROOM_SECONDS
            _log.warning("A worker %s; tried again in a moment", how)
            return
        self._lanes.pop(0)
        slot.coming.reason = reason
        slot.coming.deadline = slot.coming.started + START_SECONDS

    def _is_ready(self, child: Child) -> None:
        child.ready_at = monotonic()
        child.deadline = child.deadline if self.ending else None
        if child.reason is not None:
            self.restarts[child.reason] += 1
        if self._announced:
            child.link.say(messages.ANNOUNCE)
        slot = self._slots[child.number]
        if slot.serving is not None:
            slot.serving.deadline = monotonic() + self._leave_seconds(slot.serving.config)
            slot.serving.link.say(messages.RETIRE)
            _log.info("A worker (process %d) takes the place of another (process %d)", child.pid, slot.serving.pid)
            self._leaving.append(slot.serving)
        slot.serving, slot.coming, slot.served = child, None, True
        if all(each.serving is not None and each.serving.config is self._config for each in self._slots):
            self._before = None

    def _is_gone(self, child: Child, code: int) -> None:
        if self.ending:
            self.cut = self.cut or code != 0
        if child in self._leaving:
            self._leaving.remove(child)
            _log.info("A worker (process %d) that was replaced %s", child.pid, ended(code))
            return
        slot = self._slots[child.number]
        instead = slot.coming is child and slot.serving is not None
        if slot.coming is child:
            slot.coming = None
        else:
            slot.serving = None
        if self.ending:
            return
        if child.refused and not self.complete:
            raise Refused(child.refused)
        how = child.refused or ended(code)
        if instead and self._before is not None and child.config is self._config:
            _log.error("The new settings are given up, as a worker with them does not serve: %s", how)
            self._config, self._before = self._before, None
            return
        early = child.ready_at is None or monotonic() - child.ready_at < EARLY_SECONDS
        self._has_died(f"(process {child.pid}) {how}", early=early)

    def _has_died(self, how: str, *, early: bool) -> None:
        if early:
            self._early += 1
            if self._early >= MAX_EARLY:
                raise Unstartable(
                    f"{MAX_EARLY} workers in a row did not last {EARLY_SECONDS:g} seconds; the last {how}"
                )
            self._not_before = monotonic() + PAUSES[self._early]
        _log.warning("A worker %s; another takes its place", how)


def lanes(count: int) -> int:
    """How many processes there may be at a time: those that serve, as many that leave, and one that comes."""
    return 2 * count + 1

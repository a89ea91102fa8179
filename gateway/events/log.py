"""The event log: what every store of events can do. Order is that of arrival, and a position is given once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.events.event import Event, Stored


class NotStored(Exception):
    """The log could not keep events now. The message names no value of theirs."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a log holds of one seller: events up to `gone` may be missing, `last` is the position of the latest."""

    gone: int
    last: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that could not be told to subscribers, after how many attempts, and why (an error's code)."""

    stored: Stored
    reason: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How much a log holds: events, and dead letters."""

    events: int
    dead_letters: int


# Told of events that were appended just now. It must neither fail nor wait.
OnStored = Callable[[Sequence[Event]], None]


class EventLog(Protocol):
    """Keeps events for a while, each id once."""

    @property
    def name(self) -> str:
        """Names this log: positions of another one say nothing here. Random, and as lasting as the events."""
        ...

    @property
    def figures(self) -> Figures:
        """How much there is, as far as this process knows."""
        ...

    def on_stored(self, listener: OnStored) -> None:
        """Tell this listener what is appended from now on, before anybody is told who waits in `changed`."""
        ...

    def on_missed(self, listener: Callable[[], None]) -> None:
        """Call this when `on_stored` may not have been told of all that was appended. It must neither fail nor wait."""
        ...

    async def open(self) -> None:
        """Make it ready; needs a running event loop. Raises `NotStored`."""
        ...

    async def close(self) -> None:
        """Let go of it. What was appended stays where it is kept."""
        ...

    async def append(self, events: Sequence[Event]) -> list[int | None]:
        """Keep events, in this order; gives the position of each, None for an id that is known already.

        They are kept when this returns, whatever happens to the process. Raises `NotStored`, and then none is.
        """
        ...

    async def read(self, merchant: str, after: int, limit: int) -> list[Stored]:
        """The events of a seller behind a position, at most so many, in order. Raises `NotStored`."""
        ...

    async def bounds(self, merchant: str) -> Bounds:
        """What there is of a seller; `gone` and `last` are 0 when nothing ever was. Raises `NotStored`."""
        ...

    async def changed(self, merchant: str, after: int) -> None:
        """Return once there is an event of a seller behind a position, whichever process appended it."""
        ...

    async def bury(self, letter: DeadLetter) -> None:
        """Note that an event could not be told to subscribers. Raises `NotStored`."""
        ...

    async def latest(self) -> str | None:
        """When the event appended last was created, as Square says it; None while there is none. Raises `NotStored`."""
        ...

    async def note(self, name: str) -> str | None:
        """What was noted last under a name, None for nothing; it outlives the events. Raises `NotStored`."""
        ...

    async def set_note(self, name: str, text: str) -> None:
        """Note something, as lasting as the log. Raises `NotStored`."""
        ...

    async def hold(self, task: str, holder: str, seconds: float) -> bool:
        """Take or keep a task that one process does at a time, for so long; False while another holds it.

        No time lets go of it. Raises `NotStored`.
        """
        ...

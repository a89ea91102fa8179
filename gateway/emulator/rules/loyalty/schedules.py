"""When a promotion is available: iCalendar events in the local time of the shop.

Square takes a VEVENT of DTSTART, DURATION and RRULE only, unzoned, with BEGIN and END optional
(https://developer.squareup.com/reference/square/objects/LoyaltyPromotionAvailableTimeData).
Undocumented; chosen here: a rule may be DAILY, WEEKLY or MONTHLY with INTERVAL, BYDAY, UNTIL and
WKST, a period lasts a day at most, and one that does not recur is over for good when it ends.
Knows no timezone and no clock: times are naive. No I/O.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import combinations
from typing import Any

from dateutil.rrule import rrule, rrulestr

_DAY = timedelta(days=1)
_LOCAL = re.compile(r"\d{8}T\d{6}")
_DURATION = re.compile(r"P(?=[\dT])(?:(\d{1,9})D)?(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?")
_PARTS = {
    "FREQ": re.compile("DAILY|WEEKLY|MONTHLY"),
    "INTERVAL": re.compile("[1-9][0-9]?"),
    "BYDAY": re.compile(r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU))*"),
    "UNTIL": re.compile(r"\d{8}(?:T\d{6})?"),
    "WKST": re.compile("MO|TU|WE|TH|FR|SA|SU"),
}
_CYCLES = {"DAILY": _DAY, "WEEKLY": 7 * _DAY}
# How far ahead two periods are searched for a day that both claim.
_HORIZON = 92 * _DAY


@dataclass(frozen=True, slots=True)
class Period:
    """One time period of a promotion, read from a VEVENT."""

    start: datetime
    duration: timedelta
    recurrence: rrule | None
    until: datetime | None
    # Shifting the start by this keeps the recurrence in step, so that it need not be counted from its beginning.
    cycle: timedelta | None
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The event as Square answers it, always between BEGIN and END."""
        return "\n".join(("BEGIN:VEVENT", *self.lines, "END:VEVENT"))

    def occurrences(self, first: datetime, last: datetime) -> list[datetime]:
        """When the period begins, within the two moments (inclusive)."""
        if self.recurrence is None:
            return [self.start] if first <= self.start <= last else []
        changes: dict[str, Any] = {"until": min(last, self.until or last)}
        if self.cycle is not None and first - self.start > self.cycle:
            changes["dtstart"] = self.start + ((first - self.start) // self.cycle - 1) * self.cycle
        found: list[datetime] = self.recurrence.replace(**changes).between(first, last, inc=True)
        return found

    def covers(self, moment: datetime) -> bool:
        """Whether the period is running at a moment of local time."""
        return any(moment < begun + self.duration for begun in self.occurrences(moment - self.duration, moment))


def parse(text: str) -> Period:
    """Read one VEVENT. Raises ValueError with a reason when it is none that Square supports."""
    lines = [line.strip() for line in text.strip().splitlines()]
    if lines and lines[0].upper() == "BEGIN:VEVENT":
        lines = lines[1:]
    if lines and lines[-1].upper() == "END:VEVENT":
        lines = lines[:-1]
    properties: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        if name not in ("DTSTART", "DURATION", "RRULE") or name in properties:
            raise ValueError("Only one DTSTART, DURATION and RRULE are supported, unzoned.")
        properties[name] = value
    if "DTSTART" not in properties or "DURATION" not in properties:
        raise ValueError("DTSTART and DURATION are required.")
    start, duration = _local(properties["DTSTART"]), _duration(properties["DURATION"])
    recurrence, until, cycle = _rule(properties["RRULE"], start) if "RRULE" in properties else (None, None, None)
    if until is not None and until < start:
        raise ValueError("UNTIL must not be before DTSTART.")
    return Period(start, duration, recurrence, until, cycle, tuple(lines))


def share_a_day(periods: Sequence[Period]) -> bool:
    """Whether two of the periods begin on the same day, of which Square allows only one."""
    for one, other in combinations(periods, 2):
        first = datetime.combine(max(one.start, other.start).date(), time.min)
        days = [{begun.date() for begun in each.occurrences(first, first + _HORIZON)} for each in (one, other)]
        if days[0] & days[1]:
            return True
    return False


def starts(periods: Sequence[Period]) -> date:
    """The `start_date` of a promotion."""
    return min(period.start for period in periods).date()


def ends(periods: Sequence[Period]) -> tuple[date, datetime] | None:
    """The `end_date` of a promotion and the moment of its end; None if a period recurs without UNTIL."""
    days, moments = [], []
    for period in periods:
        last = period.start if period.recurrence is None else period.until
        if last is None:
            return None
        days.append(last.date())
        # The last occurrence may run beyond UNTIL, which is about when it begins.
        begun = period.occurrences(max(period.start, last - _HORIZON), last)
        moments += [last, *(each + period.duration for each in begun[-1:])]
    return max(days), max(moments)


def _local(text: str) -> datetime:
    if not _LOCAL.fullmatch(text):
        raise ValueError("Times must be local, as in 20220816T160000.")
    # `strptime` would also take one digit where two are meant, hence the pattern.
    found = datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - the shop's local time
    if not 1970 <= found.year < 9000:
        raise ValueError("The year is out of range.")
    return found


def _duration(text: str) -> timedelta:
    match = _DURATION.fullmatch(text)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0, 0)
    seconds += 86_400 * days + 3_600 * hours + 60 * minutes
    if not 0 < seconds <= 86_400:
        raise ValueError("DURATION must be positive and a day at most, as in PT2H.")
    return timedelta(seconds=seconds)


def _rule(text: str, start: datetime) -> tuple[rrule, datetime | None, timedelta | None]:
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, _, value = part.partition("=")
        if name not in _PARTS or name in parts or not _PARTS[name].fullmatch(value):
            raise ValueError("RRULE supports FREQ, INTERVAL, BYDAY, UNTIL and WKST.")
        parts[name] = value
    if "FREQ" not in parts:
        raise ValueError("RRULE needs FREQ.")
    until = parts.pop("UNTIL", None)
    cycle = _CYCLES.get(parts["FREQ"])
    recurrence = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    assert isinstance(recurrence, rrule)
    return (
        recurrence,
        _local(until if "T" in until else f"{until}T235959") if until else None,
        cycle and cycle * int(parts.get("INTERVAL", "1")),
    )

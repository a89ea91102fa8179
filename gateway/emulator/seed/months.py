"""When the history of loyalty happened: in whole months before the present one, counted back.

Points expire at the first of a month. History that moves with the month therefore has the same
balances whenever it is seeded, and always some points that are still good. No I/O.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from gateway.emulator.api.clock import timestamp

# The earliest month of any history, counted back from the present one.
OLDEST = 26


@lru_cache(maxsize=64)
def month(now: datetime, back: int) -> datetime:
    """The first moment (UTC) of the month that is so many months before the present one."""
    years, position = divmod(now.year * 12 + now.month - 1 - back, 12)
    return midnight(now).replace(year=years, month=position + 1, day=1)


@lru_cache(maxsize=64)
def first_of_month(now: datetime, back: int) -> str:
    """The same moment as Square writes it."""
    return timestamp(month(now, back))


def moment(now: datetime, back: int, day: int, minute: int = 0) -> datetime:
    """A moment of that month: a day from 1 to 28, and minutes after the shops' opening (8 in the morning or so)."""
    return month(now, back) + timedelta(days=day - 1, hours=16, minutes=minute)


def midnight(now: datetime) -> datetime:
    """The beginning of the present day (UTC)."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)

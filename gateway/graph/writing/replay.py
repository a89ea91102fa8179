"""Whether the answer to a write is to what was sent now, or the first answer to a key that was used before.

Square answers a used idempotency key of some endpoints with its first response, whatever is sent, and gives no sign.
Only keys that callers choose can have been used before. What two processes write with one key at the same moment is
not told apart where an answer does not tell its object.
https://developer.squareup.com/docs/build-basics/common-api-patterns/idempotency
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from gateway.graph.loading.context import Context
from gateway.graph.loading.warning import Warned
from gateway.square.clock import seconds_since_1970
from gateway.square.endpoint import Call
from gateway.square.errors import Ambiguous, Forbidden, NotFound, SquareError

T = TypeVar("T")
# Moments are told in milliseconds at best, cut off behind them.
_EXACT = 0.001


def same_object(answer: Any, current: Any) -> bool:
    """Whether two states are of one object, by the moment it was created; none tells that it was not."""
    one, other = answer.created_at, current.created_at
    if one is None or other is None:
        return True
    # Square writes moments with and without fractions of a second.
    return bool(one == other if len(one) == len(other) else one[:19] == other[:19])


@dataclass(frozen=True, slots=True)
class ReplayCheck(Generic[T]):
    """How to find out for one write.

    `fits` compares an answer with what was sent. One that fits but is older than the request may show an object that
    was deleted since, or that of somebody else: `current` reads what is there, and `same` compares it with the answer.
    """

    fits: Callable[[T], bool]
    current: Callable[[T], Call[Any]]
    same: Callable[[T, Any], bool] = same_object

    async def holds(self, context: Context, answer: Any, began: float | None) -> bool:
        """Whether the answer to a request that began then, in seconds since 1970, shows what is there now.

        None for one that was not the only one with its key, then or just before: the time of an answer does not tell
        whose it is, least by a clock that is ahead.
        A token that may not read is believed, with a warning. Raises `Ambiguous` when it cannot be found out.
        """
        if not self.fits(answer):
            return False
        if began is not None and is_between(answer.updated_at, began, context.square.wall()):
            return True
        try:
            return self.same(answer, await context.read(self.current(answer)))
        except NotFound:
            return False
        except Forbidden:
            context.warnings.add(Warned.REPLAY_NOT_CONFIRMED)
            return True
        except SquareError as error:
            raise Ambiguous(error.operation) from None


def is_between(moment: str | None, began: float, ended: float) -> bool:
    """Whether a moment that Square tells certainly lies between these two, in seconds since 1970, to a millisecond.

    One that is told without a fraction hardly ever does, nor one of a clock that is ahead of or behind this one: that
    costs a call to read, and no more. Taken for new, it could be that of another write just before.
    """
    told = seconds_since_1970(moment)
    return began < told + _EXACT and told <= ended

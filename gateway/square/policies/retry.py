"""When a call is sent again, and what its failure means in the end.

The one rule that matters: a request that Square may have processed is sent again only if the call
says that this is harmless (`Call.repeatable`). How the call is sent is not known here.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from gateway.square.clock import Timing
from gateway.square.endpoint import Bulk, Call, Nothing, Repeat
from gateway.square.errors import (
    Ambiguous,
    AnotherObject,
    BadResponse,
    CircuitOpen,
    Conflict,
    NotFound,
    NotSent,
    RateLimited,
    Rejected,
    SquareError,
    TooLate,
    Unavailable,
    UpstreamTimeout,
)
from gateway.square.policies.call_budget import MAX_WAIT, Budget
from gateway.square.policies.retry_budget import Allowance
from gateway.square.response import Answer

T = TypeVar("T")
log = logging.getLogger(__name__)

TRANSIENT_STATUSES = frozenset({500, 502, 503, 504})


async def persist(
    call: Call[T],
    send: Callable[[bool], Awaitable[Answer[T]]],
    *,
    deadline: float,
    budget: Budget,
    allowances: tuple[Allowance, ...],
    timing: Timing,
) -> Answer[T]:
    """Send a call until it is answered, is refused, or must not be sent again. Raises `SquareError`.

    `send` is told whether to take a new connection. One that is kept may have been closed by Square
    meanwhile, and then the others that are kept may have been closed too.
    `deadline` is on the clock of `timing`; every one of the `allowances` must have a retry left
    after a failure.
    """
    for allowance in allowances:
        allowance.asked()
    failures: list[SquareError] = []
    while True:
        try:
            answer = await send(any(isinstance(failure, Ambiguous) for failure in failures))
        except SquareError as error:
            failures.append(error)
        else:
            return _after(failures, call, answer)
        if _deleted_before(call, failures):
            return Answer(Nothing(), None)  # type: ignore[arg-type]
        wait = pause(call, failures, deadline - timing.now(), budget.attempts, timing)
        # A 429 needs no allowance: the tenant's limiter has slowed everything down already.
        needed = () if isinstance(failures[-1], RateLimited) else allowances
        if wait is None or not all(allowance.left for allowance in needed):
            raise outcome(call, failures)
        log.info("%s: attempt %d, trying again", failures[-1], len(failures))
        for allowance in needed:
            allowance.retried()
        if wait:
            await timing.sleep(wait)


def pause(
    call: Call[Any], failures: list[SquareError], remaining: float, attempts: int, timing: Timing
) -> float | None:
    """The seconds until the next attempt after these failures, None when there is to be none."""
    error = failures[-1]
    if len(failures) >= attempts or not _transient(call, failures):
        return None
    longest = min(MAX_WAIT, remaining)
    if isinstance(error, RateLimited):
        # The tenant's limiter holds back the next attempt, together with everything else of the tenant.
        return 0.0 if (error.retry_after or 0.0) <= longest else None
    wait = max(timing.backoff(len(failures) - 1), error.retry_after or 0.0)
    return wait if wait <= longest else None


def _transient(call: Call[Any], failures: list[SquareError]) -> bool:
    """Whether another attempt could end better, and is allowed."""
    match failures[-1]:
        case TooLate() | CircuitOpen():
            return False
        case NotSent():
            return True
        case RateLimited(status=status):
            return status == 429  # without a status it was the gateway's own limit
        case AnotherObject() if call.endpoint.replays:
            return False  # what Square has answered to a key it answers again
        case BadResponse():
            return call.repeatable and sum(isinstance(each, BadResponse) for each in failures) == 1
        case Unavailable(status=status):
            return call.repeatable and status in TRANSIENT_STATUSES
        case Ambiguous() | UpstreamTimeout():
            return call.repeatable
        case _:
            return False


def outcome(call: Call[Any], failures: list[SquareError]) -> SquareError:
    """What the failure of a call means to its caller: did the write happen, and may it be sent again?"""
    error = failures[-1]
    if call.endpoint.repeat is Repeat.SAFE:
        # Reading changes nothing, so nothing is in doubt: it just did not work.
        if isinstance(error, Ambiguous):
            return Unavailable(error.operation, error.problems, status=error.status)
        return error
    doubtful = any(each.maybe_processed for each in failures)
    if not doubtful:
        return error
    own_echo = isinstance(error, Conflict) and call.endpoint.repeat is Repeat.VERSIONED
    if own_echo or not call.repeatable:
        return _unknown(error)
    if _refused_for_now(call, error) and any(map(_may_go_on, failures)):
        # Refused as things stand now. The earlier request may still be carried out, once they have changed.
        error = _unknown(error)
    if not isinstance(error, NotFound | Rejected):
        key = (call.body or {}).get("idempotency_key")
        error.maybe_processed = True
        error.retryable = call.endpoint.repeat is not Repeat.KEYED or key is not None
        error.idempotency_key = key
    return error


def _refused_for_now(call: Call[Any], error: SquareError) -> bool:
    """Whether Square might have carried this out at another time: a key used with other data stays so."""
    keyed = call.endpoint.repeat is Repeat.KEYED
    return keyed and isinstance(error, Rejected) and error.code != "IDEMPOTENCY_KEY_REUSED"


def _may_go_on(error: SquareError) -> bool:
    """Whether Square may still be working on the request that failed so."""
    return error.maybe_processed and (isinstance(error, Ambiguous | UpstreamTimeout) or error.status in {502, 504})


def _unknown(error: SquareError) -> Ambiguous:
    unknown = Ambiguous(error.operation, error.problems, status=error.status)
    unknown.retryable = False
    return unknown


def _after(failures: list[SquareError], call: Call[T], answer: Answer[T]) -> Answer[T]:
    """The answer to a repeated call; a conflict in it may be with what the first attempt had written."""
    versioned = call.endpoint.repeat is Repeat.VERSIONED
    if versioned and isinstance(answer.value, Bulk) and any(each.maybe_processed for each in failures):
        items = answer.value.items
        for key, item in items.items():
            if isinstance(item, Conflict):
                items[key] = _unknown(item)
    return answer


def _deleted_before(call: Call[Any], failures: list[SquareError]) -> bool:
    """Whether a delete finds nothing because an earlier attempt has deleted it already."""
    return (
        call.endpoint.repeat is Repeat.SET_LIKE
        and call.endpoint.method == "DELETE"
        and isinstance(failures[-1], NotFound)
        and any(each.maybe_processed for each in failures)
    )

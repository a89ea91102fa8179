"""The write of a mutation: sent once, its outcome is a result or what the user can correct. Knows no payload."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from gateway.graph.loading.context import Context, Info
from gateway.graph.schema.idempotency_key import used_before
from gateway.graph.schema.user_errors import ConflictError, UserError, missing_id, user_errors
from gateway.graph.selection.resolver import CURRENT_VERSION, mentions_below
from gateway.graph.square_messages import Renames
from gateway.graph.writing.replay import ReplayCheck
from gateway.square.endpoint import Call
from gateway.square.errors import Ambiguous, AnotherObject, NotFound, Rejected, SquareError

T = TypeVar("T")
V = TypeVar("V")

# Calls beyond the estimate for reading back what a write left behind, when its answer was lost.
READ_BACK_CALLS = 1
_KEY = {"idempotency_key": ["idempotencyKey"]}


@dataclass
class Outcome(Generic[T]):
    """What came of a write: its result, or the errors that the user can correct."""

    value: T | None = None
    errors: list[UserError] = field(default_factory=list)

    def when_done(self, value: V) -> V | None:
        """This value when the write was carried out, None when there are errors."""
        return None if self.errors else value


async def attempt(
    info: Info,
    call: Call[T],
    *,
    errors: Sequence[UserError] = (),
    renames: Renames | None = None,
    seen: Callable[[], Awaitable[T | None]] | None = None,
    current: Call[Any] | None = None,
    replay: ReplayCheck[T] | None = None,
) -> Outcome[T]:
    """Send a write, or nothing when the input has `errors` already. Raises a `SquareError` that no user can correct.

    `renames` maps the start of Square's dotted field names to the path of the argument that filled them; other names
    are looked for in `input`. `seen` reads back what the write leaves behind, None when that is not there: a write
    that cannot be sent again, and whose answer was lost, is done if its effect is. `current` reads the object, so
    that a conflict tells its version. `replay` finds out whether the answer is to what was sent now, where the caller
    may have used the key before.
    """
    if errors:
        return Outcome(errors=[*errors])
    outcome = await _sent(info, call, {**_KEY, **(renames or {})}, seen, replay)
    if current is not None:
        await with_current_version(info, outcome.errors, lambda: info.context.read(current))
    return outcome


async def _sent(
    info: Info,
    call: Call[T],
    renames: Renames,
    seen: Callable[[], Awaitable[T | None]] | None,
    replay: ReplayCheck[T] | None,
) -> Outcome[T]:
    context = info.context
    began = context.square.wall()
    try:
        with context.square.using(call, chosen=replay is not None) as use:
            value = await context.write(call)
    except Ambiguous:
        if seen is not None:
            context.square.plan_more(READ_BACK_CALLS)
        found = None if seen is None else await _unless_it_fails(seen)
        if found is None:
            raise
        return Outcome(found)
    except AnotherObject:
        if replay is None:
            raise
        return Outcome(errors=[used_before(renames["idempotency_key"])])
    except NotFound as error:
        named = any(each.field for each in error.problems)
        return Outcome(errors=user_errors(error, {**renames, "": () if named else missing_id(call, error, renames)}))
    except Rejected as error:
        return Outcome(errors=user_errors(error, renames))
    if replay is not None and not await _answered_now(context, call, replay, value, began if use.alone else None):
        return Outcome(errors=[used_before(renames["idempotency_key"])])
    return Outcome(value)


async def _answered_now(context: Context, call: Call[T], replay: ReplayCheck[T], value: T, began: float | None) -> bool:
    try:
        return await replay.holds(context, value, began)
    except Ambiguous as error:
        error.retryable, error.idempotency_key = True, (call.body or {}).get("idempotency_key")
        raise


async def _unless_it_fails(read: Callable[[], Awaitable[T | None]]) -> T | None:
    with contextlib.suppress(SquareError, TimeoutError):
        return await read()
    return None


async def with_current_version(info: Info, errors: Sequence[UserError], read: Callable[[], Awaitable[Any]]) -> None:
    """Add to conflicts the version that the object has now, if it is asked; none when it cannot be read or is gone."""
    conflicts = [error for error in errors if isinstance(error, ConflictError)]
    if conflicts and mentions_below(info, CURRENT_VERSION):
        with contextlib.suppress(SquareError, TimeoutError):
            current = await read()
            for conflict in conflicts:
                conflict.current_version = current.version if current is not None else None

"""User errors: what went wrong in a mutation that the caller can mend, with the path of the input."""

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import strawberry

from gateway.graph.loading.context import Info, Operation
from gateway.graph.schema.scalars import Long
from gateway.graph.selection.resolver import CURRENT_VERSION, mentions_below
from gateway.graph.square_messages import Renames, input_path, readable
from gateway.square.endpoint import Call
from gateway.square.errors import Ambiguous, Conflict, NotFound, Problem, Rejected, SquareError

T = TypeVar("T")

_WHAT = (
    "Why a mutation, or one item of a bulk mutation, was not carried out. Nothing was changed, unless the code begins "
    "with UPSTREAM_: then it may have been."
)
_MESSAGE = "What went wrong, in a sentence that can be shown to a person."
_CODE = "A stable code, Square's own where Square gave one, such as INVALID_PHONE_NUMBER. New codes may appear."
_FIELD = "The path of the argument or input field at fault, such as [input, phoneNumber]. Null when it is none of them."


@strawberry.interface(description=_WHAT)
class UserError:
    message: str = strawberry.field(description=_MESSAGE)
    code: str = strawberry.field(description=_CODE)
    field: list[str] | None = strawberry.field(description=_FIELD)


@strawberry.type(description="An input that is not acceptable.")
class ValidationError(UserError):
    pass


@strawberry.type(description="The object that the mutation names does not exist, or this caller may not see it.")
class NotFoundError(UserError):
    pass


@strawberry.type(description="The object has changed since the version that the mutation named.")
class ConflictError(UserError):
    current_version: Long | None = strawberry.field(
        default=None, description="The version the object has now, when it could be read."
    )


@strawberry.type(description="The idempotency key was used before, with other data.")
class IdempotencyError(UserError):
    pass


ERROR_TYPES: tuple[type, ...] = (ValidationError, NotFoundError, ConflictError, IdempotencyError)


# The calls beyond the estimate that reading back what a write left behind takes, when its answer was lost.
READ_BACK_CALLS = 1


@dataclass
class Outcome(Generic[T]):
    """What became of a write: its result, or what the caller can mend."""

    value: T | None = None
    errors: list[UserError] = field(default_factory=list)


async def attempt(
    operation: Operation,
    call: Call[T],
    renames: Renames | None = None,
    *,
    seen: Callable[[], Awaitable[T | None]] | None = None,
) -> Outcome[T]:
    """Send a write. Failures that the caller can mend become user errors, all others are raised.

    `renames` maps the start of Square's dotted field names to the path of the argument that
    filled them; names not listed are looked for in `input`. `seen` reads back what the write leaves behind, None
    when that is not there: a write that cannot be sent again, and whose answer was lost, is done if its effect is.
    """
    try:
        value = await operation.write(call)
    except Ambiguous:
        if seen is not None:
            operation.square.plan_more(READ_BACK_CALLS)
        found = None if seen is None else await _unless_it_fails(seen)
        if found is None:
            raise
        return Outcome(found)
    except NotFound as error:
        given = renames or {}
        place = () if any(each.field for each in error.problems) else _missing(call, error, given)
        return Outcome(errors=user_errors(error, {**given, "": place}))
    except Rejected as error:
        return Outcome(errors=user_errors(error, renames))
    return Outcome(value)


async def _unless_it_fails(read: Callable[[], Awaitable[T | None]]) -> T | None:
    with contextlib.suppress(SquareError, TimeoutError):
        return await read()
    return None


async def with_current_version(
    info: Info, errors: list[UserError], read: Callable[[], Awaitable[Any]]
) -> list[UserError]:
    """Add to conflicts the version that the object has now, if it is asked; none when it cannot be read or is gone."""
    conflicts = [error for error in errors if isinstance(error, ConflictError)]
    if conflicts and mentions_below(info, CURRENT_VERSION):
        with contextlib.suppress(SquareError, TimeoutError):
            current = await read()
            for conflict in conflicts:
                conflict.current_version = current.version if current is not None else None
    return errors


def user_errors(error: SquareError, renames: Renames | None = None) -> list[UserError]:
    """Square's problems as user errors, each with the path of the input it is about."""
    problems = error.problems or (
        Problem("INVALID_REQUEST_ERROR", "NOT_FOUND" if isinstance(error, NotFound) else "BAD_REQUEST"),
    )
    return [_user_error(error, problem, renames or {}) for problem in problems]


def _user_error(error: SquareError, problem: Problem, renames: Renames) -> UserError:
    kind: Any = ValidationError
    if isinstance(error, NotFound):
        kind = NotFoundError
    elif isinstance(error, Conflict):
        kind = ConflictError
    elif problem.code == "IDEMPOTENCY_KEY_REUSED":
        kind = IdempotencyError
    return kind(message=readable(problem), code=problem.code, field=input_path(problem.field, renames))  # type: ignore[no-any-return]


def _missing(call: Call[Any], error: NotFound, renames: Renames) -> Sequence[str]:
    """The path of the id that does not exist: the only one in the call's path, or the one that Square quotes.

    A call that makes something has no such id in its path: then Square may quote one of its body.
    """
    parts = zip(call.endpoint.path.split("/"), call.path.split("/"), strict=True)
    ids = {name[1:-1]: value for name, value in parts if name[:1] == "{" and name[1:-1] in renames}
    if len(ids) > 1 and error.problems:
        detail = error.problems[0].detail
        ids = {name: value for name, value in ids.items() if f"`{value}`" in detail}
    elif not ids and error.problems:
        quoted = [name for name, value in _ids(call.body) if f"`{value}`" in error.problems[0].detail]
        return input_path(quoted[0], renames) or () if len(quoted) == 1 else ()
    return renames[next(iter(ids))] if len(ids) == 1 else ()


def _ids(body: Any, start: str = "") -> Iterator[tuple[str, str]]:
    """The ids in a body, each with its dotted name."""
    for name, value in body.items() if isinstance(body, dict) else ():
        if isinstance(value, str) and name.endswith("_id"):
            yield start + name, value
        yield from _ids(value, f"{start}{name}.")

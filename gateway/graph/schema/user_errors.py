"""User errors: what went wrong in a mutation that the user can correct, with the path of the input. No I/O."""

from collections.abc import Iterator, Sequence
from typing import Any

import strawberry

from gateway.graph.schema.scalars import Long
from gateway.graph.square_messages import Renames, input_path, readable
from gateway.square.endpoint import Call
from gateway.square.errors import Conflict, NotFound, Problem, SquareError

_WHAT = (
    "Why a mutation, or one item of a bulk mutation, was not carried out. Nothing was changed, unless the code begins "
    "with UPSTREAM_: then it may have been."
)
_MESSAGE = "What went wrong, in a sentence that can be shown to a person."
_CODE = "A stable code, Square's own where Square gave one, such as INVALID_PHONE_NUMBER. New codes may appear."
USER_ERRORS = "Errors that the user can correct. Empty on success."
BULK_USER_ERRORS = "Errors of the mutation as a whole. Nothing was sent when there are any."
_FIELD = "The path of the argument or input field at fault, such as [input, phoneNumber]. Null when it is none of them."


@strawberry.interface(description=_WHAT)
class UserError:
    message: str = strawberry.field(description=_MESSAGE)
    code: str = strawberry.field(description=_CODE)
    field: list[str] | None = strawberry.field(description=_FIELD)


@strawberry.type(description="An invalid input.")
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


def missing_id(call: Call[Any], error: NotFound, renames: Renames) -> Sequence[str]:
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

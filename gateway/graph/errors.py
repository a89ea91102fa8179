"""What a client of the graph sees when something fails: one table, two places.

What the user can correct is a `UserError` in the payload of a mutation; everything else is a
top-level error with `extensions.code`. Nothing here holds a token, a URL or an upstream body.
"""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from graphql import GraphQLError

from gateway.graph.exception_summary import described
from gateway.graph.secret_patterns import shown, without_tokens
from gateway.graph.square_messages import Renames, readable, renamed
from gateway.square import errors as wire

# Bytes of a message.
MAX_MESSAGE = 1024
# Errors of one answer that are shown one by one: at most, and at least.
MAX_ERRORS, MIN_ERRORS = 1_000, 10

INTERNAL = "INTERNAL_SERVER_ERROR"
LONG_NUMBER = "A whole number of the input has too many digits."

# How Python refuses to read a whole number of thousands of digits, which graphql-core lets it try.
_DIGITS = "for integer string conversion"
_log = logging.getLogger(__name__)


class BadInput(GraphQLError):
    """An argument that cannot be right, found before anything was sent to Square."""

    def __init__(self, message: str, *path: str) -> None:
        """`path` leads to the argument or input field, in GraphQL names."""
        super().__init__(message, extensions={"code": "BAD_USER_INPUT", "field": list(path)})


class Refusal(ValueError):
    """A value that a scalar does not take. graphql-core says where it stands; the text may be shown."""


# The code and the sentence for each way a call can fail. More specific classes come first.
TABLE: tuple[tuple[type[Exception], str, str], ...] = (
    (wire.Unauthenticated, "UNAUTHENTICATED", "Square did not accept the access token."),
    (
        wire.Forbidden,
        "FORBIDDEN",
        "Square does not allow this: the access token lacks a permission, or another application owns the object.",
    ),
    (wire.RateLimited, "RATE_LIMITED", "Square is receiving too many requests from this account. Try again later."),
    (wire.UpstreamTimeout, "UPSTREAM_TIMEOUT", "Square did not answer in time."),
    (wire.Ambiguous, "UPSTREAM_AMBIGUOUS", "Square may have carried this out, but gave no answer that says so."),
    (
        wire.CallsUsedUp,
        "COST_ESTIMATE_EXCEEDED",
        "The seller has more of these than the estimate of this operation allows for. Ask for fewer at a time.",
    ),
    (wire.BadResponse, "UPSTREAM_BAD_RESPONSE", "Square's answer could not be understood."),
    (wire.NotSent, "UPSTREAM_UNAVAILABLE", "Square cannot be reached."),
    (wire.Unavailable, "UPSTREAM_UNAVAILABLE", "Square is not available."),
    (wire.NotFound, "NOT_FOUND", "There is no such object, or this caller may not see it."),
    (wire.Conflict, "CONFLICT", "The object has changed since the version given."),
    (wire.Unexpected, "UPSTREAM_ERROR", "Square answered with an error that this gateway does not know."),
    (wire.Rejected, "BAD_USER_INPUT", "Square refused the request."),
    (TimeoutError, "UPSTREAM_TIMEOUT", "Square did not answer in time."),
)


def present(error: GraphQLError) -> dict[str, Any]:
    """One error of an execution result as the client gets it. Anything unexpected is masked."""
    return present_all((error,))[0]


def present_all(errors: Sequence[GraphQLError], room: int = 0) -> list[dict[str, Any]]:
    """The errors of an answer as the client gets them, which may hold `room` values; a few are shown in any case.

    A last one sums up those that are not shown.
    """
    presented: list[dict[str, Any]] = []
    unexpected: Counter[str] = Counter()
    for error in errors[:MAX_ERRORS]:
        entry = _presented(error, unexpected)
        room -= _values(entry)
        if room < 0 and len(presented) >= MIN_ERRORS:
            break
        presented.append(entry)
    if hidden := len(errors) - len(presented):
        told = {"code": "TOO_MANY_ERRORS", "notShown": hidden}
        presented.append({"message": f"{hidden} more errors are not shown.", "extensions": told})
    for failure, times in unexpected.items():
        _log.error("A resolver failed%s with %s", f" {times} times" if times > 1 else "", failure)
    return presented


def message_of(error: Exception) -> str:
    """The message that the client gets for what a resolver has raised. Logs nothing."""
    raised = error if isinstance(error, GraphQLError) else GraphQLError(str(error), original_error=error)
    message: str = _presented(raised, Counter())["message"]
    return message


def _presented(error: GraphQLError, unexpected: Counter[str]) -> dict[str, Any]:
    original = error.original_error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    entry: dict[str, Any] = {"message": _in_words(error.message, original)}
    if error.locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        entry["path"] = error.path
    if original is None or isinstance(original, GraphQLError | Refusal) or entry["message"] == LONG_NUMBER:
        code = (error.extensions or {}).get("code", "BAD_USER_INPUT")
        entry["extensions"] = {**(error.extensions or {}), "code": code}
        return entry
    code, message = code_of(original)
    if code == INTERNAL:
        unexpected[described(original)] += 1
    entry["message"] = message
    entry["extensions"] = {"code": code, **_details(original)}
    return entry


def _values(entry: Any) -> int:
    """How many values this holds, counted as in the plan: names with what they stand for, and items of lists."""
    if isinstance(entry, dict | list):
        return sum(1 + _values(each) for each in (entry.values() if isinstance(entry, dict) else entry))
    return 0


def _in_words(message: str, original: Exception | None) -> str:
    """The message as it may be shown, where it is not about Python."""
    # A token that was put where a value belongs is shown by no answer, nor by what keeps answers.
    message = shown(message, MAX_MESSAGE)
    # The sentence may stand behind a name that leaves no room for it.
    about = f"{message} {original}" if isinstance(original, ValueError) else message
    return LONG_NUMBER if _DIGITS in about else message


def code_of(error: BaseException) -> tuple[str, str]:
    """The `extensions.code` and the message for a failure."""
    for kind, code, message in TABLE:
        if isinstance(error, kind):
            if code == "BAD_USER_INPUT" and isinstance(error, wire.SquareError) and error.problems:
                return code, readable(error.problems[0])
            return code, f"{message}{_advice(error)}"
    return INTERNAL, "Something went wrong inside the gateway."


def _advice(error: BaseException) -> str:
    """What to do about a write of which it is not known whether it was carried out."""
    if not isinstance(error, wire.SquareError) or not error.maybe_processed or error.retryable is None:
        return ""
    if not error.retryable:
        return " Read what it would have changed before you send it again."
    again = "with the idempotencyKey given here" if error.idempotency_key else "as it is"
    return f" It is safe to send it again {again}."


def _details(error: BaseException) -> dict[str, Any]:
    details: dict[str, Any] = {}
    if isinstance(error, wire.SquareError):
        details["operation"] = error.operation
        if error.retry_after is not None:
            details["retryAfter"] = error.retry_after
        if error.retryable is not None:
            details["retryable"] = error.retryable
        if error.idempotency_key is not None:
            details["idempotencyKey"] = error.idempotency_key
        if error.problems:
            details["squareErrors"] = [
                {
                    "category": each.category,
                    "code": each.code,
                    **({"field": without_tokens(each.field)} if each.field else {}),
                }
                for each in error.problems
            ]
    return details


@contextlib.contextmanager
def refused_as_input(renames: Renames) -> Iterator[None]:
    """Show what Square refuses about a read as `BadInput`, with the path of the argument that it is about.

    What is about no field that `renames` knows is raised as it is.
    """
    try:
        yield
    except wire.Rejected as error:
        problem = error.problems[0] if error.problems else None
        path = renamed(problem.field, renames) if problem and problem.field else None
        if problem is None or path is None or problem.code == "INVALID_CURSOR":
            raise
        refused = BadInput(readable(problem), *path)
        refused.extensions = {**(refused.extensions or {}), **_details(error)}
        raise refused from error


@contextlib.contextmanager
def missing_as_input(message: str, *path: str) -> Iterator[None]:
    """Show that an argument of a read names nothing as `BadInput` at the path of that argument."""
    try:
        yield
    except wire.NotFound as error:
        missing = BadInput(message, *path)
        missing.extensions = {**(missing.extensions or {}), **_details(error)}
        raise missing from error

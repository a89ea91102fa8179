"""What can happen on the wire.

    SquareError                 anything below; `errors` holds Square's own entries, if any
    ├── NotSent                 no connection: Square never saw the request
    ├── Ambiguous               the connection broke: Square may have processed the request
    ├── UpstreamTimeout         no answer in time: Square may have processed the request
    │   └── TooLate             the operation's time was over before the request was sent
    ├── CallsUsedUp             not sent, as the operation has made all the calls that it may make
    ├── BadResponse             an answer that is not what Square documents
    │   └── AnotherObject       one about something else than was asked for
    ├── Unavailable             5xx
    │   └── CircuitOpen         not sent, as Square kept failing; `retry_after` says when it is tried again
    ├── RateLimited             429; `retry_after` in seconds when known
    ├── Unauthenticated         401
    ├── Forbidden               403
    ├── NotFound                404
    ├── Unexpected              an error that is no refusal of the request and none of the above
    └── Rejected                any other 4xx: the request was understood and refused
        └── Conflict            a version mismatch or 409

What a GraphQL client sees of these is in `gateway.graph.errors`. No I/O.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

# As many of Square's entries as `graph.plan` takes a list of errors for, and the characters of each sentence.
MAX_PROBLEMS, MAX_DETAIL = 10, 1024
# A code and a category get into logs, a field into the paths of errors: names, and no texts.
_WORD = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_FIELD = re.compile(r"[\w.$:\[\]-]{0,256}", re.ASCII)

CONFLICT_CODES = frozenset({"VERSION_MISMATCH", "CONFLICT"})
# The categories of errors that say what is wrong with a request. Of the documented ones API_ERROR does not.
REFUSALS = frozenset(
    {
        "AUTHENTICATION_ERROR",
        "INVALID_REQUEST_ERROR",
        "RATE_LIMIT_ERROR",
        "PAYMENT_METHOD_ERROR",
        "REFUND_ERROR",
        "MERCHANT_SUBSCRIPTION_ERROR",
        "EXTERNAL_VENDOR_ERROR",
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of Square's error envelope. `code` is an open string; `detail` may quote the input."""

    category: str
    code: str
    detail: str = ""
    field: str | None = None


class SquareError(Exception):
    """A call to Square that did not give its result."""

    # True when Square may have processed the request although no answer arrived.
    maybe_processed: bool = False
    # For writes: whether the caller may send the same again, with this idempotency key if there is one.
    retryable: bool | None = None
    idempotency_key: str | None = None

    def __init__(
        self,
        operation: str,
        problems: Sequence[Problem] = (),
        *,
        status: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Name the operation; never a URL, a header or a body, as this text may be logged."""
        self.operation = operation
        self.problems = tuple(problems)
        self.status = status
        self.retry_after = retry_after
        codes = ", ".join(problem.code for problem in self.problems)
        super().__init__(f"{operation}: {type(self).__name__}" + (f" ({codes})" if codes else ""))

    @property
    def code(self) -> str:
        """Square's first code, or the empty string."""
        return self.problems[0].code if self.problems else ""


class NotSent(SquareError):
    """No connection could be made; Square never saw the request."""


class Ambiguous(SquareError):
    """The connection broke after the request may have been processed."""

    maybe_processed = True


class UpstreamTimeout(SquareError):
    """No complete answer within the time allowed; the request may have been processed."""

    maybe_processed = True


class TooLate(UpstreamTimeout):
    """The time of the operation was over before the request was sent."""

    maybe_processed = False


class CallsUsedUp(SquareError):
    """The operation has made as many calls as were planned for it; nothing was sent."""


class BadResponse(SquareError):
    """An answer that could not be understood; the request may have been processed."""

    maybe_processed = True


class AnotherObject(BadResponse):
    """An answer about something else than was asked for: of another request, or the first one to a used key."""


class Unavailable(SquareError):
    """Square answered with a server error; the request may have been processed."""

    maybe_processed = True


class CircuitOpen(Unavailable):
    """Square kept failing and is left alone for a while; nothing was sent."""

    maybe_processed = False


class RateLimited(SquareError):
    """Square refused the request because there were too many."""


class Unauthenticated(SquareError):
    """Square did not accept the token."""


class Forbidden(SquareError):
    """The token lacks a permission."""


class NotFound(SquareError):
    """There is no such object, or it is not visible to this caller."""


class Unexpected(SquareError):
    """An error that does not say what is wrong with the request. In a 200 it may have been processed."""


class Rejected(SquareError):
    """Square understood the request and refused it."""


class Conflict(Rejected):
    """The object has changed since the version that the request named."""


_BY_STATUS: dict[int, type[SquareError]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    408: UpstreamTimeout,
    429: RateLimited,
    409: Conflict,
}
_BY_CODE: dict[str, type[SquareError]] = {
    "UNAUTHORIZED": Unauthenticated,
    "ACCESS_TOKEN_EXPIRED": Unauthenticated,
    "ACCESS_TOKEN_REVOKED": Unauthenticated,
    "FORBIDDEN": Forbidden,
    "INSUFFICIENT_SCOPES": Forbidden,
    "NOT_FOUND": NotFound,
    "RATE_LIMITED": RateLimited,
    "INTERNAL_SERVER_ERROR": Unavailable,
    "SERVICE_UNAVAILABLE": Unavailable,
    "GATEWAY_TIMEOUT": Unavailable,
}


def problems_of(errors: Any) -> list[Problem]:
    """Square's `errors` list as problems, the first `MAX_PROBLEMS`; entries of an unexpected form as far as they go.

    Whatever is longer than it ever is, or no word where there must be one, is left out or cut here.
    """
    listed = errors[:MAX_PROBLEMS] if isinstance(errors, list) else ()
    return [_problem(entry) for entry in listed if isinstance(entry, dict)]


def _problem(entry: dict[str, Any]) -> Problem:
    detail = entry.get("detail")
    return Problem(
        category=_matching(_WORD, entry.get("category")) or "API_ERROR",
        code=_matching(_WORD, entry.get("code")) or "UNKNOWN",
        detail=detail[:MAX_DETAIL] if isinstance(detail, str) else "",
        field=_matching(_FIELD, entry.get("field")),
    )


def _matching(pattern: re.Pattern[str], text: Any) -> str | None:
    return text if isinstance(text, str) and pattern.fullmatch(text) else None


def error_for(
    operation: str, status: int | None, problems: Sequence[Problem], retry_after: float | None = None
) -> SquareError:
    """The narrowest error for an answer; `status` is None for an item of a bulk answer.

    Codes are an open set: of those not known here the category decides.
    """
    code = problems[0].code if problems else ""
    refused = status is not None and 400 <= status < 500
    kind = _BY_STATUS.get(status or 0) or (_BY_CODE.get(code) if status in (None, 200) else None)
    if kind is None:
        if status is not None and status >= 500:
            kind = Unavailable
        elif code in CONFLICT_CODES:
            kind = Conflict
        elif any(problem.category in REFUSALS for problem in problems) or (refused and not problems):
            kind = Rejected
        else:
            kind = Unexpected
    error = kind(operation, problems, status=status, retry_after=retry_after)
    if kind is Unexpected:
        error.maybe_processed = not refused
    return error

"""Fault switches: what goes wrong on purpose, at which operation and how often. No HTTP.

Nothing here is Square's behaviour except the form of the errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from gateway.emulator.errors import API, AUTHENTICATION, RATE_LIMIT, SquareFault

EVERY_OPERATION = "*"
# These are none of the operations: they are struck only by switches that name them.
STATUS_OPERATION = "RetrieveTokenStatus"
OTHER_OPERATIONS = frozenset(
    {
        STATUS_OPERATION,
        "SearchEvents",
        "EnableEvents",
        "DisableEvents",
        "ListEventTypes",
        "ListWebhookEventTypes",
        "ListWebhookSubscriptions",
        "CreateWebhookSubscription",
        "RetrieveWebhookSubscription",
        "UpdateWebhookSubscription",
        "DeleteWebhookSubscription",
        "UpdateWebhookSubscriptionSignatureKey",
    }
)


class Kind(Enum):
    """What a switch does to a request."""

    LATENCY = "latency"
    STATUS = "status"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    TRUNCATED = "truncated"


STATUSES = {
    401: (AUTHENTICATION, "UNAUTHORIZED", "This request could not be authorized."),
    403: (AUTHENTICATION, "INSUFFICIENT_SCOPES", "The merchant has not given your application sufficient permissions."),
    429: (RATE_LIMIT, "RATE_LIMITED", "Too many requests."),
    500: (API, "INTERNAL_SERVER_ERROR", "An internal error has occurred."),
    502: (API, "BAD_GATEWAY", "Bad gateway."),
    503: (API, "SERVICE_UNAVAILABLE", "Service unavailable."),
    504: (API, "GATEWAY_TIMEOUT", "Gateway timeout."),
}


@dataclass(slots=True)
class Fault:
    """One switch.

    `operation` is Square's operation name, or `*` for each of them. It strikes `count` times (None: without end),
    each time with `probability`. `status` and `retry_after` (the header, verbatim) belong to
    `Kind.STATUS`, `milliseconds` to `Kind.LATENCY`. A reset before the request leaves no trace of
    it; after it, and with a truncated answer, the request has been carried out.
    """

    kind: Kind
    operation: str = EVERY_OPERATION
    count: int | None = None
    probability: float = 1.0
    status: int = 500
    retry_after: str | None = None
    milliseconds: float = 0.0

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status must be one of {sorted(STATUSES)}, not {self.status}")

    def error(self) -> SquareFault:
        """The answer of a `Kind.STATUS` switch."""
        category, code, detail = STATUSES[self.status]
        headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
        return SquareFault(self.status, code, detail, category=category, headers=headers)


@dataclass(slots=True)
class Strike:
    """What one request has coming: a delay in seconds, and at most one thing that goes wrong."""

    delay: float = 0.0
    fault: Fault | None = None


@dataclass
class Faults:
    """All switches of an emulator.

    `lag` is how far list and search stay behind writes, in seconds; `page` the most items of a page, whatever is
    asked; `definitions` whether custom attributes bring the definitions that are asked for.
    """

    lag: float = 0.0
    page: int | None = None
    definitions: bool = True
    switches: list[Fault] = field(default_factory=list)
    _random: Random = field(default_factory=lambda: Random(0), repr=False)  # noqa: S311 - repeatable on purpose

    def add(self, kind: Kind | str, operation: str = EVERY_OPERATION, **settings: object) -> Fault:
        """Set one switch more: the fields of `Fault` by name."""
        fault = Fault(Kind(kind), operation, **settings)  # type: ignore[arg-type]
        self.switches.append(fault)
        return fault

    def replace(
        self,
        switches: Iterable[Fault] = (),
        lag: float = 0.0,
        seed: int = 0,
        page: int | None = None,
        *,
        definitions: bool = True,
    ) -> None:
        """Replace everything; without arguments, nothing goes wrong any more."""
        self.switches = list(switches)
        self.lag = lag
        self.page = page
        self.definitions = definitions
        self._random.seed(seed)

    def strike(self, operation: str) -> Strike:
        """What happens to the next request of this operation; counts are used up by it."""
        strike = Strike()
        for fault in self.switches:
            every = fault.operation == EVERY_OPERATION and operation not in OTHER_OPERATIONS
            if not (every or fault.operation == operation) or fault.count == 0:
                continue
            if fault.kind is not Kind.LATENCY and strike.fault is not None:
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            if fault.count is not None:
                fault.count -= 1
            if fault.kind is Kind.LATENCY:
                strike.delay += fault.milliseconds / 1000
            else:
                strike.fault = fault
        return strike

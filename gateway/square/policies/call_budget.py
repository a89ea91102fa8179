"""What a call to Square may use: seconds, attempts, connections. Numbers only."""

from __future__ import annotations

from dataclasses import dataclass

# The longest that a caller is kept waiting because Square asked for a pause, in seconds.
MAX_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a call may use. Times are seconds.

    `operation` is the time of a whole GraphQL operation; an attempt gets `attempt` or what is left
    of that. Of all requests, `retry_share` may be repeated. `concurrency` is the most requests of
    one tenant at a time. After `failures` in a row nothing is sent for `open` seconds. `calls` is
    the most that one operation asks for which no cost was worked out.
    `identity` is the time for asking who a token is.
    Of what all callers share, one may hold `caller_share`; of its tenant's own, `tenant_share`.
    """

    connect: float = 2.0
    attempt: float = 10.0
    operation: float = 25.0
    identity: float = 2.0
    attempts: int = 3
    retry_share: float = 0.2
    connections: int = 100
    concurrency: int = 32
    failures: int = 5
    open: float = 30.0
    calls: int = 1000
    caller_share: float = 1.0
    tenant_share: float = 1.0

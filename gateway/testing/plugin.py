"""Fixtures for pytest, found by its entry point. What they need is imported and started by the first test that asks.

`square_fork` is the test's own copy of the demo shop, `gateway_url` where the gateway takes GraphQL, and `square_calls`
what the two were asked of Square. A session, or a worker of pytest-xdist, has one emulator and one gateway.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gateway.testing.fork import Fork
    from gateway.testing.servers import Servers


@pytest.fixture(scope="session")
def square_customers() -> int:
    """How many customers the demo shop has. Write a fixture of this name and scope to have another number."""
    return 1000


@pytest.fixture(scope="session")
def square_servers(square_customers: int) -> Iterator[Servers]:
    """The emulator and the gateway that all tests of this process share."""
    from gateway.testing.proxies import past_proxies  # noqa: PLC0415 - nobody else pays for it
    from gateway.testing.servers import in_thread  # noqa: PLC0415 - nobody else pays for it

    with pytest.MonkeyPatch.context() as environment, in_thread(customers=square_customers) as servers:
        for name, value in past_proxies(os.environ).items():
            environment.setenv(name, value)
        yield servers


@pytest.fixture(scope="session")
def gateway_url(square_servers: Servers) -> str:
    """Where the gateway takes GraphQL; it wants the headers of the test's fork."""
    return square_servers.graphql


@pytest.fixture
def square_fork(square_servers: Servers) -> Iterator[Fork]:
    """A shop for this test alone. It is there until the test ends."""
    from gateway.testing.fork import fork  # noqa: PLC0415 - nobody else pays for it

    made = fork(square_servers.emulator)
    yield made
    made.drop()


@pytest.fixture
def square_calls(square_fork: Fork) -> Callable[[], dict[str, int]]:
    """A function: how often each of Square's operations was called in this test's fork since it was last asked."""

    def calls() -> dict[str, int]:
        count: dict[str, int] = square_fork.ask("GET", "/_emulator/calls")["count"]
        square_fork.ask("DELETE", "/_emulator/calls")
        return count

    return calls

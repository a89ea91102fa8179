"""The forks of a running emulator, and which of them a request is for. Holds no rules, and no paths.

A fork is told by its tokens: the id of the fork, a dot, and a token of the shop that it was copied from.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from aiohttp import web

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.naming import Naming, fork_of
from gateway.emulator.errors import AUTHENTICATION, SquareFault, chosen, not_found
from gateway.emulator.http.instance import Instance, copy

# Forks there may be at a time: each holds its whole shop in memory.
MAX_FORKS = 64


@dataclass(frozen=True, slots=True)
class Fork:
    """One copy; `created_at` is by the clock of what it was copied from."""

    id: str
    # The one it was asked for with, and the seller of it, by the names that the fork has for them.
    token: str
    merchant: str
    created_at: str
    instance: Instance


class Forks:
    """The original, and the copies that were made of it or of each other."""

    def __init__(self, original: Instance) -> None:
        self.original = original
        self._forks: dict[str, Fork] = {}
        self._any = False

    def of(self, http: web.Request) -> Instance:
        """What a call of Square's is for, by its token. Raises 401 UNAUTHORIZED for a fork that is not there."""
        # Without forks no call pays for them; the token of one that is gone is none of the original's either.
        return self.named(http) if self._any else self.original

    def named(self, http: web.Request) -> Instance:
        """The same, whether there are forks or not."""
        name = fork_of(http.headers.get("Authorization"))
        if name is None:
            return self.original
        if name not in self._forks:
            raise SquareFault(401, "UNAUTHORIZED", "There is no fork of this token.", category=AUTHENTICATION)
        return self._forks[name].instance

    async def add(self, source: Instance, token: str) -> Fork:
        """Copy a shop, to be used by this token. Raises 404 for one that it does not have, 400 for a fork too many."""
        token = source.naming.stored_token(token)
        seller = source.state.tenants.seller(token)
        if len(self._forks) >= MAX_FORKS:
            raise chosen("too_many_forks", f"There are {MAX_FORKS} forks: delete one that is not needed any more.")
        naming, now = Naming(f"fork-{secrets.token_hex(6)}"), timestamp(source.state.clock.peek())
        made = Fork(naming.fork, naming.token(token), naming.merchant(seller), now, copy(source, naming))
        self._forks[made.id], self._any = made, True
        await made.instance.deliveries.start()
        return made

    def listed(self) -> list[Fork]:
        """All of them, the oldest first."""
        return list(self._forks.values())

    async def drop(self, id: str) -> None:
        """Forget a fork with everything in it. Raises 404."""
        if id not in self._forks:
            raise not_found("Fork", id)
        await _close(self._forks.pop(id).instance)

    async def start(self) -> None:
        """Send the original's notifications from now on."""
        await self.original.deliveries.start()

    def let_go(self) -> None:
        """End the connections of all readers."""
        for each in (self.original, *(fork.instance for fork in self.listed())):
            each.let_go()

    async def close(self) -> None:
        """Stop sending, and drop all forks. The original's store stays open."""
        while self._forks:
            await self.drop(next(iter(self._forks)))
        await self.original.deliveries.close()


async def _close(fork: Instance) -> None:
    fork.let_go()
    await fork.deliveries.close()
    fork.state.store.close()
    fork.state.gone.set()


FORKS: web.AppKey[Forks] = web.AppKey("forks", Forks)

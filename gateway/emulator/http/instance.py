"""One shop that the emulator's paths work on: its state, its notifications, and who watches these. Knows no paths."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from gateway.emulator.api.clock import Clock
from gateway.emulator.api.naming import ORIGINAL, Naming
from gateway.emulator.store import snapshot
from gateway.emulator.store.calls import Calls
from gateway.emulator.store.faults import Faults
from gateway.emulator.store.state import State
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import Tenants
from gateway.emulator.webhooks.delivery import table
from gateway.emulator.webhooks.delivery.deliveries import Deliveries
from gateway.emulator.webhooks.delivery.schedule import Pace
from gateway.emulator.webhooks.delivery.sent import SentAttempts


@dataclass(frozen=True, slots=True)
class Instance:
    """The original or a fork. `readers` are connections that are shown attempts as they end."""

    state: State
    deliveries: Deliveries
    sent: SentAttempts
    readers: set[asyncio.Task[object]] = field(default_factory=set)
    _loading: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def naming(self) -> Naming:
        """How its tokens and sellers are named."""
        return self.state.naming

    async def load(self, content: bytes) -> None:
        """Have what a snapshot has. Raises 400 for what is none, and changes nothing then."""
        store = self.state.store
        async with self._loading:
            with snapshot.opened(content, store) as source:
                table.skip_past(source)
                await self.deliveries.close()
                try:
                    snapshot.load(store, source)
                    self.state.clock.set_ahead(store.seconds_ahead)
                finally:
                    await self.deliveries.start()

    def let_go(self) -> None:
        """End the connections of its readers."""
        for reader in self.readers:
            reader.cancel()


def instance(state: State, pace: Pace | None) -> Instance:
    """What works on this state; nothing is sent until its deliveries are started."""
    deliveries = Deliveries(state.store, state.clock, pace, state.naming)
    return Instance(state, deliveries, SentAttempts(deliveries))


def original(
    store: Store, clock: Clock | None, tenants: Tenants | None, faults: Faults | None, pace: Pace | None
) -> Instance:
    """What an emulator starts with."""
    state = State(store, clock or Clock(), tenants or Tenants(store.db), faults or Faults(), Calls(), naming=ORIGINAL)
    return instance(state, pace)


def copy(source: Instance, naming: Naming) -> Instance:
    """The same shop at the same time, in memory, of which nothing is recorded and where nothing goes wrong.

    Its subscriptions are told of what happens in it from now on.
    """
    store = Store(source=source.state.store.db)
    with store.transaction() as db:
        table.skip_past(db)
    state = State(store, source.state.clock.copy(), Tenants(store.db, naming), Faults(), Calls(), naming=naming)
    pace = source.deliveries.pace
    return instance(state, Pace(pace.scale, pace.timeout))

"""What the handlers of one running emulator share. No behaviour."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from aiohttp import web

from gateway.emulator.api.clock import Clock
from gateway.emulator.api.naming import ORIGINAL, Naming
from gateway.emulator.store.calls import Calls
from gateway.emulator.store.exchanges import Exchanges
from gateway.emulator.store.faults import Faults
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import Tenants


@dataclass(frozen=True, slots=True)
class State:
    """The parts of an emulator; its application holds them under `STATE`. It is `gone` once its fork is dropped."""

    store: Store
    clock: Clock
    tenants: Tenants
    faults: Faults
    calls: Calls
    exchanges: Exchanges = field(default_factory=Exchanges)
    naming: Naming = ORIGINAL
    gone: asyncio.Event = field(default_factory=asyncio.Event)


STATE = web.AppKey("state", State)

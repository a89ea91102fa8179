from __future__ import annotations

import pytest

from gateway.emulator.api.clock import Clock
from gateway.emulator.seed import seed_demo
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import Tenants


@pytest.fixture(scope="module")
def shop():
    """A database with the demo, seeded once for all tests."""
    store = Store()
    Tenants(store.db)
    seed_demo(store, Clock())
    yield store
    store.close()


@pytest.fixture
def demo(shop, emulator):
    shop.db.backup(emulator.store.db)
    return emulator

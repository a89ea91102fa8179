"""The gateway that subscriptions are tested through."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.emulator.conftest import Emulator
from tests.following import Live, live_gateway


@pytest.fixture
async def live(emulator: Emulator) -> AsyncIterator[Live]:
    async with live_gateway(emulator) as running:
        yield running

"""Square's official client, unchanged, against the emulator."""

from __future__ import annotations

import pytest
from square import AsyncSquare

from tests.emulator.conftest import Emulator
from tests.emulator.loyalty_shop import open_shop


@pytest.fixture
def square(emulator: Emulator) -> AsyncSquare:
    return AsyncSquare(base_url=emulator.url, token="test-token")


@pytest.fixture
def shop(emulator: Emulator) -> Emulator:
    open_shop(emulator)
    return emulator

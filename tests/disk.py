"""What the event log in a file makes of the disk of the machine that runs the tests: it may be slow."""

from __future__ import annotations

import pytest

from gateway.events.stores import sqlite_file
from gateway.server.webhooks import receiver
from tests.patience import PATIENCE

# Those of the product: for tests of what is done about a file that somebody holds, or a log that takes too long.
MAX_LOCKED, MAX_STORING = sqlite_file.MAX_LOCKED, receiver.MAX_STORING


@pytest.fixture(autouse=True)
def patient_with_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no file for held, and no log for too slow, only because the disk is."""
    monkeypatch.setattr(sqlite_file, "MAX_LOCKED", PATIENCE)
    monkeypatch.setattr(receiver, "MAX_STORING", PATIENCE)


@pytest.fixture
def files_are_held(patient_with_the_disk: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for who holds a file as the product does."""
    monkeypatch.setattr(sqlite_file, "MAX_LOCKED", MAX_LOCKED)

"""How much of what was sent is remembered."""

from __future__ import annotations

from gateway.emulator.store.tenants import FIRST_APPLICATION, FIRST_SELLER
from gateway.emulator.webhooks.delivery.table import KEPT
from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import Receiver, admin, create, idle

EVENT = '{"data": {"type": "customer", "id": "C", "object": {}}}'


def happen(emulator: Emulator, count: int) -> None:
    """As many events of the first application, all at once."""
    rows = ((f"e-{n}", FIRST_APPLICATION, FIRST_SELLER, EVENT) for n in range(count))
    with emulator.store.transaction() as db:
        db.executemany(
            "INSERT INTO webhook_events (event_id, application, seller, type, created_at, body, searchable)"
            " VALUES (?, ?, ?, 'customer.updated', '2026-01-01T00:00:00.000Z', ?, FALSE)",
            rows,
        )


async def test_the_oldest_that_ended_are_forgotten_and_none_that_is_pending(
    emulator: Emulator, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    emulator.running.subscribe(receiver.url)
    await create(emulator)
    await idle(emulator)
    await admin(emulator, "PUT", "", {"drop": 1})
    happen(emulator, KEPT + 500)

    assert await idle(emulator) == {"pending": 1, "delivered": 0, "dropped": KEPT}
    emulator.clock.advance(60)
    assert (await idle(emulator))["delivered"] == 1
    assert len(receiver.received) == 2

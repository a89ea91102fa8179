from __future__ import annotations

import os

from tests.history.tenancy import interleave
from tests.history.test_histories import CLIENTS, SEED

REQUESTS = int(os.environ.get("HISTORY_REQUESTS", "400"))


async def test_no_seller_is_ever_answered_an_id_of_another_under_any_fault() -> None:
    found = await interleave(seed=SEED, clients=CLIENTS, requests=REQUESTS)

    print(f"seed {SEED}: {found}")  # noqa: T201 - shown by pytest when it fails
    assert found.foreign == []
    assert found.requests == REQUESTS
    assert found.ids > REQUESTS
    assert found.probes

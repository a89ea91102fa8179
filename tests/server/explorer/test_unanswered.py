"""What GraphiQL shows when nothing answers: the reason, no cost of another answer, and a subscription that goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.server.explorer import asset_files as explorer_files
from tests.conftest import Graph
from tests.test_clients import CHROMIUM, live_gateway, pytestmark, script, shop

__all__ = ["pytestmark", "shop"]

UNKNOWN = "No answer came: it is not known what was run."


@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"there is no Chromium at {CHROMIUM}")
@pytest.mark.skipif(not explorer_files.complete(), reason="the explorer's files were not fetched by the build")
async def test_what_is_not_answered_is_told_in_words_and_a_cut_subscription_goes_on(shop: Graph) -> None:
    async with live_gateway(shop.emulator) as live:
        shown = await script("unanswered.mjs", live.url)

    assert shown == {
        "wide": False,
        "unanswered": [[["message"], UNKNOWN], [["message"], UNKNOWN]],
        "goesOn": True,
    }

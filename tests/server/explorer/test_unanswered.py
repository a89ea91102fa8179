"""What GraphiQL shows when nothing answers: the reason, no cost of another answer, and a subscription that goes on."""

from __future__ import annotations

import pytest

from gateway.server.explorer import asset_files as explorer_files
from tests.conftest import Graph
from tests.following import live_gateway
from tests.node import needs_browser, needs_node, script
from tests.test_clients import shop

__all__ = ["shop"]

UNKNOWN = "No answer came: it is not known what was run."


@needs_node
@needs_browser
@pytest.mark.skipif(not explorer_files.complete(), reason="the explorer's files were not fetched by the build")
async def test_what_is_not_answered_is_told_in_words_and_a_cut_subscription_goes_on(shop: Graph) -> None:
    async with live_gateway(shop.emulator) as live:
        shown = await script("unanswered.mjs", live.url)

    assert shown == {
        "wide": False,
        "unanswered": [[["message"], UNKNOWN], [["message"], UNKNOWN]],
        "goesOn": True,
    }

"""The pages under /docs in a real browser."""

from __future__ import annotations

import os

from tests.conftest import Graph
from tests.node import needs_browser, needs_node, script


@needs_node
@needs_browser
async def test_the_pages_are_readable_in_every_window_and_by_keyboard(graph: Graph) -> None:
    found = await script("docs.mjs", graph.url, *filter(None, [os.environ.get("SCREENSHOTS")]))

    assert (found["outside"], found["console"]) == ([], [])
    assert (found["faults"], found["wide"]) == ([], [])
    assert found["pictures"] == [True, True]
    assert (found["first"], found["focused"]) == ("Skip to the content", "content")
    assert found["hash"] == "#queries-and-mutations"

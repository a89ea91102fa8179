"""The pages under /docs in a real browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.conftest import Graph
from tests.test_clients import CHROMIUM, MODULES, script


@pytest.mark.skipif(
    shutil.which("node") is None or not Path(CHROMIUM).exists() or not (MODULES / "axe-core").exists(),
    reason="Node.js, its packages or a browser is missing",
)
async def test_the_pages_are_readable_in_every_window_and_by_keyboard(graph: Graph) -> None:
    found = await script("docs.mjs", graph.url, *filter(None, [os.environ.get("SCREENSHOTS")]))

    assert (found["outside"], found["console"]) == ([], [])
    assert (found["faults"], found["wide"]) == ([], [])
    assert found["pictures"] == [True, True]
    assert (found["first"], found["focused"]) == ("Skip to the content", "content")
    assert found["hash"] == "#queries-and-mutations"

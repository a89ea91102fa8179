"""Scripts that Node.js runs with the npm packages of `tests/clients`, some of them in a real browser."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE

CLIENTS = Path(__file__).parent / "clients"
MODULES = CLIENTS / "node_modules"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"

needs_node = pytest.mark.skipif(
    shutil.which("node") is None or not MODULES.is_dir(),
    reason="needs Node.js, and `npm ci --prefix tests/clients`",
)
needs_browser = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"there is no Chromium at {CHROMIUM}")


async def node(*given: str, folder: Path = CLIENTS, seconds: float = PATIENCE) -> str:
    """What a script writes; the test fails with its errors when it does not end well."""
    process = await asyncio.create_subprocess_exec(
        "node",
        *given,
        cwd=folder,
        env={**os.environ, "CHROMIUM": CHROMIUM},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), seconds)
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0, errors.decode() + output.decode()
    return output.decode()


async def script(name: str, *given: str, seconds: float = PATIENCE) -> Any:
    """The JSON in the last line that a script of `tests/clients` writes."""
    return json.loads((await node(name, *given, seconds=seconds)).splitlines()[-1])

"""Processes to measure: started on free ports, and what they use (Linux). Knows nothing of what they do."""

from __future__ import annotations

import asyncio
import os
import shlex
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.environment import without_settings
from tests.workers.processes import children

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
PATIENCE = 60.0
TURN = 0.05


def processor_seconds(pid: int) -> float:
    """What a process and those that it has started have used of processors so far, in user and system mode."""
    used, waiting = 0, [pid]
    while waiting:
        each = waiting.pop()
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            used += sum(map(int, fields[11:15]))
            waiting += children(each)
    return used / TICKS


def memory(pid: int) -> float:
    """The resident megabytes of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / 1e6


@dataclass(frozen=True)
class Megabytes:
    """What a process holds of memory: its part of what several share, and what no other has."""

    proportional: float
    unique: float


def shared_memory(pid: int) -> Megabytes:
    """What a process holds, told apart from what it shares with others (PSS and USS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    found = {line.split(":")[0]: int(line.split()[1]) * 1024 / 1e6 for line in lines}
    return Megabytes(found["Pss"], found["Private_Clean"] + found["Private_Dirty"])


def reset_peak(pid: int) -> None:
    """Begin again to look for the most memory that a process has had."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_memory(pid: int) -> float:
    """The most resident megabytes that a process has had since `reset_peak`."""
    line = next(each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6


@asynccontextmanager
async def started(command: list[str], port: int, **environment: str) -> AsyncIterator[int]:
    """The id of a process that listens on the port; it ends with the block. What it writes is thrown away."""
    clean = without_settings()
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL, env=clean | environment)
    try:
        async with asyncio.timeout(PATIENCE):
            while not await _listens(port):
                if process.returncode is not None:
                    raise RuntimeError(f"does not start: {shlex.join(command)}")
                await asyncio.sleep(TURN)
        yield process.pid
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionError:
        return False
    writer.close()
    return True

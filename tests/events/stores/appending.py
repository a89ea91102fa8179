"""A process that appends to a log in a file and tells of each event once it is kept.

Arguments: the file, the name of its events, and optionally the size in bytes beyond which no file can grow. Events that
cannot be kept are given again, as Square does; with a size they are the end.
"""

from __future__ import annotations

import asyncio
import resource
import sys
from pathlib import Path

from gateway.events.log import NotStored
from gateway.events.stores.sqlite import SqliteLog
from tests.events.signed import event


async def main(file: str, name: str, size: str = "") -> None:
    log = SqliteLog(Path(file), 1000, 100_000)
    await log.open()
    if size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    for number in range(100_000):
        told = [event(f"{name}-{number}-{each}") for each in range(5)]
        while True:
            try:
                await log.append(told)
                break
            except NotStored as error:
                if size:
                    tell("refused", str(error))
                    return
        tell(*(each.event_id for each in told))


def tell(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

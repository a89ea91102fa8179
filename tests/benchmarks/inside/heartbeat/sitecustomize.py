"""A heart that beats on the event loop of the process that imports it. Python imports a module of this name by itself.

Between two beats counts what the thread of the event loop has used of a processor: that long nothing else could run on
the loop, whatever else the machine does. Each SIGUSR1 writes the longest since the last one, with the places where
the thread was seen meanwhile, the most frequent first.
"""

import asyncio
import os
import signal
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import uvloop

BEAT = 0.002
LONG = 0.02
PLACES = 8
run = uvloop.run


class Heart:
    """The longest time between two beats."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.used = time.thread_time()
        self.beaten = time.monotonic()
        self.seen: Counter[str] = Counter()
        self.where: list[str] = []
        self.thread = threading.get_ident()

    async def beat(self) -> None:
        while True:
            used = time.thread_time()
            if used - self.used > self.longest:
                self.longest = used - self.used
                self.where = [f"{count:4} x {place}" for place, count in self.seen.most_common(PLACES)]
            self.used, self.seen, self.beaten = used, Counter(), time.monotonic()
            await asyncio.sleep(BEAT)

    def watch(self) -> None:
        """Look from another thread where the loop's thread is while it does not beat."""
        while True:
            time.sleep(BEAT)
            if time.monotonic() - self.beaten > LONG:
                frame = sys._current_frames().get(self.thread)
                stack = traceback.extract_stack(frame) if frame is not None else []
                # The innermost call, and the innermost of the gateway's own code.
                own = next((each for each in reversed(stack) if "/gateway/" in each.filename), None)
                names = [
                    f"{each.filename}:{each.lineno} {each.name}" for each in (*stack[-1:], *([own] if own else []))
                ]
                self.seen[" of ".join(dict.fromkeys(names))] += 1

    def write(self, *_: object) -> None:
        place = os.environ["HEARTBEAT_TO"]
        with open(place + ".part", "w") as file:
            file.write("\n".join([f"{self.longest}", *self.where]))
        os.rename(place + ".part", place)
        self.longest, self.where = 0.0, []


def beating(main: Coroutine[Any, Any, Any], **options: Any) -> Any:
    async def both() -> Any:
        heart = Heart()
        signal.signal(signal.SIGUSR1, heart.write)
        threading.Thread(target=heart.watch, daemon=True).start()
        task = asyncio.create_task(heart.beat())
        try:
            return await main
        finally:
            task.cancel()

    return run(both(), **options)


uvloop.run = beating

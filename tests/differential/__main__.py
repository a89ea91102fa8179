"""A long run: `python -m tests.differential --cases 20000 --seed 1`.

Ends with 1 at the first difference, which it shows as small as it gets; with `--go-on` it shows all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import time
from contextlib import nullcontext
from typing import TextIO

from tests.differential.shop import shop
from tests.differential.smaller import smaller
from tests.differential.stage import stage
from tests.differential.told import told


def say(text: str, file: TextIO | None = None) -> None:
    """A line for those who wait."""
    (file or sys.stdout).write(text + "\n")
    (file or sys.stdout).flush()


async def main() -> int:
    """Run the cases of so many numbers, from a first one."""
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0, help="the number of the first case")
    parser.add_argument(
        "--schema", choices=("square", "any"), default="square", help="the product's, or one that fails"
    )
    parser.add_argument("--go-on", action="store_true", help="do not stop at the first difference")
    parser.add_argument("--whole", action="store_true", help="show a difference as it is found")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    began, different = time.monotonic(), 0
    async with shop() if chosen.schema == "square" else nullcontext(stage()) as both:
        for number in range(chosen.seed, chosen.seed + chosen.cases):
            found = await both.check(both.case(number))
            if found is not None:
                different += 1
                say(told(found if chosen.whole else await smaller(both, found)))
                if not chosen.go_on:
                    break
            if (number + 1 - chosen.seed) % 500 == 0:
                seconds = time.monotonic() - began
                say(f"{number + 1 - chosen.seed} cases, {different} different, {seconds:.0f} s", sys.stderr)
        say(", ".join(f"{each}: {times}" for each, times in both.seen.most_common()), sys.stderr)
    say(f"{different} different in {time.monotonic() - began:.0f} s")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

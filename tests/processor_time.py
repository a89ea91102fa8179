"""How long the processor works on something, whatever else this process has to do meanwhile."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def less_than(seconds: float, clock: Callable[[], float] = time.thread_time) -> Iterator[None]:
    """Fail if a block takes this thread longer: `time.process_time` counts what the others do for it as well.

    Garbage is not collected meanwhile: that of all tests before takes longer than many a block.
    """
    gc.disable()
    try:
        began = clock()
        yield
        taken = clock() - began
    finally:
        gc.enable()
    assert taken < seconds

"""What may be written down about an exception that nobody expected: its class, and where it was raised.

Its message is left out, as it may repeat what a client sent or what Square answered.
"""

from __future__ import annotations

import traceback
from pathlib import Path

MAX_PLACES = 6


def described(error: BaseException) -> str:
    """One line: the exception's class and the innermost places, then the same of what it came from."""
    told: list[str] = []
    each: BaseException | None = error
    while each is not None and len(told) < 3:
        # The innermost only, and without their source lines: a recursion has a thousand frames.
        walked = traceback.walk_tb(each.__traceback__)
        frames = traceback.StackSummary.extract(walked, limit=-MAX_PLACES, lookup_lines=False)
        places = " > ".join(f"{frame.name} ({Path(frame.filename).name}:{frame.lineno})" for frame in frames)
        told.append(f"{type(each).__name__} in {places}" if places else type(each).__name__)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return ", from ".join(told)

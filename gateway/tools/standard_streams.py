"""The three files that every program has from its beginning."""

from __future__ import annotations

import errno
import os
import sys

# What a file or a device says that takes nothing more.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def unwritten(error: OSError) -> bool:
    """Whether an error says that standard output could not be written. One about a file that was opened names it."""
    return error.errno in _FULL and error.filename is None


def open_missing() -> None:
    """Open those that the program was started without (`2>&-`), onto nothing.

    Otherwise the next connection gets the number of one, and whatever is written there. libuv ends the process when
    it is to close a file of such a number.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # A new file gets the lowest number that is free.
            os.open(os.devnull, os.O_RDWR)
    # Python has found them closed by now, and writes to what is not there.
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))

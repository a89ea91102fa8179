"""Which process holds a task, as a note in the log: by whom, in which process, and until when. Waits for nothing."""

from __future__ import annotations

import os
import sqlite3


def hold(task: str, holder: str, seconds: float, now: float, db: sqlite3.Connection) -> bool:
    """Take or keep a task for so long, or let go of it; False while another process of this machine holds it."""
    name = f"held: {task}"
    row = db.execute("SELECT text FROM notes WHERE name = ?", (name,)).fetchone()
    if row is not None:
        other, process, until = row[0].split()
        if other != holder and float(until) > now and _runs(int(process)):
            return False
    if seconds:
        text = f"{holder} {os.getpid()} {now + seconds}"
        db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, text))
    else:
        db.execute("DELETE FROM notes WHERE name = ?", (name,))
    return True


def _runs(process: int) -> bool:
    if process == os.getpid():
        # In a container the next process has the number of the one that ended.
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True

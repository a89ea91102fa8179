"""The process that checks documents beside a gateway under a crowd of new ones: `python -m gateway.document_worker`.

Reads questions from its standard input, one JSON value a line, and answers each on its standard output. It ends
when its input does, so that it does not outlive the gateway that started it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

NICENESS = 10
# When memory runs out, this process is the one to be ended.
OOM_SCORE = "1000"


def main() -> None:
    """Answer until the gateway is gone."""
    if sys.platform != "win32":
        os.nice(NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(OOM_SCORE, encoding="ascii")
    # Reading the code is most of the work of starting: that too is to hold up nobody.
    from gateway.graph.documents.worker_process import serve  # noqa: PLC0415
    from gateway.schema import build_schema  # noqa: PLC0415

    serve(build_schema()._schema, sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()

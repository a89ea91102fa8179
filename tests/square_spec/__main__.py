"""Makes the parts in `facts/` from an OpenAPI file: `python -m tests.square_spec PATH`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.square_spec import FACTS
from tests.square_spec.cut import cut, text


def main(path: Path) -> None:
    for name, part in cut(json.loads(path.read_text())).items():
        (FACTS / f"{name}.json").write_text(text(part) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

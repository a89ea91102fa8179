"""Reading the README as a program: its samples, its answers, its tables."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

README = Path(__file__).parent.parent / "README.md"

_SAMPLE = re.compile(
    r"```graphql\n(?P<query>.*?)```\n+"
    r"(?:Variables:\n+```json\n(?P<variables>.*?)```\n+)?"
    r"```json\n(?P<answer>.*?)```\n+"
    r"(?P<cost>\d+) REST calls?: (?P<calls>[^\n]+)\.\n",
    re.DOTALL,
)


@dataclass(frozen=True)
class Sample:
    """One query of the README with the answer and the REST calls that it promises."""

    query: str
    variables: dict[str, Any]
    answer: dict[str, Any]
    calls: dict[str, int]
    line: int

    def __str__(self) -> str:
        return f"line {self.line}"


def samples(text: str | None = None) -> list[Sample]:
    """The samples in their order."""
    text = README.read_text() if text is None else text
    return [
        Sample(
            found["query"],
            json.loads(found["variables"] or "{}"),
            json.loads(found["answer"]),
            {name: int(count) for count, name in re.findall(r"(\d+) (\w+)", found["calls"])},
            text.count("\n", 0, found.start()) + 1,
        )
        for found in _SAMPLE.finditer(text)
    ]


def commands(base: str) -> list[tuple[str, str, str | None]]:
    """The curl commands to paths of a base URL: method, path and body."""
    pattern = rf"^curl (?:-X (\w+) )?{re.escape(base)}(\S+)(?: -d '(.*)')?$"
    found = re.findall(pattern, README.read_text(), re.MULTILINE)
    return [(method or "POST", path, body or None) for method, path, body in found]


def marked(name: str) -> str:
    """The code below the comment that names it."""
    found = re.search(rf"<!-- {name} -->\n+```\w+\n(.*?)```", README.read_text(), re.DOTALL)
    assert found is not None, name
    return found[1]


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its head."""
    text = README.read_text()
    below = text[text.index(f"\n{heading}\n") :]
    found = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert found is not None, heading
    rows = [re.split(r"(?<!\\)\|", line.strip())[1:-1] for line in found[0].splitlines()[2:]]
    return [[cell.strip() for cell in row] for row in rows]

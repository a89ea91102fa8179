"""Reading the README and the pages of `gateway/docs` as programs: their samples, answers, tables and links."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.server.docs.markdown import anchor

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = ROOT / "gateway" / "docs"

_SAMPLE = re.compile(
    r"```graphql\n(?P<query>.*?)```\n+"
    r"(?:Variables:\n+```json\n(?P<variables>.*?)```\n+)?"
    r"```json\n(?P<answer>.*?)```\n+"
    r"(?P<cost>\d+) REST calls?: (?P<calls>[^\n]+)\.\n",
    re.DOTALL,
)


@dataclass(frozen=True)
class Sample:
    """One query of a page with the answer and the REST calls that it promises."""

    query: str
    variables: dict[str, Any]
    answer: dict[str, Any]
    calls: dict[str, int]
    page: str
    line: int

    def __str__(self) -> str:
        return f"{self.page} line {self.line}"


def pages() -> dict[Path, str]:
    """The README and all pages with their texts, the README first."""
    return {path: path.read_text() for path in (README, *sorted(DOCS.glob("*.md")))}


def samples() -> list[Sample]:
    """The samples in their order."""
    return [
        Sample(
            found["query"],
            json.loads(found["variables"] or "{}"),
            json.loads(found["answer"]),
            {name: int(count) for count, name in re.findall(r"(\d+) (\w+)", found["calls"])},
            path.name,
            text.count("\n", 0, found.start()) + 1,
        )
        for path, text in pages().items()
        for found in _SAMPLE.finditer(text)
    ]


def commands(base: str) -> list[tuple[str, str, str | None]]:
    """The curl commands to paths of a base URL: method, path and body."""
    pattern = rf"^curl (?:-X (\w+) )?{re.escape(base)}(\S+)(?: -d '(.*)')?$"
    found = re.findall(pattern, "\n".join(pages().values()), re.MULTILINE)
    return [(method or "POST", path, body or None) for method, path, body in found]


def marked(name: str) -> str:
    """The code below the comment that names it."""
    found = re.search(rf"<!-- {name} -->\n+```\w+\n(.*?)```", "\n".join(pages().values()), re.DOTALL)
    assert found is not None, name
    return found[1]


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, of whatever level and on whatever page, without its head."""
    [below] = [text[found.end() :] for text in pages().values() for found in _headed(heading).finditer(text)]
    found = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE)
    assert found is not None, heading
    rows = [re.split(r"(?<!\\)\|", line.strip())[1:-1] for line in found[0].splitlines()[2:]]
    return [[cell.strip() for cell in row] for row in rows]


def _headed(heading: str) -> re.Pattern[str]:
    return re.compile(rf"^#+ {re.escape(heading)}$", re.MULTILINE)


def anchors(text: str) -> set[str]:
    """What a link to a heading of a page may name behind its #, as GitHub makes it."""
    headings = re.findall(r"^#+ (.*)$", _without_code(text), re.MULTILINE)
    return {anchor(each) for each in headings}


def links(text: str) -> list[tuple[str, str]]:
    """The links and pictures of a page that lead to files or headings: path, and anchor."""
    found = re.findall(r"\]\(([^)\s#]*)(?:#([^)\s]*))?\)", _without_code(text))
    return [(path, anchor) for path, anchor in found if not re.match(r"[a-z]+:", path)]


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)

"""Which pages there are, in which groups, and the files that they show. Renders nothing.

Whatever is in `gateway/docs` is a page. The README's list of them says their order and their groups; a page that it
does not name comes last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = "/docs"
PACKAGE = Path(__file__).parent.parent.parent
FOLDER = PACKAGE / "docs"
FRONT = "README"
# What else is shown at the path of its name: pictures of the pages, and texts of licences.
_PICTURES = {".png", ".svg"}
_BESIDE = (
    Path(__file__).parent / "docs.css",
    PACKAGE / "server/explorer/browser/icon.svg",
    PACKAGE / "server/explorer/assets/NOTICES",
    PACKAGE / "LICENSE",
)
_GROUP = re.compile(r"^- \*\*(.+?):\*\* (.*(?:\n  .*)*)", re.MULTILINE)
_LINKED = re.compile(r"\]\((?:[^)\s]*/)?([\w-]+)\.md\)")


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its name in the address, its first heading, and its text as Markdown."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that are about one thing."""

    name: str
    pages: tuple[Page, ...]


@cache
def pages() -> dict[str, Page]:
    """All pages by their names, the README first."""
    # Beside the pages in a package that was built, beside the package in a checkout.
    front = next((each for each in (FOLDER / "README.md", PACKAGE.parent / "README.md") if each.is_file()), None)
    others = sorted(each for each in FOLDER.glob("*.md") if each.stem != FRONT)
    return {each.stem: _page(each) for each in ([front] if front else []) + others}


@cache
def groups() -> tuple[Group, ...]:
    """The pages as the README lists them, itself first."""
    rest = dict(pages())
    front = rest.pop(FRONT, None)
    listed = _GROUP.findall(front.text.partition("\n## Read on\n")[2]) if front else []
    named = [(name, [rest.pop(each) for each in _LINKED.findall(links) if each in rest]) for name, links in listed]
    if front:
        named = [(name, [front, *found] if place == 0 else found) for place, (name, found) in enumerate(named)]
    named.append(("More", list(rest.values())))
    return tuple(Group(name, tuple(found)) for name, found in named if found)


@cache
def files() -> dict[str, Path]:
    """The files that are shown beside the pages, by their names."""
    pictures = [each for each in FOLDER.iterdir() if each.suffix in _PICTURES]
    return {each.name: each for each in (*pictures, *_BESIDE) if each.is_file()}


def _page(place: Path) -> Page:
    text = place.read_text(encoding="utf-8")
    return Page(place.stem, text.partition("\n")[0].removeprefix("# "), text)

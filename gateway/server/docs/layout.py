"""Whole pages: what stands around a rendered text, and the list of all of them."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from string import Template

from gateway import __version__
from gateway.server.docs.library import PATH, Page, groups, pages
from gateway.server.docs.markdown import Rendered, render

_TEMPLATE = Path(__file__).parent / "page.html"
_LEVELS_OF_CONTENTS = (2, 3)


@cache
def rendered(name: str) -> Rendered:
    """The text of the page with this name."""
    return render(pages()[name].text)


def index(*, missing: bool = False) -> str:
    """The list of all pages; `missing` says before it that a page that was asked for is none of them."""
    sections = []
    for group in groups():
        rows = "\n".join(
            f'<li><a href="{PATH}/{page.name}">{escape(page.title)}</a>'
            f"<span>{escape(rendered(page.name).summary)}</span></li>"
            for page in group.pages
        )
        sections.append(f"<section>\n<h2>{escape(group.name)}</h2>\n<ul>\n{rows}\n</ul>\n</section>")
    title = "There is no such page" if missing else "Documentation"
    body = f"<h1>{title}</h1>\n" + "\n".join(sections)
    return _whole(title, "index", body, contents="", current=None)


def page(name: str) -> str:
    """A page with its place among the others."""
    found = pages()[name]
    text = rendered(name)
    return _whole(found.title, "text", text.html + _neighbours(found), contents=_contents(text), current=found)


def _whole(title: str, kind: str, body: str, *, contents: str, current: Page | None) -> str:
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(title),
        kind=kind,
        version=__version__,
        pages=_pages(current),
        contents=contents,
        body=body,
    )


def _pages(current: Page | None) -> str:
    """All pages by their groups, that of the current one open."""
    if current is None:
        return ""
    parts = []
    for group in groups():
        rows = "".join(f"<li>{_link(each, current)}</li>" for each in group.pages)
        here = " open" if current in group.pages else ""
        parts.append(f"<details{here}><summary>{escape(group.name)}</summary><ul>{rows}</ul></details>")
    return f'<nav class="pages" aria-label="Pages">{"".join(parts)}</nav>'


def _link(page: Page, current: Page) -> str:
    here = ' aria-current="page"' if page is current else ""
    return f'<a href="{PATH}/{page.name}"{here}>{escape(page.title)}</a>'


def _contents(text: Rendered) -> str:
    found = [each for each in text.headings if each.level in _LEVELS_OF_CONTENTS]
    if len(found) < 2:
        return ""
    rows = "".join(
        f'<li class="level-{each.level}"><a href="#{each.anchor}">{escape(each.text)}</a></li>' for each in found
    )
    return f'<nav class="contents" aria-label="On this page"><p>On this page</p><ul>{rows}</ul></nav>'


def _neighbours(current: Page) -> str:
    """Links to the pages before and after this one."""
    order = [page for group in groups() for page in group.pages]
    place = order.index(current)
    links = []
    for label, rel, step in (("Before", "prev", -1), ("Next", "next", 1)):
        if 0 <= place + step < len(order):
            near = order[place + step]
            links.append(f'<a rel="{rel}" href="{PATH}/{near.name}"><span>{label}</span>{escape(near.title)}</a>')
    return f'<nav class="neighbours" aria-label="Before and after">{"".join(links)}</nav>'

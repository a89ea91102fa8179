"""Markdown to HTML for a page that runs no script and has no style of its own.

Links between pages become paths under /docs, and those to files that are not shown become text. Headings have the
anchors that GitHub gives them. Tables and code can be scrolled by keyboard. Imported when the first page is asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

from gateway.server.docs.library import PATH, files, pages

# Characters of a first sentence that is shown as a whole.
MAX_SUMMARY = 170
# What Pygments has under another name.
_LEXERS = {"jsonc": "js"}
# The gateway in the pages' texts, which is the one that shows them, wherever that is.
_HERE = "http://127.0.0.1:8000"
_SENTENCE = re.compile(r".+?\.(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: 1 for the page's own, its text, and what a link names behind the #."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page's HTML, its headings in their order, and its first sentence as plain text."""

    html: str
    headings: tuple[Heading, ...]
    summary: str


def anchor(heading: str) -> str:
    """What a link to a heading names behind its #, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def render(text: str) -> Rendered:
    """A page's Markdown as HTML."""
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(text)
    headings = tuple(_headings(tokens))
    for token in tokens:
        _adapt(token)
    return Rendered(_html(parser, tokens), headings, _summary(tokens))


def _headings(tokens: Sequence[Token]) -> Iterator[Heading]:
    """Each heading, after it has got its anchor."""
    seen: Counter[str] = Counter()
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        text = _plain(inline)
        found = anchor(text)
        seen[found] += 1
        if seen[found] > 1:
            found = f"{found}-{seen[found] - 1}"
        opening.attrSet("id", found)
        closing.meta["anchor"] = found
        yield Heading(int(opening.tag[1]), text, found)


def _adapt(token: Token) -> None:
    """Lead links to where things are under /docs, and leave out what the page's policy forbids."""
    # Alignment of a column, which Markdown says by a style.
    token.attrs.pop("style", None)
    opened = []
    for each in token.children or ():
        if each.type == "image":
            each.attrSet("src", _target(str(each.attrGet("src"))) or "")
        elif each.type == "link_open":
            opened.append(each)
            target = _target(str(each.attrs.pop("href")))
            if target is None:
                each.tag = "span"
            else:
                each.attrSet("href", target)
        elif each.type == "link_close":
            each.tag = opened.pop().tag


def _target(link: str) -> str | None:
    """Where a page's link leads from under /docs; None if what it names is not shown."""
    if link.startswith(_HERE):
        return link.removeprefix(_HERE)
    if re.match(r"[a-z]+:|#", link):
        return link
    path, _, place = link.partition("#")
    name = PurePosixPath(path)
    shown = name.stem if name.suffix == ".md" and name.stem in pages() else name.name
    if shown not in pages() and shown not in files():
        return None
    return f"{PATH}/{shown}#{place}" if place else f"{PATH}/{shown}"


def _html(parser: MarkdownIt, tokens: list[Token]) -> str:
    parts = []
    for token in tokens:
        if token.type == "html_block":
            continue
        if token.type in {"fence", "code_block"}:
            parts.append(_code(token))
            continue
        if token.type == "table_open":
            parts.append('<div class="table" tabindex="0">')
        if token.type == "heading_close" and token.tag != "h1":
            parts.append(f' <a class="anchor" href="#{token.meta["anchor"]}" aria-hidden="true" tabindex="-1">#</a>')
        parts.append(parser.renderer.render([token], parser.options, {}))
        if token.type == "table_close":
            parts.append("</div>\n")
    return "".join(parts)


def _code(token: Token) -> str:
    language = token.info.strip()
    try:
        lexer = get_lexer_by_name(_LEXERS.get(language, language), stripnl=False)
    except ClassNotFound:
        coloured = escape(token.content)
    else:
        coloured = highlight(token.content, lexer, HtmlFormatter(nowrap=True))
    return f'<pre tabindex="0"><code>{coloured}</code></pre>\n'


def _summary(tokens: Sequence[Token]) -> str:
    """The first sentence of the paragraph below the page's heading, empty where there is none."""
    if [each.type for each in tokens[:4]] != ["heading_open", "inline", "heading_close", "paragraph_open"]:
        return ""
    text = _plain(tokens[4]).replace("\n", " ")
    found = _SENTENCE.match(text)
    sentence = found[0] if found else text.rstrip(":")
    return sentence if len(sentence) <= MAX_SUMMARY else re.split("[:;]", sentence, maxsplit=1)[0]


def _plain(inline: Token) -> str:
    return "".join(
        each.content if each.type in {"text", "code_inline"} else "\n" if each.type == "softbreak" else ""
        for each in inline.children or ()
    )

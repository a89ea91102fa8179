"""GraphQL documents cut out of scripts and components: where they begin, and what is inserted into them.

Recognized are gql`...` and graphql`...`, as functions too, `/* GraphQL */ "..."`, `#graphql` at the beginning of a
template, and blocks of GraphQL in components. Texts that only look like a document are noted. Reads no files and parses
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from graphql import Source, SourceLocation

SCRIPTS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".mts", ".cjs", ".cts")
COMPONENTS = (".vue", ".svelte", ".astro")

_COMMENT = r"/\*\s*GraphQL\s*\*/\s*"
# With types in angle brackets, which may hold others.
_FUNCTION = r"\b(?:gql|graphql)\b(?:\s*<[^`;()]{0,500}?>)?"
_REMARK = r"(?:/\*[^*]*\*/\s*)?"
_TEMPLATE = re.compile(rf"(?:{_FUNCTION}\s*\(?\s*{_REMARK}|{_COMMENT})`|`(?=\s*#\s*graphql\b)", re.IGNORECASE)
_STRING = re.compile(
    rf"(?:{_FUNCTION}\s*\(\s*{_REMARK}|{_COMMENT})(?P<quote>[\"'])"
    r"(?P<text>\s*(?:query|mutation|subscription|fragment|\{)(?:[^\\\n]|\\.)*?)(?P=quote)"
)
_BLOCK = re.compile(
    r"^<(page-query|static-query|graphql|gql)(?:\s[^>]*)?>(?P<text>.*?)^</\1>", re.MULTILINE | re.DOTALL
)
# Comments that begin a line, as a glob in a string looks like one too.
_COMMENTED = re.compile(
    r"^[ \t]*\{?[ \t]*/\*(?!\s*GraphQL\s*\*/).*?\*/|<!--.*?-->|(?:^|(?<=[\s;{}(),]))//[^\n]*",
    re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
# A variable in place of a text. What `graphql` is given may be a schema.
_VARIABLE = re.compile(r"(?<!function )\bgql\s*\(\s*(?P<text>[A-Za-z_$][\w$.]*)")
# A text that begins as a document does, without anything that says so.
_UNTAGGED = re.compile(
    r"[`\"'](?=\s*(?:(?:query|mutation|subscription)\b\s*(?:\w+\s*)?(?:\{|@\w|\(\s*\$\w)|fragment\s+\w+\s+on\s+\w))"
)
# Characters that mean themselves behind a backslash; others, such as n and t, are blanks.
ESCAPED = "`$\\\"'"
_WORD = re.compile(r"[\w$]")


@dataclass(frozen=True, slots=True)
class Cut:
    """One document of a script, at its place. `inserted` are the places of what is inserted among its fields.

    When what is inserted decides what the rest means, `unknown` says so and the document cannot be checked.
    """

    source: Source
    inserted: tuple[tuple[int, str], ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    begin: int
    end: int


def documents(path: str, text: str) -> Iterator[Cut]:
    """The documents of a script or component, in their order."""
    comments = [match.span() for match in _COMMENTED.finditer(text)]
    found: list[tuple[int, Cut]] = []
    begun = set()
    for match in _TEMPLATE.finditer(text):
        begin = match.end()
        begun.add(begin)
        end, inserted = _template(text, begin)
        source = _source(path, text, begin, _plain(text[begin:end], begin, inserted))
        if source.body.strip():
            found.append((match.start(), _cut(source, text, begin, end, inserted)))
    for match in _STRING.finditer(text):
        begun.add(match.start("text"))
        source = _source(path, text, match.start("text"), _unescaped(match["text"]))
        joined = text[match.end() :].lstrip().startswith("+")
        found.append((match.start(), Cut(source, unknown="more is added to it" if joined else "")))
    found += [
        (match.start(), Cut(_source(path, text, match.start("text"), match["text"]))) for match in _BLOCK.finditer(text)
    ]
    for match in _VARIABLE.finditer(text):
        source = _source(path, text, match.start("text"), "")
        found.append((match.start(), Cut(source, unknown=f"what `{match['text'][:60]}` holds is not written there")))
    for match in _UNTAGGED.finditer(text):
        if match.end() not in begun:
            source = _source(path, text, match.end(), "")
            found.append((match.start(), Cut(source, unknown="nothing before it says that it is GraphQL")))
    for place, cut in sorted(found, key=lambda each: each[0]):
        if not any(first <= place < last for first, last in comments):
            yield cut
        elif cut.source.body.strip():
            yield Cut(cut.source, unknown="it is commented out")


def _source(path: str, text: str, begin: int, body: str) -> Source:
    line = text.count("\n", 0, begin) + 1
    return Source(body, path, SourceLocation(line, begin - (text.rfind("\n", 0, begin) + 1) + 1))


def _template(text: str, begin: int) -> tuple[int, list[_Piece]]:
    """Where a template ends that begins here, and what is inserted into it."""
    inserted, place = [], begin
    while place < len(text) and text[place] != "`":
        if text[place] == "\\":
            place += 2
        elif text.startswith("${", place):
            end = _expression(text, place + 2)
            inserted.append(_Piece(place, end))
            place = end
        else:
            place += 1
    return min(place, len(text)), inserted


def _expression(text: str, place: int) -> int:
    """Where an expression ends that is inserted: behind its closing brace."""
    depth = 1
    while place < len(text) and depth:
        character = text[place]
        if character == "`":
            place = _template(text, place + 1)[0]
        elif character in "\"'":
            found = re.compile(rf"(?:[^\\\n{character}]|\\.)*{character}").match(text, place + 1)
            place = found.end() - 1 if found else place
        depth += (character == "{") - (character == "}")
        place += 1
    return place


def _plain(body: str, begin: int, inserted: list[_Piece]) -> str:
    """The text with blanks for what is inserted, so that every place in it stays what it is."""
    for piece in inserted:
        blank = re.sub(r"[^\n]", " ", body[piece.begin - begin : piece.end - begin])
        body = body[: piece.begin - begin] + blank + body[piece.end - begin :]
    return _unescaped(body)


def _unescaped(body: str) -> str:
    """The text that a script means, with a blank before each character that was escaped."""
    return re.sub(r"\\(.)", lambda match: f" {match[1] if match[1] in ESCAPED else ' '}", body)


def _cut(source: Source, text: str, begin: int, end: int, inserted: list[_Piece]) -> Cut:
    among = []
    for piece in inserted:
        shown = " ".join(text[piece.begin : piece.end].split())[:60]
        inside = _inside(source.body[: piece.begin - begin])
        before, after = text[begin : piece.begin].rstrip()[-1:], text[piece.end : end].lstrip()[:1]
        beside = text[piece.begin - 1] + text[piece.end : piece.end + 1]
        if not inside:
            continue
        apart = inside == "{" and before not in {*".:@$="} and after not in {*":({@"} and not _WORD.search(beside)
        if not apart or _after_on(text[begin : piece.begin]):
            return Cut(source, unknown=f"`{shown}` is inserted, which decides what it says")
        among.append((piece.begin - begin, shown))
    return Cut(source, tuple(among))


def _after_on(before: str) -> bool:
    return re.search(r"\bon\s*$", before) is not None


def _inside(text: str) -> str:
    """The innermost bracket that is open at the end of a GraphQL text; empty between definitions."""
    cleaned = re.sub(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|#[^\n]*', "", text)
    opened: list[str] = []
    for character in cleaned:
        if character in "({[":
            opened.append(character)
        elif character in ")}]" and opened:
            opened.pop()
    return opened[-1] if opened else ""

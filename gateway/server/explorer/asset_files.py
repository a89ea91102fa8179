"""The files of the explorer: our own in `browser`, and those of npm where a build has put them.

Third-party files are not part of the repository. `assets.json` names each of them with its version and
its hash; a build copies them to `explorer/assets`, and `npm ci` in `explorer` is enough wherever it is installed.
Does not fetch anything and knows no GraphQL.
"""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from gateway.server.http.static_file import StaticFile

FOLDER = Path(__file__).parent
# What a browser gets of ours.
BROWSER = FOLDER / "browser"
OWN = (
    "accessible.js",
    "answers.js",
    "boot.js",
    "calls.css",
    "calls.js",
    "examples.css",
    "examples.js",
    "explorer.css",
    "icon.svg",
    "operation.js",
)
CDN = "https://cdn.jsdelivr.net"


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """One file of an npm package. `integrity` is its hash in the form of Subresource Integrity."""

    name: str
    package: str
    version: str
    path: str
    integrity: str

    @property
    def place(self) -> Path | None:
        """Where the file is on this machine, None when it was not fetched."""
        places = (FOLDER / "assets" / self.name, FOLDER / "node_modules" / self.package / self.path)
        return next((each for each in places if each.is_file()), None)

    @property
    def address(self) -> str:
        """Where the file is on the public CDN."""
        return f"{CDN}/npm/{self.package}@{self.version}/{self.path}"


@cache
def third_party() -> tuple[ThirdParty, ...]:
    """The files of others, in the order in which the page loads them."""
    listed: dict[str, dict[str, Any]] = orjson.loads((FOLDER / "assets.json").read_bytes())
    return tuple(ThirdParty(name, **each) for name, each in listed.items())


def complete() -> bool:
    """Whether all files of others are on this machine."""
    return all(each.place for each in third_party())


def command() -> str:
    """What fetches them for this very installation, checkout or not; the page finds them at once."""
    return f"npm ci --ignore-scripts --prefix {shlex.quote(str(FOLDER))}"


@cache
def edition() -> str:
    """A name for this very set of files, part of their URLs, so that browsers may keep them for good."""
    found = hashlib.sha256()
    for name in OWN:
        found.update((BROWSER / name).read_bytes())
    found.update((FOLDER / "assets.json").read_bytes())
    return found.hexdigest()[:12]


def read(name: str) -> StaticFile | None:
    """The file with this name, None when there is none. Reads and compresses: not for the event loop."""
    places = {each.name: each.place for each in third_party()} | {each: BROWSER / each for each in OWN}
    place = places.get(name)
    return _load(place) if place else None


@cache
def _load(place: Path) -> StaticFile:
    return StaticFile.of(place.read_bytes(), place.suffix)


def examples() -> list[dict[str, str]]:
    """The example operations, each with its variables, in the order of their tabs."""
    found = []
    for place in sorted((FOLDER / "examples").glob("*.graphql")):
        variables = place.with_suffix(".json")
        example = {"query": place.read_text(encoding="utf-8")}
        if variables.is_file():
            example["variables"] = variables.read_text(encoding="utf-8")
        found.append(example)
    return found

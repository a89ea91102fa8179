"""The structure is tested too: style, types, import directions, and the rows of all operations."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import gateway.areas
from gateway.context import REGISTRY
from gateway.emulator.operations import ROUTES
from gateway.square.endpoint import RESERVED, Repeat

ROOT = Path(__file__).parent.parent
MAX_LINES = 300
MAX_FILES = 14


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports", "--no-cache"],
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_the_code_passes(command: list[str]) -> None:
    tool = Path(sys.executable).with_name(command[0])

    done = subprocess.run([tool, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_base_images_are_named_by_digest() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    images = [line.split()[1] for line in lines if line.startswith("FROM ")]

    assert images
    assert all(re.fullmatch(r"\w+:[\w.-]+@sha256:[0-9a-f]{64}", image) for image in images)


def test_every_row_is_where_the_emulator_serves_it() -> None:
    def place(method: str, path: str) -> tuple[str, str]:
        return method, re.sub(r"\{\w+\}", "{}", path)

    ours = {row.name: (*place(row.method, row.path), row.scope) for row in REGISTRY.endpoints}
    theirs = {route.operation: (*place(route.method, route.path), route.scope) for route in ROUTES}

    assert ours == theirs, "each module of rules is in RULES of gateway/emulator/operations.py"


def test_words_that_stand_where_another_path_has_an_id_are_reserved() -> None:
    paths = [row.path.split("/") for row in REGISTRY.endpoints]
    words = {
        path[place]
        for path in paths
        for other in paths
        for place in range(min(len(path), len(other)))
        if other[place].endswith("_id}") and path[:place] == other[:place] and not path[place].startswith("{")
    }

    assert words == RESERVED


def test_only_reads_are_safe_and_every_read_is() -> None:
    for row in REGISTRY.endpoints:
        reads = row.scope.endswith("_READ")

        assert (row.repeat is Repeat.SAFE) == reads, row.name


def test_every_folder_of_areas_is_listed_and_has_the_same_anatomy() -> None:
    folders = {module.name for module in pkgutil.iter_modules(gateway.areas.__path__)}

    assert folders == {area.name for area in gateway.areas.AREAS}, "list each in gateway/areas/__init__.py"
    for name in folders:
        package = importlib.import_module(f"gateway.areas.{name}")
        modules = {module.name for module in pkgutil.iter_modules(package.__path__)}
        assert {"endpoints", "types", "loaders", "queries"} <= modules, name


def test_a_file_has_one_subject() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in [*ROOT.glob("gateway/**/*.py"), *ROOT.glob("tests/**/*.py")]
        if "node_modules" not in path.parts and (count := len(path.read_text().splitlines())) > MAX_LINES
    }

    assert not long


def test_a_folder_has_about_a_dozen_files() -> None:
    folders = Counter(path.parent for path in ROOT.glob("gateway/**/*.py") if path.name != "__init__.py")

    assert not {str(folder.relative_to(ROOT)): count for folder, count in folders.items() if count > MAX_FILES}


def test_nothing_is_named_after_no_subject() -> None:
    names = {path.stem for path in ROOT.glob("gateway/**/*.py")}

    assert not names & {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc"}


def test_lock_files_hold_versions_and_hashes_but_no_addresses() -> None:
    for lock in [
        *ROOT.glob(".ci/*.txt"),
        *ROOT.glob("tests/*/package-lock.json"),
        *ROOT.glob("tests/benchmarks/*/package-lock.json"),
        *ROOT.glob("gateway/server/*/*-lock.json"),
    ]:
        text = lock.read_text()

        assert '"resolved": "http' not in text, lock
        assert "index-url" not in text, lock

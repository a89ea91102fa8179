"""The sdist and the wheel: what they carry, and that the same source gives the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEEDED = ("pyproject.toml", "README.md", ".gitignore", ".ci/explorer_assets.py", "gateway")
EXPLORER = "gateway/server/explorer"
ASSET = b"// what the explorer loads"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """The project, with one npm package of ours in the place of the explorer's."""
    place = tmp_path / "source"
    for name in NEEDED:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy(ROOT / name, place / name)
        else:
            shutil.copytree(
                ROOT / name, place / name, ignore=shutil.ignore_patterns("assets", "node_modules", "__pycache__")
            )
    package = place / EXPLORER / "node_modules/sample"
    package.mkdir(parents=True)
    (package / "sample.js").write_bytes(ASSET)
    (package / "LICENSE").write_text("Do with it what you like.")
    (package / "package.json").write_text('{"name": "sample", "version": "1.2.3", "license": "ISC"}')
    integrity = "sha384-" + b64encode(hashlib.sha384(ASSET).digest()).decode()
    row = {"package": "sample", "version": "1.2.3", "path": "sample.js", "integrity": integrity}
    (place / EXPLORER / "assets.json").write_text(json.dumps({"sample.js": row}))
    (place / EXPLORER / "package-lock.json").write_text('{"packages": {"": {}, "node_modules/sample": {}}}')
    return place


def build(source: Path, target: str) -> tuple[Path, str]:
    """The package, built on a machine without npm, and what was said meanwhile."""
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target],
        cwd=source,
        env={**os.environ, "PATH": "/nowhere", "SOURCE_DATE_EPOCH": "1700000000"},
        capture_output=True,
        text=True,
        check=True,
    )
    [built] = (source / "dist").glob("*.whl" if target == "wheel" else "*.tar.gz")
    return built, done.stdout + done.stderr


def test_a_package_takes_nothing_along_that_only_lies_in_the_checkout(source: Path) -> None:
    for name in ("production.env", ".env", "gateway/.env", "gateway/production.env", "token.txt", "old/events.txt"):
        (source / name).parent.mkdir(exist_ok=True)
        (source / name).write_text("SQUARE_ACCESS_TOKEN=hidden")

    sdist, _ = build(source, "sdist")
    wheel, _ = build(source, "wheel")

    with tarfile.open(sdist) as archive, zipfile.ZipFile(wheel) as files:
        names = [*archive.getnames(), *files.namelist()]
    assert [each for each in names if each.endswith((".env", "token.txt", "events.txt"))] == []


def test_a_wheel_from_the_sdist_needs_no_npm_and_is_the_same_byte_for_byte(source: Path, tmp_path: Path) -> None:
    (source / EXPLORER / "assets").mkdir()
    (source / EXPLORER / "assets/of-another-build.js").write_text("")
    sdist, _ = build(source, "sdist")
    wheel, _ = build(source, "wheel")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    again, _ = build(tmp_path / sdist.name.removesuffix(".tar.gz"), "wheel")

    assert again.read_bytes() == wheel.read_bytes()
    with zipfile.ZipFile(wheel) as files:
        assets = {Path(each).name: files.read(each) for each in files.namelist() if f"{EXPLORER}/assets/" in each}
        [metadata] = [files.read(each).decode() for each in files.namelist() if each.endswith(".dist-info/METADATA")]
        [points] = [files.read(each).decode() for each in files.namelist() if each.endswith("entry_points.txt")]
        documentation = {
            Path(each).name: files.read(each) for each in files.namelist() if each.startswith("gateway/docs/")
        }
        [licence] = [files.read(each) for each in files.namelist() if each.endswith("licenses/gateway/LICENSE")]
    assert set(assets) == {"sample.js", "NOTICES"}
    assert assets["sample.js"] == ASSET
    assert "sample 1.2.3 (ISC)\n\nDo with it what you like." in assets["NOTICES"].decode()
    assert documentation == {
        each.name: each.read_bytes() for each in (*(ROOT / "gateway/docs").iterdir(), ROOT / "README.md")
    }
    assert "\nLicense-Expression: MIT\n" in metadata
    assert "[pytest11]\ngateway.testing.plugin = gateway.testing.plugin" in points
    assert licence == (ROOT / "gateway/LICENSE").read_bytes()


def test_without_npm_a_wheel_is_built_and_the_build_says_what_it_lacks(source: Path) -> None:
    shutil.rmtree(source / EXPLORER / "node_modules")
    wheel, said = build(source, "wheel")

    assert "Built without the explorer's files: npm is not installed." in said
    with zipfile.ZipFile(wheel) as files:
        assert "gateway/cli.py" in files.namelist()
        assert not any(f"{EXPLORER}/assets/" in each for each in files.namelist())

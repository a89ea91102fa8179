"""Puts the explorer's npm files and their licences into the package while it is built.

They come from `node_modules` where `npm ci` was run in `gateway/server/explorer`, and otherwise from npm itself. An
sdist carries them, so that a wheel built from it needs no npm. Without npm the package is built all the same, and the
explorer's page says what it lacks. The README comes into a wheel as well, as the first page that /docs shows.
"""

import hashlib
import json
import shutil
import subprocess
import tempfile
from base64 import b64encode
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EXPLORER = Path("gateway/server/explorer")
NOTICES = "NOTICES"
LICENCE_FILES = ("licen", "copying", "notice")
SECONDS = 180


class ExplorerAssets(BuildHookInterface):
    """Copies each file that `assets.json` lists to `assets`, after checking its hash, and writes `NOTICES` there."""

    def initialize(self, version, build_data):
        """Called by hatchling before it collects the files of a wheel or an sdist."""
        if self.target_name == "wheel" and version == "standard":
            build_data["force_include"]["README.md"] = "gateway/docs/README.md"
        folder = Path(self.root) / EXPLORER
        wanted = json.loads((folder / "assets.json").read_text())
        try:
            if not _complete(folder / "assets", wanted):
                _fetch(folder, wanted)
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip().splitlines()
            self._left_out(f"npm ci failed: {said[0] if said else error.returncode}")
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            self._left_out(str(error))

    def _left_out(self, reason):
        self.app.display_warning(
            f"Built without the explorer's files: {reason}. The gateway runs, and says how to fetch them."
        )


def _complete(assets, wanted):
    """Whether everything is there. What is not wanted, or no longer the file that was tested, is removed."""
    for place in assets.iterdir() if assets.is_dir() else ():
        if place.name != NOTICES and not (place.name in wanted and _good(place, wanted[place.name])):
            place.unlink()
    return all((assets / name).is_file() for name in (*wanted, NOTICES))


def _fetch(folder, wanted):
    modules = folder / "node_modules"
    with tempfile.TemporaryDirectory() as place:
        if not modules.is_dir():
            npm = shutil.which("npm")
            if npm is None:
                raise ValueError("npm is not installed")
            for name in ("package.json", "package-lock.json"):
                shutil.copy(folder / name, place)
            options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            subprocess.run([npm, "ci", *options], cwd=place, check=True, timeout=SECONDS, capture_output=True)  # noqa: S603
            modules = Path(place) / "node_modules"
        assets = folder / "assets"
        assets.mkdir(exist_ok=True)
        for name, each in wanted.items():
            source = modules / each["package"] / each["path"]
            if not _good(source, each):
                raise ValueError(f"{name} is not the file that was tested")
            shutil.copy(source, assets / name)
        lock = json.loads((folder / "package-lock.json").read_text())
        (assets / NOTICES).write_text(_notices(modules.parent, lock), encoding="utf-8")


def _notices(root, lock):
    """The licences of all packages of the lock file: bundled files hold those that they were built from."""
    told = {}
    for path in sorted(filter(None, lock["packages"])):
        if (root / path / "package.json").is_file():
            package = json.loads((root / path / "package.json").read_text(encoding="utf-8"))
            texts = _licence_texts(root / path) or _without_a_text(package)
            told.setdefault(texts, set()).add(f"{package['name']} {package['version']} ({package.get('license')})")
    blocks = ["\n".join(sorted(names)) + f"\n\n{texts}" for texts, names in told.items()]
    return f"\n\n{'-' * 80}\n\n".join(["The explorer's files hold parts of these npm packages.", *blocks]) + "\n"


def _licence_texts(folder):
    files = sorted(each for each in folder.iterdir() if each.name.lower().startswith(LICENCE_FILES))
    return "\n\n".join(each.read_text(encoding="utf-8", errors="replace").strip() for each in files if each.is_file())


def _without_a_text(package):
    author = package.get("author") or ""
    author = author.get("name", "") if isinstance(author, dict) else author
    repository = package.get("repository") or ""
    repository = repository.get("url", "") if isinstance(repository, dict) else repository
    said = ", ".join(filter(None, (author, repository)))
    return f"The package brings no text of its licence{f': {said}' if said else ''}."


def _good(path, each):
    if not path.is_file():
        return False
    return "sha384-" + b64encode(hashlib.sha384(path.read_bytes()).digest()).decode() == each["integrity"]

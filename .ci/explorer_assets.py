"""Puts the explorer's npm files into the package while it is built.

They come from `node_modules` where `npm ci` was run in `gateway/server/explorer`, and otherwise from
npm itself. Without npm the package is built all the same, and the explorer's page says what it lacks.
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
SECONDS = 180


class ExplorerAssets(BuildHookInterface):
    """Copies each file that `assets.json` lists to `assets`, after checking its hash."""

    def initialize(self, version, build_data):
        """Called by hatchling before it collects the files of a wheel."""
        if self.target_name != "wheel":
            return
        folder = Path(self.root) / EXPLORER
        wanted = json.loads((folder / "assets.json").read_text())
        try:
            if not all(_good(folder / "assets" / name, each) for name, each in wanted.items()):
                _fetch(folder, wanted)
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            self.app.display_warning(f"The explorer is left out: {error}")


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
        (folder / "assets").mkdir(exist_ok=True)
        for name, each in wanted.items():
            source = modules / each["package"] / each["path"]
            if not _good(source, each):
                raise ValueError(f"{name} is not the file that was tested")
            shutil.copy(source, folder / "assets" / name)


def _good(path, each):
    if not path.is_file():
        return False
    return "sha384-" + b64encode(hashlib.sha384(path.read_bytes()).digest()).decode() == each["integrity"]

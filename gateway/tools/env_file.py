"""The option `--env-file`, which all commands have that mind settings. Reads nothing itself."""

from __future__ import annotations

from pathlib import Path

import click

ENV_FILE = click.option(
    "--env-file",
    type=click.Path(path_type=Path),
    default=None,
    help="Read settings from this file too: lines of NAME=value. The environment comes first.",
)

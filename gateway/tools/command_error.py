"""How a command says that it cannot do its work: one line, and exit code 2."""

from __future__ import annotations

import click


class CommandError(click.ClickException):
    """A command that cannot do its work. The message says why, and what to do next."""

    exit_code = 2

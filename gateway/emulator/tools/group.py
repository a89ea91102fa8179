"""The commands below `gateway emulator`, by name. Imports none of them before it is asked for one."""

from __future__ import annotations

import math
from typing import Any

import click
from click.core import ParameterSource


class Group(click.Group):
    """`gateway emulator` serves; what is below it is for an emulator that runs, or added by who owns the command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted({*super().list_commands(ctx), *self._below()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command with this name."""
        return super().get_command(ctx, cmd_name) or self._below().get(cmd_name)

    @staticmethod
    def _below() -> dict[str, click.Command]:
        from gateway.emulator.tools.commands import COMMANDS  # noqa: PLC0415 - they need the emulator's rooms

        return COMMANDS


class TimeScale(click.FloatRange):
    """A number within the range; `nan`, which is neither below nor above anything, is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number of a word. Fails for what is none."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return found


def refuse_options_before(ctx: click.Context) -> None:
    """Raise for an option before the name of a command below, which does not see it: it is for serving."""
    for each in ctx.command.params:
        if ctx.get_parameter_source(each.name or "") is ParameterSource.COMMANDLINE:
            below = ctx.invoked_subcommand
            raise click.UsageError(
                f"{each.opts[0]}: options of `{below}` go behind it: see `gateway emulator {below} --help`", ctx
            )

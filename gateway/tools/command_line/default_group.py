"""The group of commands that has one by default, `serve`, and lists them in the order in which they are added."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from gateway.tools.command_error import CommandError
from gateway.tools.standard_streams import unwritten

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class DefaultGroup(click.Group):
    """`gateway --port 9000` is `gateway serve --port 9000`. What cannot be understood costs one line."""

    def main(self, *given: Any, **options: Any) -> Any:
        """Run the command, and end the program. What is lost because standard output is full costs one line."""
        try:
            return super().main(*given, **options)
        except OSError as error:
            if not unwritten(error):
                raise
            click.echo(f"Error: cannot write to standard output: {(error.strerror or '').lower()}", err=True)
            sys.exit(CommandError.exit_code)

    def make_context(self, *given: Any, **options: Any) -> click.Context:
        """A context, or one line about what cannot be understood."""
        with _without_usage():
            return super().make_context(*given, **options)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _without_usage():
            return super().invoke(ctx)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the words, with `serve` before them where no command is named."""
        own = {"--help", "-h", *(name for option in self.params for name in option.opts)}
        # A shell that completes the first word looks for a command.
        first = args[0].split("=")[0] if args else "" if ctx.resilient_parsing else "-"
        if first.startswith("-") and first not in own:
            args = ["serve", *args]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """What serves, then what developers and operators ask, in the order in which they are added."""
        return list(self.commands)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and the options, those of `serve` among them."""
        found = super().shell_complete(ctx, incomplete)
        if incomplete.startswith("-"):
            known = {each.value for each in found}
            more = self.commands["serve"].shell_complete(ctx, incomplete)
            found += [each for each in more if each.value not in known]
        return found


@contextmanager
def _without_usage() -> Iterator[None]:
    """Lets click say what it did not understand, without the command's usage around it."""
    try:
        yield
    except click.UsageError as error:
        error.ctx = None
        raise

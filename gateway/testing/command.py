"""`gateway emulator exec -- CMD`, as it is called. Nothing that serves is imported before it runs."""

from __future__ import annotations

import sys

import click

from gateway.running import loop
from gateway.tools.command_error import CommandError


@click.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--seed", type=click.Choice(["demo", "empty"]), default="demo", show_default=True, help="What is in it.")
@click.option("--customers", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="Demo customers.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD [ARG...]")
def exec_command(seed: str, customers: int, command: tuple[str, ...]) -> None:
    """Run CMD beside an emulator and a gateway, and end with its exit code.

    Both are on free ports, and end with it. CMD finds them in SQUARE_BASE_URL and GATEWAY_URL, and a token for both
    in SQUARE_ACCESS_TOKEN. The gateway has default settings, with the environment's GATEWAY_MAX_... limits.
    """
    from gateway.settings import SettingsError  # noqa: PLC0415 - other commands need no server
    from gateway.testing.program import CannotRun, run_beside  # noqa: PLC0415

    codes: list[int] = []
    try:
        loop(run_beside(command, seed, customers, codes.append))
    except CannotRun as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.code)
    except SettingsError as error:
        raise CommandError(str(error)) from None
    sys.exit(codes[0])

"""The options of `gateway` that tell of its installation: `--version` and `--completion`. Reads no settings."""

from __future__ import annotations

from typing import Any

import click

from gateway import __version__

SHELLS = ("bash", "zsh", "fish")
LIBRARIES = ("aiohttp", "graphql-core", "strawberry-graphql")


def _show_version(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    if not asked or ctx.resilient_parsing:
        return
    import platform  # noqa: PLC0415 - takes longer than all else that a command begins with
    from importlib.metadata import version  # noqa: PLC0415

    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    click.echo(f"gateway {__version__} (Python {platform.python_version()}, {libraries})")
    ctx.exit()


def _show_completion(ctx: click.Context, _: click.Parameter, shell: str | None) -> None:
    if shell is None or ctx.resilient_parsing:
        return
    from click.shell_completion import get_completion_class  # noqa: PLC0415

    known = get_completion_class(shell)
    if known is not None:
        click.echo(known(ctx.command, {}, "gateway", "_GATEWAY_COMPLETE").source())
    ctx.exit()


def installation_options(command: Any) -> Any:
    """Adds `--version` and `--completion` to a command. Both print what was asked for and end it."""
    flags: dict[str, Any] = {"expose_value": False, "is_eager": True}
    command = click.option(
        "--completion",
        type=click.Choice(SHELLS),
        callback=_show_completion,
        help="Print the shell's completion script and exit.",
        **flags,
    )(command)
    return click.option(
        "--version",
        is_flag=True,
        callback=_show_version,
        help="Show the versions of the gateway, Python and the libraries, and exit.",
        **flags,
    )(command)

"""The command `gateway doctor`: its options, and its exit code. Checks nothing itself."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.tools.command_error import CommandError
from gateway.tools.env_file import ENV_FILE


@click.command()
@click.option("--url", metavar="URL", help="Where the gateway runs: what it answers is checked too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for scripts.")
@click.option("--accept", "accepted", multiple=True, metavar="CHECK", help="A check whose problem is only a warning.")
@ENV_FILE
def doctor(*, url: str | None, as_json: bool, accepted: tuple[str, ...], env_file: Path | None) -> None:
    """Say what is wrong with a deployment before its users notice.

    Reads the settings that `gateway` would, and asks Square, the store and the issuer of tokens what can be read there.
    Nothing is written at Square, and no token is shown. Ends with exit code 1 when there is a problem.
    """
    import asyncio  # noqa: PLC0415 - other commands need less
    import logging  # noqa: PLC0415

    from gateway.settings.checks import web_url  # noqa: PLC0415
    from gateway.tools.doctor import report  # noqa: PLC0415
    from gateway.tools.doctor.examination import examine, names  # noqa: PLC0415

    if url is not None and web_url(url) is None:
        raise CommandError("--url must begin with http:// or https:// and name a host")
    if unknown := [name for name in accepted if name not in names()]:
        raise CommandError(f"--accept: there is no check {unknown[0]}; there are {', '.join(names())}")
    # What libraries say of the failures that are looked for here.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    results = asyncio.run(examine(env_file, url, accepted))
    if as_json:
        click.echo(report.as_json(results))
    else:
        report.show(results)
    if not report.healthy(results):
        sys.exit(1)

"""The command line: `gateway`, which serves, and the commands of gateway/docs/commands.md.

A command that cannot do its work says why in one line and ends with exit code 2.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.emulator.tools.group import Group, TimeScale, refuse_options_before
from gateway.running import ignore_hangup, loop, one_line, say
from gateway.testing.command import exec_command
from gateway.tools.command_error import CommandError
from gateway.tools.command_line.default_group import DefaultGroup
from gateway.tools.command_line.installation import installation_options
from gateway.tools.doctor.command import doctor
from gateway.tools.env_file import ENV_FILE
from gateway.tools.events import events
from gateway.tools.standard_streams import open_missing

if TYPE_CHECKING:
    from gateway.graph.selection.limits import Limits
    from gateway.settings import Settings

# What is given comes before the settings, whose defaults these are.
HOST = "The address to listen on.  [default: {}127.0.0.1]"
SCALE = "How long the retries of notifications take: at 0.001, a minute is 60 ms."
PORT = "The port to listen on.  [default: GATEWAY_PORT, or 8000]"
ITS_OWN_NAME = "(by default)"
WORKERS = "Processes that serve the port.  [default: GATEWAY_WORKERS, or 1]"


@click.group(cls=DefaultGroup, context_settings={"help_option_names": ["-h", "--help"]})
@installation_options
def main() -> None:
    """One typed GraphQL graph over Square's Customers and Loyalty APIs.

    Without settings, `gateway` starts an embedded Square with a demo shop and serves the graph on
    http://127.0.0.1:8000/graphql. Settings come from the environment and files; gateway/docs/settings.md lists them.
    """
    import logging  # noqa: PLC0415 - `--help` and `--version` end before

    open_missing()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


@main.command()
@click.option("--host", metavar="ADDRESS", help=HOST.format("GATEWAY_HOST, or "))
@click.option("--port", type=click.IntRange(0, 65535), default=None, help=PORT)
@click.option("--workers", type=click.IntRange(1, 256), default=None, help=WORKERS)
@ENV_FILE
def serve(host: str | None, port: int | None, workers: int | None, env_file: Path | None) -> None:
    """Serve the graph (the default command)."""
    ignore_hangup()
    from gateway.library_names import UnsupportedLibrary, check_libraries  # noqa: PLC0415 - other commands need less

    try:
        check_libraries()
    except UnsupportedLibrary as error:
        raise CommandError(str(error)) from None
    from gateway.settings import SettingsError, load  # noqa: PLC0415 - other commands need no server

    read = partial(load, env_file, gateway_host=host, gateway_port=port, gateway_workers=workers)
    try:
        settings = read()
    except SettingsError as error:
        raise CommandError(str(error)) from None
    # Long documents are checked in a thread; the event loop gets the processor back ten times sooner than by default.
    sys.setswitchinterval(0.0005)
    try:
        with one_line(settings.gateway_host, settings.gateway_port):
            _serve(settings, read)
    except SettingsError as error:
        raise CommandError(str(error)) from None


def _serve(settings: Settings, read: Callable[[], Settings]) -> None:
    """Serve as one process, or as several. Raises `SettingsError`, and OSError when the port is taken."""
    if settings.gateway_workers > 1:
        from gateway.serve_workers.parent import serve as serve_workers  # noqa: PLC0415 - not for one

        serve_workers(settings, read)
        return
    from gateway.serve import serve as serve_alone  # noqa: PLC0415 - other commands need no server

    loop(serve_alone(settings))


@main.group(cls=Group, invoke_without_command=True)
@click.option("--host", metavar="ADDRESS", help=HOST.format(""))
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="The port to listen on.")
@click.option("--db", type=click.Path(path_type=Path), default=None, help="Keep the data in this file.")
@click.option("--seed", type=click.Choice(["demo", "empty"]), default="demo", show_default=True, help="What is in it.")
@click.option("--customers", type=click.IntRange(1, 1_000_000), default=1000, show_default=True, help="Demo customers.")
@click.option("--page", type=click.IntRange(1), default=None, help="The most items of a page, whatever is asked.")
@click.option("--without-definitions", is_flag=True, help="Answer attributes without the definitions asked for.")
@click.option("--webhook-url", "webhook_urls", multiple=True, metavar="URL", help="Send notifications there.")
@click.option("--webhook-key", metavar="KEY", help="Sign those with this key.  [default: a new one, which is shown]")
@click.option("--webhook-time-scale", type=TimeScale(0, 1000), default=1.0, help=SCALE)
@click.option("--remote-admin", is_flag=True, help="Let other machines use the console and /_emulator.")
@click.pass_context
def emulator(  # noqa: PLR0917 - click passes them by name
    ctx: click.Context,
    host: str | None,
    port: int,
    db: Path | None,
    seed: str,
    customers: int,
    page: int | None,
    without_definitions: bool,
    webhook_urls: tuple[str, ...],
    webhook_key: str | None,
    webhook_time_scale: float,
    remote_admin: bool,
) -> None:
    """Serve the embedded Square alone, for tests and for Square's own SDKs."""
    if ctx.invoked_subcommand is not None:
        refuse_options_before(ctx)
        return
    ignore_hangup()
    from gateway.emulator.command import run  # noqa: PLC0415 - other commands need no emulator
    from gateway.emulator.store.faults import Faults  # noqa: PLC0415
    from gateway.emulator.webhooks.delivery.schedule import Pace  # noqa: PLC0415

    where = host or "127.0.0.1"
    with one_line(where, port, db):
        faults = Faults(page=page, definitions=not without_definitions)
        pace, told = Pace(webhook_time_scale), dict.fromkeys(webhook_urls, webhook_key)
        loop(run(where, port, db, seed, customers, faults=faults, pace=pace, told=told, remote=remote_admin, say=say))


@main.command()
@click.option("--public", is_flag=True, help="Leave out the federation parts, for client tools.")
@click.option("--relay", is_flag=True, help="As --public, with what Relay's compiler needs to refetch.")
@click.option("--apollo-cache", is_flag=True, help="What Apollo Client's cache must know.")
@click.option("--urql-cache", is_flag=True, help="What urql's graphcache must know.")
@click.option(
    "--write",
    metavar="[FILE]",
    type=click.Path(dir_okay=False, path_type=Path),
    is_flag=False,
    flag_value=ITS_OWN_NAME,
    help="Write it to this file, schema.graphql, apollo-cache.mjs or urql-cache.mjs by default. A schema that cannot "
    "be built leaves the file as it is.",
)
def schema(write: Path | None, **forms: bool) -> None:
    """Print the schema definition language (SDL), or what caches of clients must know of it, or write it to a file."""
    from gateway.tools.schema_files.forms import FORMS  # noqa: PLC0415 - building the schema takes a moment

    chosen = [name.replace("_", "-") for name, given in forms.items() if given] or ["federated"]
    if len(chosen) > 1:
        raise CommandError(f"--{' and --'.join(chosen)} are printed one at a time: run it for each")
    printed = FORMS[chosen[0]]
    text = printed.text()
    if write is None:
        click.echo(text, nl=False)
        return
    file = Path(printed.file) if str(write) == ITS_OWN_NAME else write
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {(error.strerror or 'cannot be written').lower()}") from None


@main.command()
@click.argument("documents", nargs=-1, required=True)
@ENV_FILE
def check(documents: tuple[str, ...], env_file: Path | None) -> None:
    """Check a client's documents against the schema, and what they cost.

    DOCUMENTS are files, folders and glob patterns. Folders are searched for .graphql and .gql files and for gql`...`
    in scripts and components (.vue, .svelte, .astro), but not node_modules, __generated__, dist and build. Directives
    and fields that a client's library keeps for itself (Relay, Apollo, urql, Houdini) are taken out; what is passed
    over is named.
    Ends with exit code 1 when something is wrong or too costly, and 2 when nothing could be checked.
    """
    from gateway.tools.check import check as run  # noqa: PLC0415 - building the schema takes a moment
    from gateway.tools.client_documents import NoDocuments  # noqa: PLC0415

    try:
        report = run(documents, _limits(env_file))
    except NoDocuments as error:
        raise CommandError(str(error)) from None
    for each in report.passed_over:
        click.echo(f"{each.place}  passed over: {each.message}")
    for checked in report.operations:
        if not checked.sends:
            click.echo(f"{checked.place}  {checked.kind} {checked.name}: asks the gateway for nothing")
            continue
        assumed = "  (variables without a default at their largest)" if checked.assumed else ""
        calls = f"{checked.calls} call" if checked.calls == 1 else f"{checked.calls} calls"
        click.echo(f"{checked.place}  {checked.kind} {checked.name}: at most {calls}{assumed}")
    for problem in report.problems:
        click.echo(f"{problem.place}  {problem.message}", err=True)
    passed = f", {len(report.passed_over)} notes of what was passed over" if report.passed_over else ""
    counts = f"{report.files} files, {len(report.operations)} valid operations, {len(report.problems)} problems"
    click.echo(counts + passed)
    if report.problems:
        sys.exit(1)
    if not report.operations:
        raise CommandError("there is no operation in these documents")


@main.command()
@click.argument("query")
@click.option("--variables", default="{}", metavar="JSON", help="The variables, as a JSON object.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as JSON.")
@ENV_FILE
def explain(query: str, variables: str, as_json: bool, env_file: Path | None) -> None:
    """Show the REST calls of a query before it runs.

    QUERY is the text, @FILE to read it from a file, or - for standard input.
    """
    import orjson  # noqa: PLC0415

    from gateway.tools.explain import NotExplained, tree  # noqa: PLC0415 - building the schema takes a moment
    from gateway.tools.explain import explain as run  # noqa: PLC0415

    try:
        given = orjson.loads(variables)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise CommandError("--variables must be a JSON object")
    try:
        explained = run(_text(query), given, _limits(env_file))
    except NotExplained as error:
        raise CommandError(str(error)) from None
    if as_json:
        click.echo(orjson.dumps(explained, option=orjson.OPT_INDENT_2))
        return
    from rich.console import Console  # noqa: PLC0415

    for each in explained:
        Console(highlight=False, soft_wrap=True).print(tree(each))


emulator.add_command(exec_command)
main.add_command(events)
main.add_command(doctor)


def _limits(env_file: Path | None) -> Limits:
    """The limits of the gateway that these settings would start. What else may be wrong with them is the server's."""
    from gateway.server.app import limits  # noqa: PLC0415
    from gateway.settings import SettingsError, load_limits  # noqa: PLC0415

    try:
        return limits(load_limits(env_file))
    except SettingsError as error:
        raise CommandError(str(error)) from None


def _text(query: str) -> str:
    if query == "-":
        return sys.stdin.read()
    if not query.startswith("@"):
        return query
    try:
        return Path(query[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{query[1:]}: {(error.strerror or 'cannot be read').lower()}") from None
    except UnicodeDecodeError:
        raise CommandError(f"cannot read {query[1:]} as UTF-8 text") from None

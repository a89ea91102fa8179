"""What the terminal shows once the gateway answers: where it is, who may call, and a line to try it with.

The line can be pasted into any POSIX shell as it is. What a caller has to show is not printed unless everybody knows
it: the line reads it from the environment and says what to set. Asks Square nothing.
"""

from __future__ import annotations

import shlex

from gateway import __version__
from gateway.graph.documents.parser import Checker
from gateway.graph.selection.limits import Limits
from gateway.graph.subgraph.core_schema import core_schema
from gateway.schema import build_schema
from gateway.server.app import limits
from gateway.server.explorer import asset_files as explorer_files
from gateway.settings import EMULATOR_TOKEN, Settings
from gateway.tools.explain import explain

# The first that the limits allow is shown.
SAMPLES = (
    "{ customers(first: 3) { nodes { givenName groups { name } loyaltyAccounts { balance } } } }",
    "{ customers(first: 3) { nodes { givenName } } }",
    "{ __typename }",
)


def banner(settings: Settings, url: str, emulator: str | None, *, complete: bool) -> str:
    """The lines for a gateway that answers at `url`; `emulator` is where its embedded Square is, if it has one.

    `complete` tells whether the explorer's files are here.
    """
    browsers = ""
    if settings.explorer and complete:
        browsers = f" (in a browser: GraphiQL{'' if settings.introspection else ', without the schema'})"
    lines = [f"Square GraphQL gateway {__version__}", "", f"  GraphQL   {url}/graphql{browsers}"]
    if settings.explorer and not complete:
        lines.append(f"  GraphiQL  has to be fetched first: {explorer_files.command()}")
    if settings.explorer:
        lines.append(f"  Docs      {url}/docs (in a browser)")
    square = f"{emulator} (embedded emulator with a demo shop)" if emulator else settings.environment
    lines.append(f"  Square    {square}")
    if emulator:
        lines.append(f"  Console   {emulator}/ (in a browser: what is in the emulator, and what it is asked)")
    lines.append(f"  Callers   {settings.auth}")
    if settings.gateway_workers > 1:
        lines.append(f"  Workers   {settings.gateway_workers}")
    if emulator and settings.auth == "forward":
        lines.append(f"  Token     {EMULATOR_TOKEN} (one that the embedded Square takes)")
    elif emulator and settings.auth == "none" and settings.token == EMULATOR_TOKEN:
        lines.append(f"  Token     {EMULATOR_TOKEN} (used when a request brings none)")
    lines += ["", "Try it:", "", *_sample(settings, url), "", "Stop it with Ctrl-C."]
    return "\n".join(lines)


def _sample(settings: Settings, url: str) -> list[str]:
    if settings.only_trusted_documents:
        return [f"  curl -s {shlex.quote(f'{url}/readyz')}"]
    before, shown = _shown_by_callers(settings)
    query = next(each for each in SAMPLES if each == SAMPLES[-1] or _allowed(each, limits(settings)))
    first = f"  {before}curl -s {shlex.quote(f'{url}/graphql')} -H 'content-type: application/json' \\"
    last = f'    -d \'{{"query":"{query}"}}\''
    return [first, f'    -H "authorization: Bearer {shown}" \\', last] if shown else [first, last]


def _shown_by_callers(settings: Settings) -> tuple[str, str]:
    """What the shell has to work out beforehand, and what a caller shows then."""
    if settings.auth == "none":
        return "", ""
    if settings.auth == "key":
        # The first key, without the commas and blanks that may stand before it and behind it.
        first = 'KEY=${GATEWAY_API_KEYS:?set it as for the gateway} && KEY=${KEY#"${KEY%%[!, ]*}"} && '
        return first, "${KEY%%[, ]*}"
    if settings.auth == "jwt":
        return "", "${TOKEN:?set it to a signed token of the issuer}"
    if settings.environment == "emulator":
        return "", EMULATOR_TOKEN
    return "", "${SQUARE_ACCESS_TOKEN:?set it to an access token of Square}"


def _allowed(query: str, allowed: Limits) -> bool:
    checker = Checker(core_schema(build_schema()), allowed, introspection=True, suggestions=False)
    if checker.check(query).errors:
        return False
    [plan] = explain(query, {}, allowed)
    return bool(plan["calls"] <= plan["limit"])

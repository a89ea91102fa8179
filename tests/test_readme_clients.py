"""The samples of the page for clients are tested: each is compiled and run as it stands, with the files it imports."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from gateway.tools.schema_files.forms import FORMS
from gateway.tools.sdl import relay_sdl
from tests.conftest import Graph
from tests.node import CLIENTS, MODULES, needs_node, node, script
from tests.readme import marked
from tests.test_clients import TOKEN, shop

__all__ = ["shop"]

SAMPLES = ("apollo", "urql", "tanstack")
TSC = MODULES / "typescript" / "bin" / "tsc"
# Types of packages that nothing here imports are left out.
MODULE = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]
MODULE += ["--typeRoots", "none"]
SCRIPT = ["--allowJs", "--checkJs", "--noImplicitAny", "false", "--strictNullChecks", "false", "--skipLibCheck"]

pytestmark = needs_node


@pytest.fixture
def application(tmp_path: Path) -> Path:
    """The folder of an application: the packages it has installed, and what `gateway schema` writes for it."""
    (tmp_path / "node_modules").symlink_to(MODULES)
    for name in ("apollo-cache", "urql-cache", "public"):
        (tmp_path / FORMS[name].file).write_text(FORMS[name].text())
    return tmp_path


async def test_the_samples_compile_and_put_two_pages_together(shop: Graph, application: Path) -> None:
    customers = await shop.data("{ customers(first: 4) { nodes { givenName } } }")
    names = [each["givenName"] for each in customers["customers"]["nodes"]]
    for name in SAMPLES:
        (application / f"{name}.mjs").write_text(marked(name))
    shop.reset()

    shown = await script("paging.mjs", shop.url, TOKEN, str(application), *SAMPLES)

    assert shown == dict.fromkeys(SAMPLES, names)
    assert shop.calls == {"ListCustomers": 6}
    await node(str(TSC), *MODULE, *SCRIPT, *(str(application / f"{name}.mjs") for name in SAMPLES))


async def test_a_cache_takes_nothing_for_empty_that_it_has_not_read(shop: Graph, application: Path) -> None:
    shown = await script("reading.mjs", shop.url, TOKEN, str(application))

    assert shown == {"pairs": 3 * 2 * 4 * 5, "wrong": []}


async def test_typescript_types_are_generated_and_compile(application: Path) -> None:
    shutil.copytree(CLIENTS / "typed", application / "src")
    (application / "codegen.mjs").write_text(marked("codegen"))

    await node("node_modules/@graphql-codegen/cli/esm/bin.js", "--config", "codegen.mjs", folder=application)

    assert not re.search(r": any\b[^?:]", (application / "src" / "graph.ts").read_text())
    scripts = [str(application / "src" / name) for name in ("use.ts", "caches.ts")]
    await node(str(TSC), *MODULE, "--allowJs", "--skipLibCheck", *scripts)


async def test_relay_pages_and_refetches_inside_an_account(shop: Graph, application: Path) -> None:
    query = "{ loyaltyAccounts(first: 5) { nodes { id balance events(first: 11) { nodes { id } } } } }"
    accounts = (await shop.data(query))["loyaltyAccounts"]["nodes"]
    account = max(accounts, key=lambda each: len(each["events"]["nodes"]))
    balance, events = account["balance"], [each["id"] for each in account["events"]["nodes"]]
    assert len(events) > 10
    compiled = await _compiled_by_relay(application)
    shop.reset()

    shown = json.loads(await node("refetching.mjs", shop.url, TOKEN, account["id"], folder=application))

    assert {path.name for path in compiled} == {
        "LoyaltyEventsQuery.graphql.js",
        "LoyaltyEvents_account.graphql.js",
        "LoyaltyEventsPageQuery.graphql.js",
    }
    assert shown == [{"balance": balance, "ids": events[:count]} for count in (5, 10, 3)]
    assert shop.calls == {"RetrieveLoyaltyAccount": 3, "SearchLoyaltyEvents": 3}


async def test_relay_gives_the_scalars_types_that_typescript_has(application: Path) -> None:
    config = json.loads(marked("relay-config"))
    config["projects"]["app"]["language"] = "typescript"
    (application / "relay.config.json").write_text(json.dumps(config))
    (application / "schema.graphql").write_text(relay_sdl())
    (application / "src").mkdir()
    (application / "src" / "Values.ts").write_text(
        "graphql`query ValuesQuery($id: ID!) { customer(id: $id) { createdAt birthday version customAttributes {"
        " nodes { rawValue value { ... on NumberValue { number } ... on DateValue { date } } } } } }`"
    )

    await node("node_modules/relay-compiler/cli.js", "relay.config.json", folder=application)

    written = (application / "src" / "__generated__" / "ValuesQuery.graphql.ts").read_text()
    types = dict(re.findall(r"readonly (\w+)\??: (\w+)", written))
    names = ("createdAt", "birthday", "version", "rawValue", "number", "date")
    assert [types[name] for name in names] == ["string", "string", "number", "unknown", "string", "string"]


async def _compiled_by_relay(application: Path) -> list[Path]:
    """Compile the page's component, and do what Babel's plugin and a bundler would; gives what was compiled."""
    (application / "schema.graphql").write_text(relay_sdl())
    (application / "package.json").write_text('{"type": "module"}')
    (application / "relay.config.json").write_text(marked("relay-config"))
    (application / "environment.mjs").write_text(marked("relay-environment"))
    shutil.copy(CLIENTS / "refetching.mjs", application)
    source = application / "src" / "LoyaltyEvents.js"
    source.parent.mkdir()
    source.write_text(marked("relay"))
    await node("node_modules/relay-compiler/cli.js", "relay.config.json", folder=application)

    compiled = list((source.parent / "__generated__").iterdir())
    for path in compiled:
        path.write_text(path.read_text().replace(".graphql';", ".graphql.js';"))
    tag = re.compile(r"graphql`\s*\w+ (\w+)[^`]*`")
    imports = [f'import {name} from "./__generated__/{name}.graphql.js";' for name in tag.findall(source.read_text())]
    source.write_text("\n".join([*imports, tag.sub(r"\1", source.read_text())]))
    return compiled

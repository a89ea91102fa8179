"""The samples of the page for clients are tested: each is compiled and run as it stands, with the files it imports."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from gateway.tools.schema_files.forms import FORMS
from tests.conftest import Graph
from tests.readme import marked
from tests.test_clients import CLIENTS, MODULES, TOKEN, node, script, shop

__all__ = ["shop"]

SAMPLES = ("apollo", "urql", "tanstack")
TSC = MODULES / "typescript" / "bin" / "tsc"
# Types of packages that nothing here imports are left out.
MODULE = ["--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]
MODULE += ["--typeRoots", "none"]
SCRIPT = ["--allowJs", "--checkJs", "--noImplicitAny", "false", "--strictNullChecks", "false", "--skipLibCheck"]

pytestmark = [
    pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed"),
    pytest.mark.skipif(not MODULES.is_dir(), reason="run `npm ci --prefix tests/clients` first"),
]


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


async def test_typescript_types_are_generated_and_compile(application: Path) -> None:
    shutil.copytree(CLIENTS / "typed", application / "src")
    (application / "codegen.mjs").write_text(marked("codegen"))

    await node("node_modules/@graphql-codegen/cli/esm/bin.js", "--config", "codegen.mjs", folder=application)

    assert not re.search(r": any\b[^?:]", (application / "src" / "graph.ts").read_text())
    await node(str(TSC), *MODULE, str(application / "src" / "use.ts"))

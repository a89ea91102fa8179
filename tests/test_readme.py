"""The README and its pages are tested: every sample is run, every table is held against the code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import httpx
import pytest

from gateway import __version__
from gateway.context import REGISTRY
from gateway.emulator.http.app import create_app
from gateway.emulator.store.store import Store
from gateway.graph.engine import Engine
from gateway.schema import build_schema
from gateway.settings import Settings
from gateway.square.endpoint import Repeat
from gateway.testing.fork import Fork
from tests.introspected import introspected
from tests.patience import PATIENCE
from tests.readme import DOCS, README, Sample, anchors, commands, links, pages, samples, table


def test_there_are_samples_to_run() -> None:
    assert len(samples()) >= 13


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_a_sample_gives_its_answer_for_its_calls(
    gateway_url: str, square_fork: Fork, square_calls: Callable[[], dict[str, int]], sample: Sample
) -> None:
    sent = {"query": sample.query, "variables": sample.variables}
    answer = httpx.post(gateway_url, json=sent, headers=square_fork.headers, timeout=PATIENCE).json()

    answer.pop("extensions", None)
    assert answer == sample.answer
    assert square_calls() == sample.calls


@pytest.mark.parametrize("sample", samples(), ids=str)
def test_a_sample_is_explained_as_what_it_costs(sample: Sample) -> None:
    engine = Engine(build_schema(), REGISTRY)
    prepared = engine.prepare(sample.query)

    plan = engine.plan(prepared, prepared.operation(None), sample.variables)

    assert plan.usual == Counter(sample.calls)


def test_every_setting_is_in_the_table() -> None:
    rows = {row[0].strip("`"): row for row in table("Settings")}

    assert list(rows) == [name.upper() for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        assert rows[name.upper()][2].replace("\\|", "|") == field.description
        assert rows[name.upper()][1].strip("`") == (
            "" if field.default in (None, ()) else str(field.default).lower()
        ), name


def test_every_operation_is_in_the_table() -> None:
    types = introspected().type_map
    found = {row[0]: row[1:] for row in table("Operations")}

    assert found.keys() == {row.name for row in REGISTRY.endpoints}
    for row in REGISTRY.endpoints:
        field, call, scope, _ = found[row.name]
        assert (call, scope) == (f"`{row.method} {row.path}`", f"`{row.scope}`"), row.name
        for parent, name in re.findall(r"`(?:(\w+)\.)?(\w+)`", field):
            parents = [parent] if parent else ["Query", "Mutation"]
            assert any(name in types[each].fields for each in parents), f"{row.name}: {field}"


def test_operations_and_writes_are_counted() -> None:
    writes = [row for row in REGISTRY.endpoints if row.repeat is not Repeat.SAFE]
    text = "\n".join(pages().values())

    assert set(re.findall(r"\b(\d+) operations\b", text)) == {str(len(REGISTRY.endpoints))}
    assert set(re.findall(r"\b(\d+) writes\b", text)) == {str(len(writes))}


def test_the_demo_orders_earn_the_points_of_the_table(square_fork: Fork) -> None:
    points = {}
    for order, _, _, _ in table("The demo shop"):
        body = {"order_id": order.strip("`")}
        answer = square_fork.ask("POST", "/v2/loyalty/programs/main/calculate", body)
        points[order] = str(answer["points"])
    locations = square_fork.ask("GET", "/_emulator/locations")["locations"]

    assert points == {row[0]: row[3] for row in table("The demo shop")}
    assert {row[1].strip("`") for row in table("The demo shop")} == {each["id"] for each in locations}


def test_the_commands_for_the_emulator_do_what_they_should(square_fork: Fork) -> None:
    answers = []
    for line in commands("$square"):
        method, path, body = line
        url = f"{square_fork.url}/_emulator{path}"
        response = httpx.request(method, url, content=body, headers=square_fork.headers, timeout=PATIENCE)
        answers.append((path, response.status_code))

    assert len(answers) >= 12
    assert [each for each in answers if each[1] != 200] == []


def test_every_path_of_the_emulator_is_in_the_table() -> None:
    rows = [row[0] for row in table("What no client of Square can do")]
    paths = {
        (method, re.sub(r"\b(ID|KEY)\b", "X", path))
        for methods, path in re.findall(r"((?:`?[A-Z]+`?,? )+)(/_emulator[\w/]+)", "\n".join(rows))
        for method in re.findall("[A-Z]+", methods)
    }
    store = Store()
    app = create_app(store)
    store.close()
    served = {
        (route.method, re.sub(r"{\w+}", "X", route.resource.canonical))
        for route in app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/_emulator")
    }

    assert paths == {each for each in served if each[0] != "HEAD"}


def test_the_first_screen_shows_a_query_and_its_answer() -> None:
    first_screen = "\n".join(README.read_text().splitlines()[:60])

    assert "```graphql" in first_screen
    assert '"data"' in first_screen


def test_the_readme_is_short() -> None:
    assert len(README.read_text().splitlines()) <= 300


def test_every_link_leads_to_a_file_and_a_heading_that_are_there() -> None:
    texts = pages()
    for page, text in texts.items():
        for path, anchor in links(text):
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{page.name}: {path}"
            assert not anchor or anchor in anchors(texts[target]), f"{page.name}: {path}#{anchor}"


def test_every_page_is_linked_from_the_readme() -> None:
    linked = {(README.parent / path).resolve() for path, _ in links(README.read_text())}

    assert set(pages()) - {README} <= linked


def test_the_changelog_begins_with_this_version() -> None:
    first = re.search(r"^## (.*)$", (DOCS / "changelog.md").read_text(), re.MULTILINE)

    assert first is not None
    assert first[1] == __version__

"""What `gateway schema` writes for the caches of clients. That they work with it, `test_readme_clients` shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from graphql import GraphQLObjectType

from gateway.cli import main
from gateway.tools.sdl import public_schema, relay_sdl


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed(*given: str) -> str:
    result = CliRunner().invoke(main, ["schema", *given])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(("form", "file"), [("--apollo-cache", "apollo-cache.mjs"), ("--urql-cache", "urql-cache.mjs")])
def test_a_cache_file_is_written_as_it_is_printed_and_beside_the_schema(folder: Path, form: str, file: str) -> None:
    assert printed(form, "--write") == ""

    assert [each.name for each in folder.iterdir()] == [file]
    assert (folder / file).read_text() == printed(form)


def test_two_forms_at_once_are_refused_and_nothing_is_written(folder: Path) -> None:
    result = CliRunner().invoke(main, ["schema", "--urql-cache", "--apollo-cache", "--write"])

    assert result.exit_code == 2
    assert result.stderr == "Error: --urql-cache and --apollo-cache are printed one at a time: run it for each\n"
    assert [*folder.iterdir()] == []


def test_the_sdl_for_relay_is_printed() -> None:
    assert printed("--relay") == relay_sdl()


def test_apollo_client_learns_keys_embedded_values_and_by_what_lists_differ() -> None:
    text = printed("--apollo-cache")

    assert '  CustomAttribute: { keyFields: by("customerId", "key") },\n' in text
    assert "  Address: { merge: true },\n" in text
    assert '{ rewards: pages("status"), events: pages("filter") }' in text
    assert 'customers: pages("filter", "sort")' in text


def test_every_list_with_pages_and_every_object_is_known_to_both_caches() -> None:
    objects = [each for each in public_schema().type_map.values() if isinstance(each, GraphQLObjectType)]
    lists = sum(
        field.type.name.endswith("Connection")
        for each in objects
        for field in each.fields.values()
        if isinstance(field.type, GraphQLObjectType)
    )
    apollo, urql = printed("--apollo-cache"), printed("--urql-cache")

    assert lists > 10
    assert apollo.count(": pages(") == urql.count(": pages()") == lists
    without_id = {each.name for each in objects if "id" not in each.fields and not each.name.startswith("__")}
    keys = urql.split("export const keys = {")[1].split("};")[0]
    assert {line.split(":")[0].strip() for line in keys.strip().splitlines()} == without_id - {
        "Query",
        "Mutation",
        "Subscription",
    }

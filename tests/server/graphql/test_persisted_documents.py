"""Documents known by an id: those that clients register, and those of a manifest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.fairness.fair_share import Holder
from gateway.graph.documents.persisted import BadManifest, MemoryStore, read_manifest
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings, SettingsError
from tests.conftest import Graph
from tests.emulator.conftest import Emulator

QUERY = "query Names { customers(first: 1) { nodes { givenName } } }"
ONE = Holder("one")
GRAPHQL_JSON = "application/graphql-response+json"


def hashed(query: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(query.encode()).hexdigest()}}


def apollo(tmp_path: Path, **texts: str) -> Path:
    operations = [{"id": key, "name": key, "type": "query", "body": text} for key, text in texts.items()]
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations}))
    return path


@asynccontextmanager
async def gateway(emulator: Emulator, environment: str = "emulator", **settings: Any) -> AsyncIterator[Any]:
    """Posts a body to a gateway with these settings and gives status and answer."""
    made = Settings(
        _env_file=None,
        square_environment=environment,
        square_base_url=emulator.url,
        gateway_auth="forward",
        **settings,
    )
    running = await listen(create_app(made), "127.0.0.1", 0)
    headers = {"Authorization": "Bearer test-token"}
    async with aiohttp.ClientSession(headers=headers) as http:

        async def post(**body: Any) -> tuple[int, Any]:
            async with http.post(f"{running.url}/graphql", json=body) as response:
                return response.status, await response.json()

        yield post
    await running.close()


def code(answer: dict[str, Any]) -> str:
    return answer["errors"][0]["extensions"]["code"]


async def test_a_document_that_was_sent_once_runs_by_its_hash(graph: Graph) -> None:
    unknown = await graph.http.post(
        graph.url, json={"extensions": hashed(QUERY)}, headers={"Authorization": "Bearer test-token"}
    )
    answer = await unknown.json()
    assert (unknown.status, answer["errors"][0]["message"]) == (200, "PersistedQueryNotFound")
    assert code(answer) == "PERSISTED_QUERY_NOT_FOUND"
    first = await graph(QUERY, extensions=hashed(QUERY))
    headers = {"Authorization": "Bearer test-token", "Accept": GRAPHQL_JSON}
    async with graph.http.get(graph.url, params={"extensions": json.dumps(hashed(QUERY))}, headers=headers) as again:
        assert (await again.json())["data"] == first["data"]
    async with graph.http.post(graph.url, json={"extensions": hashed(QUERY)}, headers=headers) as again:
        assert (await again.json())["data"] == first["data"]


@pytest.mark.parametrize(
    "extensions",
    [
        hashed("another text"),
        {"persistedQuery": {"version": 2, "sha256Hash": "a"}},
        {"persistedQuery": {"version": 1}},
        {"persistedQuery": "yes"},
        {"persistedQuery": {"version": 1, "sha256Hash": 5}},
    ],
)
async def test_a_hash_that_contradicts_the_document_is_refused(graph: Graph, extensions: dict[str, Any]) -> None:
    headers = {"Authorization": "Bearer test-token"}
    body = {"query": QUERY, "extensions": extensions}
    async with graph.http.post(graph.url, json=body, headers=headers) as response:
        assert response.status == 400
        assert code(await response.json()) == "BAD_REQUEST"
    assert graph.calls.total() == 0


async def test_other_extensions_change_nothing(graph: Graph) -> None:
    assert "errors" not in await graph(QUERY, extensions={"tracing": True})


async def test_automatic_persisted_queries_can_be_switched_off(emulator: Emulator) -> None:
    async with gateway(emulator, gateway_persisted_queries=0) as post:
        _, answer = await post(extensions=hashed(QUERY))
        assert answer["errors"][0]["message"] == "PersistedQueryNotSupported"
        assert code(answer) == "PERSISTED_QUERY_NOT_SUPPORTED"
        assert "data" in (await post(query=QUERY, extensions=hashed(QUERY)))[1]


async def test_only_the_documents_used_last_are_remembered() -> None:
    store = MemoryStore(2)
    await store.put("a", "A", ONE)
    await store.put("b", "B", ONE)
    assert await store.get("a", ONE) == "A"
    await store.put("c", "C", ONE)
    assert [await store.get(key, ONE) for key in "abc"] == ["A", None, "C"]


async def test_in_production_only_trusted_documents_run(emulator: Emulator, tmp_path: Path) -> None:
    manifest = apollo(tmp_path, names=QUERY)
    async with gateway(emulator, "production", gateway_trusted_documents=manifest) as post:
        assert "data" in (await post(documentId="names"))[1]
        assert "data" in (await post(query=QUERY))[1]
        before = emulator.calls.total()
        status, answer = await post(query="{ customers(first: 1) { nodes { id } } }")
        assert (status, code(answer)) == (200, "DOCUMENT_NOT_TRUSTED")
        other = "{ __typename }"
        assert code((await post(query=other, extensions=hashed(other)))[1]) == "DOCUMENT_NOT_TRUSTED"
        assert code((await post(extensions=hashed(other)))[1]) == "PERSISTED_QUERY_NOT_FOUND"
        assert code((await post(documentId="unknown"))[1]) == "PERSISTED_QUERY_NOT_FOUND"
        assert emulator.calls.total() == before


async def test_elsewhere_trusted_documents_run_beside_all_others(emulator: Emulator, tmp_path: Path) -> None:
    hash_ = hashlib.sha256(QUERY.encode()).hexdigest()
    async with gateway(emulator, gateway_trusted_documents=apollo(tmp_path, **{hash_: QUERY})) as post:
        assert "data" in (await post(extensions=hashed(QUERY)))[1]
        assert "data" in (await post(documentId=f"sha256:{hash_}"))[1]
        assert "data" in (await post(query="{ __typename }"))[1]


async def test_a_document_id_must_be_a_string(emulator: Emulator) -> None:
    async with gateway(emulator) as post:
        assert (await post(documentId=5))[0] == 400


def test_manifests_of_apollo_and_relay_are_read(tmp_path: Path) -> None:
    assert read_manifest(apollo(tmp_path, names=QUERY)) == {"names": QUERY}
    relay = tmp_path / "relay.json"
    relay.write_text(json.dumps({"1fa": QUERY}))
    assert read_manifest(relay) == {"1fa": QUERY}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"a": 5}',
        '{"": "{ a }"}',
        '{"format": "other", "version": 1, "operations": []}',
        '{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}',
        '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": ["secret"]}',
        '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "secret"}]}',
    ],
)
def test_a_manifest_that_cannot_be_used_keeps_the_gateway_from_starting(tmp_path: Path, text: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(text)
    with pytest.raises(BadManifest):
        read_manifest(path)
    settings = Settings(
        _env_file=None, square_base_url="http://127.0.0.1:1", gateway_trusted_documents=path, gateway_auth="forward"
    )
    with pytest.raises(SettingsError, match="GATEWAY_TRUSTED_DOCUMENTS") as refused:
        create_app(settings)
    assert "secret" not in str(refused.value)


def test_a_manifest_that_is_a_pipe_is_waited_for_by_nobody(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(BadManifest, match="no pipe or device"):
        read_manifest(tmp_path / "pipe")
    with pytest.raises(BadManifest, match="no such file"):
        read_manifest(tmp_path / "nothing")

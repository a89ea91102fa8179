"""Operations made at random from the schema meet no error of the gateway's own. GRAPHQL_EXAMPLES=100 runs longer."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from gateway.tools.sdl import public_schema, relay_sdl
from tests.environment import without_settings
from tests.patience import PATIENCE

EXAMPLES = int(os.environ.get("GRAPHQL_EXAMPLES", "3"))
SCHEMA = schemathesis.graphql.from_file(relay_sdl())
ROOTS = [public_schema().query_type, public_schema().mutation_type]
FIELDS = [(root.name, field) for root in ROOTS if root is not None for field in root.fields]

# What a client is told about its own mistakes.
MISTAKES = {
    "BAD_REQUEST",
    "BAD_USER_INPUT",
    "COST_LIMIT_EXCEEDED",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "OPERATION_TOO_LARGE",
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A gateway with its emulator and the demo shop, as a process of its own."""
    clean = without_settings()
    clean["GATEWAY_SHUTDOWN_DELAY"] = "0"
    command = [sys.executable, "-u", "-m", "gateway", "--port", "0"]
    with subprocess.Popen(
        command,
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield next(found[0] for line in process.stdout if (found := re.search(r"http://[\d.:]+/graphql", line)))
        process.terminate()
        process.stdout.close()


@pytest.mark.parametrize(("root", "field"), FIELDS, ids=[field for _, field in FIELDS])
def test_random_operations_meet_no_error_of_the_gateway(url: str, root: str, field: str) -> None:
    @given(case=SCHEMA[root][field].as_strategy())
    @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    def ask(case: schemathesis.Case) -> None:
        response = case.call(base_url=url, timeout=PATIENCE)

        answer = response.json()
        assert response.status_code in {200, 400}
        assert {error["extensions"]["code"] for error in answer.get("errors", ())} <= MISTAKES, answer["errors"]

    ask()


def test_every_field_of_the_roots_is_tried() -> None:
    assert {field for _, field in FIELDS} == {each.ok().definition.field_name for each in SCHEMA.get_all_operations()}

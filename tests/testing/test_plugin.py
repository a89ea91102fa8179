"""The fixtures for pytest, as the tests of other programs have them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from gateway.testing.fork import Fork, fork
from tests.patience import PATIENCE
from tests.readme import marked


def test_the_tests_of_the_page_pass_in_a_worker_of_xdist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Settings of whoever runs the tests are not those of the gateway that is tested with.
    for name, value in {
        "SQUARE_BASE_URL": "http://127.0.0.1:9",
        "GATEWAY_AUTH": "none",
        "GATEWAY_MAX_DEPTH": "1",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (tmp_path / "conftest.py").write_text(
        "import pytest\n\n@pytest.fixture(scope='session')\ndef square_customers():\n    return 20\n"
    )
    (tmp_path / "test_page.py").write_text(marked("a test with a fork"))

    plugins = ["-p", "xdist", "-p", "gateway.testing.plugin", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, "-n", "1", "-W", "error", tmp_path],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_who_asks_for_no_fixture_imports_nothing_of_the_gateway() -> None:
    code = "import sys, gateway.testing.plugin; print(*sorted(each for each in sys.modules if 'gateway' in each))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["gateway", "gateway.testing", "gateway.testing.plugin"]


def test_calls_are_counted_from_one_question_to_the_next(
    square_fork: Fork, square_calls: Callable[[], dict[str, int]]
) -> None:
    square_fork.ask("GET", "/v2/customers?limit=1")
    square_fork.ask("GET", "/v2/customers?limit=1")

    assert [square_calls(), square_calls()] == [{"ListCustomers": 2}, {}]


def test_what_a_test_changes_past_the_gateway_is_known_once_nothing_is_on_its_way(
    square_fork: Fork, gateway_url: str
) -> None:
    def status() -> str:
        document = {"query": "{ loyaltyProgram { status } }"}
        answer = httpx.post(gateway_url, json=document, headers=square_fork.headers, timeout=PATIENCE).json()
        return str(answer["data"]["loyaltyProgram"]["status"])

    before = status()
    square_fork.ask("PUT", "/_emulator/program", {"status": "INACTIVE"})
    square_fork.ask("POST", "/_emulator/webhooks/idle")

    assert (before, status()) == ("ACTIVE", "INACTIVE")


def test_an_outage_in_one_fork_costs_another_none_of_its_retries(
    square_fork: Fork, gateway_url: str, square_calls: Callable[[], dict[str, int]]
) -> None:
    def asked(bad: Fork, count: int | None) -> bool:
        reset = {"kind": "reset_before", "operation": "ListCustomers", "count": count}
        bad.ask("PUT", "/_emulator/faults", {"faults": [reset]})
        document = {"query": "{ customers(first: 1) { nodes { id } } }"}
        return "errors" not in httpx.post(gateway_url, json=document, headers=bad.headers, timeout=PATIENCE).json()

    for _ in range(6):
        other = fork(square_fork.url)
        assert not asked(other, None)
        other.drop()

    assert asked(square_fork, 1)
    assert square_calls() == {"ListCustomers": 2}


def test_an_answer_that_is_no_json_says_how_to_ask_for_it(square_fork: Fork) -> None:
    with pytest.raises(AssertionError, match="GET /_emulator/snapshot: 200, and no JSON: ask for it by `url`"):
        square_fork.ask("GET", "/_emulator/snapshot")


def test_a_fork_may_be_dropped_before_its_test_ends(square_fork: Fork) -> None:
    square_fork.drop()

    with pytest.raises(AssertionError, match=r"401 .*UNAUTHORIZED"):
        square_fork.ask("GET", "/v2/customers")


def test_what_the_emulator_refuses_is_told_in_its_words(square_fork: Fork) -> None:
    with pytest.raises(AssertionError, match=r"GET /v2/customers/none: 404 .*NOT_FOUND"):
        square_fork.ask("GET", "/v2/customers/none")

"""Names in the environment: a setting that does not exist is refused with the nearest, others stop nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.settings import SettingsError, load
from tests.test_cli import refused, run

KUBERNETES = {
    "GATEWAY_SERVICE_HOST": "10.0.0.1",
    "GATEWAY_SERVICE_PORT": "8000",
    "GATEWAY_SERVICE_PORT_HTTP": "8000",
    "GATEWAY_PORT": "tcp://10.0.0.1:8000",
    "GATEWAY_PORT_8000_TCP": "tcp://10.0.0.1:8000",
    "GATEWAY_PORT_8000_TCP_PROTO": "tcp",
    "GATEWAY_PORT_8000_TCP_PORT": "8000",
    "GATEWAY_PORT_8000_TCP_ADDR": "10.0.0.1",
    "GATEWAY_METRICS_PORT": "tcp://10.0.0.2:9000",
    "GATEWAY_METRICS_SERVICE_HOST": "10.0.0.2",
    "GATEWAY_MAX_DEPTH_SERVICE_PORT_WEB": "1",
    "SQUARE_EMULATOR_PORT": "tcp://10.0.0.3:8001",
    "SQUARE_EMULATOR_PORT_8001_UDP_ADDR": "10.0.0.3",
}
TOOLS = [
    "SQUARE_TOKEN",
    "SQUARE_APPLICATION_ID",
    "SQUARE_APPLICATION_SECRET",
    "SQUARE_LOCATION_ID",
    "SQUARE_SANDBOX_ACCESS_TOKEN",
    "SQUARE_ACCESS_TOKEN_2",
    "SQUARE_ENV",
    "SQUARE_WEBHOOK_SUBSCRIPTION_ID",
    "SQUARE_PORT",
    "SQUARESPACE_API_KEY",
    "API_GATEWAY_PORT",
    "SQUASH_PORT",
    "GATEKEEPER_HOST",
    "GATEWAY_INTERFACE",
    "GATEWAY_URL",
    "GATEWAY",
    "SQUARE",
]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("GATEWAY_MAX_DEPHT", "GATEWAY_MAX_DEPTH"),
        ("gateway_max_depht", "GATEWAY_MAX_DEPTH"),
        ("GATEWAY_API_KEY", "GATEWAY_API_KEYS"),
        ("GATEWAY_JWKS_URL", "GATEWAY_JWT_JWKS_URL"),
        ("GATEWAY_CORS", "GATEWAY_CORS_ORIGINS"),
        ("GATEWAY_LOGLEVEL", "GATEWAY_LOG_LEVEL"),
        ("GATEWAY_SHUTDOWN_DELY", "GATEWAY_SHUTDOWN_DELAY"),
        ("GATEWAY_ACCESS_TOKEN", "SQUARE_ACCESS_TOKEN"),
        ("GATEWAY_ENVIRONMENT", "SQUARE_ENVIRONMENT"),
        ("GATEWAY__PORT", "GATEWAY_PORT"),
        ("GATEWAYS_PORT", "GATEWAY_PORT"),
        ("GATWAY_AUTH", "GATEWAY_AUTH"),
        ("SQUARE_ENVIROMENT", "SQUARE_ENVIRONMENT"),
        ("SQUARE_ACCES_TOKEN", "SQUARE_ACCESS_TOKEN"),
        ("SQUARE_BASEURL", "SQUARE_BASE_URL"),
        ("SQARE_VERSION", "SQUARE_VERSION"),
        ("SQAURE_ACCESS_TOKEN", "SQUARE_ACCESS_TOKEN"),
        ("GATEAWY_PORT", "GATEWAY_PORT"),
    ],
)
def test_a_misspelt_setting_is_refused_with_the_nearest_name(name: str, meant: str) -> None:
    line = refused(run("serve", env={name: "word-not-to-show"}))

    assert f"{name} is not a setting: did you mean {meant}?" in line
    assert "word-not-to-show" not in line


def test_a_setting_like_none_is_refused_without_a_guess() -> None:
    line = refused(run("serve", env={"GATEWAY_XYZZY": "1"}))

    assert "GATEWAY_XYZZY is not a setting" in line
    assert "did you mean" not in line


def test_all_misspelt_settings_are_named_at_once() -> None:
    line = refused(run("serve", env={"GATEWAY_MAX_DEPHT": "1", "GATEWAY_PROT": "1"}))

    assert "GATEWAY_MAX_DEPTH?" in line
    assert "GATEWAY_PORT?" in line


def test_a_name_of_control_characters_stays_one_line() -> None:
    assert "GATEWAY_[2J is not a setting" in refused(run("serve", env={"GATEWAY_\n\x1b[2J": "1"}))


def test_links_to_services_of_kubernetes_are_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KUBERNETES.items():
        monkeypatch.setenv(name, value)

    assert (load().gateway_port, load().gateway_metrics_port) == (8000, 0)
    assert load(gateway_port=9000).gateway_port == 9000


@pytest.mark.parametrize("name", TOOLS)
def test_names_of_other_tools_are_passed_over(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "x")

    assert load().gateway_port == 8000


@pytest.mark.parametrize(
    "name",
    ["GATEWAY_PORT", "GATEWAY_HOST", "GATEWAY_AUTH", "GATEWAY_METRICS_HOST", "GATEWAY_SECRET", "GATEWAY_ROUTER_KEY",
     "GATEWAY_EXPLORER", "GATEWAY_TRUSTED_DOCUMENTS", "SQUARE_BASE_URL", "SQUARE_ACCESS_TOKEN", "SQUARE_ENVIRONMENT"],
)  # fmt: skip
@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"^{name}: must not be empty"):
        load()


@pytest.mark.parametrize("name", ["GATEWAY_HOST", "GATEWAY_AUTH", "GATEWAY_JWT_ISSUER", "GATEWAY_METRICS_HOST"])
@pytest.mark.parametrize("value", [" x", "x\n", "x\r"])
def test_a_text_with_a_blank_around_it_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"^{name}: must not begin or end with a blank"):
        load()


def test_a_number_may_have_blanks_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PORT", " 9000\r")

    assert load().gateway_port == 9000


def test_an_empty_list_is_a_list_of_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_CORS_ORIGINS", "")

    assert load().gateway_cors_origins == ()


@pytest.mark.parametrize(
    "server",
    [
        {"GATEWAY_AUTH": "key"},
        {"GATEWAY_PORT": "many"},
        {"SQUARE_ACCESS_TOKEN": "of-another-tool"},
        {"GATEWAY_SHUTDOWN_DELY": "1"},
    ],
)
def test_commands_that_read_documents_mind_only_limits(tmp_path: Path, server: dict[str, str]) -> None:
    (tmp_path / "a.graphql").write_text("query A { customers(first: 1) { nodes { id } } }")
    for command in (["check", str(tmp_path)], ["explain", "{ __typename }"]):
        assert run(*command, env=server).exit_code == 0
        assert "GATEWAY_MAX_DEPTH?" in refused(run(*command, env={**server, "GATEWAY_MAX_DEPHT": "1"}))
        assert "GATEWAY_MAX_DEPTH:" in refused(run(*command, env={**server, "GATEWAY_MAX_DEPTH": "many"}))

"""Settings from files: which comes first, and that what cannot be read is refused without a path or a value."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.settings import SettingsError, load
from gateway.settings.sources import MAX_BYTES
from tests.test_cli import refused, run

SECRET = "word-not-to-show-word-not-to-show-1"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of secrets."""
    found = tmp_path / "not-to-show"
    found.mkdir()
    monkeypatch.setenv("GATEWAY_SECRETS_DIR", str(found))
    return found


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / "not-to-show.env"


def refusal(env_file: Path | None = None) -> str:
    with pytest.raises(SettingsError) as found:
        load(env_file)
    assert "not-to-show" not in str(found.value)
    assert "\n" not in str(found.value)
    return str(found.value)


def test_the_first_that_has_a_setting_decides(
    monkeypatch: pytest.MonkeyPatch, folder: Path, env_file: Path, tmp_path: Path
) -> None:
    assert load().gateway_port == 8000
    (folder / "gateway_port").write_text("1001\n")
    assert load().gateway_port == 1001
    env_file.write_text("GATEWAY_PORT=1002\n")
    assert load(env_file).gateway_port == 1002
    (tmp_path / "port").write_text("1003\n")
    monkeypatch.setenv("GATEWAY_PORT_FILE", str(tmp_path / "port"))
    assert load(env_file).gateway_port == 1003
    assert load(env_file, gateway_port=1004).gateway_port == 1004


def test_a_file_that_a_name_ends_with_holds_the_value(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    monkeypatch.setenv("gateway_secret_FILE", str(file))
    for end in ("", "\n", "\r\n"):
        file.write_bytes(f"{SECRET}{end}".encode())
        assert load().gateway_secret == SECRET

    file.write_text(f"{SECRET}\n\n")
    assert refusal() == "GATEWAY_SECRET: must not begin or end with a blank"
    file.write_text("")
    assert refusal() == "GATEWAY_SECRET: must not be empty; leave it out to have the default"


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"folder", b"x" * (MAX_BYTES + 1)])
def test_a_file_that_cannot_be_read_is_refused_by_the_settings_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "not-to-show"
    if content == b"folder":
        file.mkdir()
    elif content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("GATEWAY_ROUTER_KEY_FILE", str(file))

    assert refusal() == "GATEWAY_ROUTER_KEY: its file cannot be read as UTF-8 text"


def test_a_file_that_this_user_may_not_read_is_told_from_one_that_is_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    # For writing only, for root as well.
    monkeypatch.setenv("GATEWAY_ROUTER_KEY_FILE", "/proc/sys/vm/drop_caches")

    assert refusal() == "GATEWAY_ROUTER_KEY: this user may not read its file"


def test_a_value_and_a_file_with_it_are_refused(monkeypatch: pytest.MonkeyPatch, env_file: Path) -> None:
    env_file.write_text("GATEWAY_HOST=not-to-show\nGATEWAY_HOST_FILE=not-to-show\n")
    assert refusal(env_file) == "GATEWAY_HOST: must not be given beside GATEWAY_HOST_FILE"

    monkeypatch.setenv("GATEWAY_HOST", "localhost")
    assert load(env_file).gateway_host == "localhost"

    monkeypatch.setenv("GATEWAY_HOST_FILE", "not-to-show")
    assert refusal() == "GATEWAY_HOST: must not be given beside GATEWAY_HOST_FILE"


def test_a_folder_of_secrets_is_read_as_kubernetes_mounts_it(folder: Path) -> None:
    (folder / "..2026").mkdir()
    (folder / "..2026" / "GATEWAY_SECRET").write_text(SECRET)
    (folder / "..data").symlink_to("..2026")
    (folder / "GATEWAY_SECRET").symlink_to("..data/GATEWAY_SECRET")
    (folder / "another-tools-password").write_text("x")

    assert load().gateway_secret == SECRET


def test_a_folder_of_secrets_that_cannot_be_read_as_meant_is_refused(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    (folder / "gateway_secret").symlink_to("nowhere")
    assert refusal() == "GATEWAY_SECRET: its file cannot be read as UTF-8 text"

    # What is not needed is not opened.
    monkeypatch.setenv("GATEWAY_SECRET", SECRET)
    assert load().gateway_secret == SECRET

    (folder / "gateway_prot").write_text("1")
    assert refusal() == "GATEWAY_SECRETS_DIR: gateway_prot is not a setting: did you mean GATEWAY_PORT?"

    monkeypatch.setenv("GATEWAY_SECRETS_DIR", "/not-to-show")
    assert refusal() == "GATEWAY_SECRETS_DIR: must name a folder that can be read"


def test_a_file_of_variables_is_checked_like_the_environment(env_file: Path) -> None:
    assert refusal(env_file) == "--env-file: must name a file that can be read as UTF-8 text"
    env_file.write_bytes(b"GATEWAY_HOST=\xff")
    assert refusal(env_file) == "--env-file: must name a file that can be read as UTF-8 text"

    env_file.write_text("GATEWAY_SECRET_FIEL=not-to-show\nGATEWAY_PROT_FILE=not-to-show\n")
    found = refusal(env_file)
    assert "GATEWAY_PROT_FILE is not a setting: did you mean GATEWAY_PORT_FILE?" in found
    assert "GATEWAY_SECRET_FIEL is not a setting: did you mean GATEWAY_SECRET" in found

    env_file.write_text("GATEWAY_PORT\n")
    assert refusal(env_file) == "GATEWAY_PORT: must have a value in the file of --env-file"

    for line in ("GATEWAY_AUTH: key", " export GATEWAY_AUTH key", "GATEWAY_AUTH='key"):
        env_file.write_text(f"GATEWAY_PORT_FILE=x\n{line}\nGATEWAY_HOST=localhost\n")
        assert refusal(env_file) == (
            "GATEWAY_AUTH: its line in the file of --env-file cannot be read; write NAME=value"
        )

    env_file.write_text('# shared with others\nPOSTGRES_PASSWORD=x\nexport GATEWAY_HOST="::1"\n')
    assert load(env_file).gateway_host == "::1"


def test_a_link_of_kubernetes_does_not_come_before_a_file(monkeypatch: pytest.MonkeyPatch, env_file: Path) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "tcp://10.0.0.1:8000")
    env_file.write_text("GATEWAY_PORT=9000\n")

    assert load(env_file).gateway_port == 9000


def test_commands_that_read_documents_find_limits_in_the_same_places(tmp_path: Path, env_file: Path) -> None:
    limit, secrets = tmp_path / "limit", tmp_path / "secrets"
    secrets.mkdir()
    for file in (limit, secrets / "gateway_max_aliases"):
        file.write_text("1\n")
    env_file.write_text("GATEWAY_MAX_ALIASES=1\nGATEWAY_SECRET_FILE=/there/is/none\n")
    (tmp_path / "a.graphql").write_text("query A { a: __typename b: __typename }")
    command = ["check", str(tmp_path / "a.graphql")]

    assert run(*command).exit_code == 0
    for result in (
        run(*command, env={"GATEWAY_MAX_ALIASES_FILE": str(limit), "GATEWAY_SECRET_FILE": "/there/is/none"}),
        run(*command, "--env-file", str(env_file)),
        run(*command, env={"GATEWAY_SECRETS_DIR": str(secrets)}),
    ):
        assert result.exit_code == 1
        assert "alias" in result.stderr
    for each in (command, ["explain", "{ __typename }"]):
        wrong = run(*each, env={"GATEWAY_MAX_ALIASES_FILE": str(tmp_path)})
        assert "GATEWAY_MAX_ALIASES: its file cannot be read" in refused(wrong)


def test_the_server_says_in_one_line_what_is_wrong_with_a_file(env_file: Path) -> None:
    env_file.write_text("GATEWAY_AUTH=sometimes\n")

    assert "GATEWAY_AUTH" in refused(run("serve", "--env-file", str(env_file)))


def test_the_event_log_is_found_by_a_file_of_variables(env_file: Path, tmp_path: Path) -> None:
    env_file.write_text(f"GATEWAY_STORE=sqlite:{tmp_path / 'none.db'}\n")

    assert "memory" in refused(run("events", "list"))
    assert "memory" not in refused(run("events", "--env-file", str(env_file), "list"))

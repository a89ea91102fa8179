"""Where settings come from, on pydantic-settings: the first that has one decides.

    what the code is given       `--host` and `--port` of the command line
    the environment              NAME, or NAME_FILE for the path of a file with the value
    the file of `--env-file`     the same
    the folder of secrets        GATEWAY_SECRETS_DIR, whose files are named like settings

pydantic-settings' own source for such a folder passes over what it cannot read, and reads what is not asked for. Here
that is refused, and a file is opened only if nothing before it has the setting. No message shows a path or a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, PydanticBaseSettingsSource

from gateway.settings.names import IN_FILE, linked, refusal, unknown

SECRETS_DIR = "gateway_secrets_dir"
# Of one file with a value: more is some other file.
MAX_BYTES = 1024 * 1024


class SettingsError(ValueError):
    """Settings with which the gateway must not start. The message names the setting and never its value."""


class _Files(PydanticBaseSettingsSource):
    """Settings whose values are in files."""

    def file(self, name: str) -> Path | None:
        """The file with the value of a setting, if there is one. Raises `SettingsError`."""
        raise NotImplementedError

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The text in the file, without the line's end. Raises `SettingsError`."""
        file = self.file(field_name)
        return (None if file is None else _text(field_name, file)), field_name, False

    def __call__(self) -> dict[str, Any]:
        """What the files have of the settings that nothing before them has."""
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            if name not in self.current_state:
                value, _, _ = self.get_field_value(field, name)
                if value is not None:
                    found[name] = value
        return found


class _NamedFiles(_Files):
    """Files that NAME_FILE names. To be asked before the values beside those names."""

    def __init__(self, settings: type[BaseSettings], variables: Mapping[str, str | None]) -> None:
        super().__init__(settings)
        self._variables = variables

    def file(self, name: str) -> Path | None:
        path = self._variables.get(name + IN_FILE.lower())
        if path is None:
            return None
        if name in self._variables:
            raise SettingsError(f"{name.upper()}: must not be given beside {name.upper()}{IN_FILE}")
        return Path(path)


class _SecretsFolder(_Files):
    """Files in one folder, named like settings in small letters or capitals."""

    _found: Mapping[str, Path] = {}

    def file(self, name: str) -> Path | None:
        return self._found.get(name)

    def __call__(self) -> dict[str, Any]:
        folder = self.current_state.get(SECRETS_DIR)
        if folder is None or not str(folder).strip():
            return {}
        try:
            files = sorted(Path(folder).iterdir())
        except OSError:
            raise SettingsError(f"{SECRETS_DIR.upper()}: must name a folder that can be read") from None
        names = [name.upper() for name in self.settings_cls.model_fields]
        if mistakes := unknown(dict.fromkeys((each.name for each in files), ""), names):
            raise SettingsError(f"{SECRETS_DIR.upper()}: {refusal(mistakes)}")
        self._found = {each.name.lower(): each for each in files}
        return super().__call__()


def in_order(
    settings: type[BaseSettings],
    given: PydanticBaseSettingsSource,
    environment: PydanticBaseSettingsSource,
    env_file: PydanticBaseSettingsSource,
) -> tuple[PydanticBaseSettingsSource, ...]:
    """All sources, the first one first, of those that pydantic-settings has made."""
    assert isinstance(environment, EnvSettingsSource)
    assert isinstance(env_file, EnvSettingsSource)
    own = {name: value for name, value in environment.env_vars.items() if not linked(name.upper(), value or "")}
    environment.env_vars = own
    named = (_NamedFiles(settings, each) for each in (own, env_file.env_vars))
    return given, next(named), environment, next(named), env_file, _SecretsFolder(settings)


def _read(file: Path) -> str | None:
    with file.open("rb") as opened:
        found = opened.read(MAX_BYTES + 1)
    return None if len(found) > MAX_BYTES else found.decode("utf-8")


def _text(name: str, file: Path) -> str:
    try:
        # What never ends, such as a device, is none.
        text = _read(file) if file.is_file() else None
    except PermissionError:
        raise SettingsError(f"{name.upper()}: this user may not read its file") from None
    except (OSError, ValueError):
        text = None
    if text is None:
        raise SettingsError(f"{name.upper()}: its file cannot be read as UTF-8 text")
    return text.removesuffix("\n").removesuffix("\r")

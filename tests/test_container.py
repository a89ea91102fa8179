"""The container, as far as it can be seen without one: who it runs as, what is installed, and what it can write to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from gateway.settings import Settings

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
# What development needs and no setting asks for.
NOT_FOR_RUNNING = {"test"}
BLOCK = re.compile(
    r"^(?P<pin>(?P<name>[a-z0-9.-]+)==[^\n\\]*) \\\n(?P<hashes>(?:    --hash=\S+(?: \\)?\n)+)", re.MULTILINE
)


def dockerfile() -> list[list[str]]:
    """The instructions, a stage for each FROM, with continued lines as one."""
    text = re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text()).replace("\\\n", " ")
    stages: list[list[str]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("FROM "):
            stages.append([])
        stages[-1].append(" ".join(line.split()))
    return stages


def last_stage(instruction: str) -> list[str]:
    return [line.split(" ", 1)[1] for line in dockerfile()[-1] if line.startswith(f"{instruction} ")]


def locked(name: str) -> dict[str, tuple[str, set[str]]]:
    """The packages of a lock file: their version, with its marker, and their hashes."""
    text = (ROOT / ".ci" / name).read_text()
    return {
        each["name"]: (each["pin"], set(re.findall(r"--hash=(\S+)", each["hashes"]))) for each in BLOCK.finditer(text)
    }


def needed(requirement: Requirement, extra: str = "") -> Iterator[str]:
    """The names of what a requirement installs on the image's Python, itself included."""
    image = re.search(r"^FROM python:(\d+\.\d+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert image
    environment = {"python_version": image[1], "python_full_version": f"{image[1]}.0", "sys_platform": "linux"}
    if requirement.marker is not None and not requirement.marker.evaluate({**environment, "extra": extra}):
        return
    yield canonicalize_name(requirement.name)
    try:
        further = requires(requirement.name) or []
    except PackageNotFoundError:
        return
    for each in further:
        for chosen in ("", *requirement.extras):
            yield from needed(Requirement(each), chosen)


def test_everything_a_setting_can_ask_for_is_installed_and_nothing_else() -> None:
    extras = [
        each
        for name, listed in PROJECT["optional-dependencies"].items()
        if name not in NOT_FOR_RUNNING
        for each in listed
    ]
    wanted = {name for each in [*PROJECT["dependencies"], *extras] for name in needed(Requirement(each))}

    assert set(locked("runtime.txt")) == wanted


def test_what_is_installed_is_what_was_tested() -> None:
    tested = locked("lock.txt")

    assert all(hashes for _, hashes in locked("runtime.txt").values())
    assert {name: each for name, each in tested.items() if name in locked("runtime.txt")} == locked("runtime.txt")


def test_every_extra_that_a_refusal_names_is_one() -> None:
    named = {
        extra
        for path in (ROOT / "gateway").rglob("*.py")
        for extra in re.findall(r"square-graphql-gateway\[(\w+)\]", path.read_text())
    }

    assert named == {"jwt", "redis", "telemetry"}
    assert named <= set(PROJECT["optional-dependencies"]) - NOT_FOR_RUNNING


def test_packages_come_with_their_hashes() -> None:
    assert "RUN pip install --require-hashes -r .ci/runtime.txt" in dockerfile()[-2]


def test_it_runs_as_a_user_known_by_number() -> None:
    assert last_stage("USER") == ["10001:10001"]
    [made] = last_stage("RUN")
    assert "--gid 10001" in made
    assert "--uid 10001" in made


def test_it_can_write_to_the_named_place_only() -> None:
    [made] = last_stage("RUN")

    assert re.findall(r"--owner 10001 --group 10001 (\S+)", made) == ["/data"]
    assert not re.search(r"chown|chmod", made)
    assert not any("--chown" in each for each in last_stage("COPY"))
    assert not last_stage("VOLUME")
    assert "PYTHONDONTWRITEBYTECODE=1" in last_stage("ENV")[0]


def test_it_is_stopped_by_the_signal_that_leaves_time() -> None:
    assert last_stage("STOPSIGNAL") == ["SIGTERM"]
    # A list, not a text: a shell in between would get the signal instead.
    assert last_stage("ENTRYPOINT") == ['["gateway"]']


def test_its_settings_are_settings() -> None:
    names = re.findall(r"\b((?:GATEWAY|SQUARE)_\w+)=", " ".join(last_stage("ENV")))

    assert names
    assert {name.lower() for name in names} <= set(Settings.model_fields)

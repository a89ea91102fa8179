"""Which names in the environment are no settings: misspelt ones, and those that only begin like ours.

Kubernetes puts the address of every Service into the environment of every container (service links): beside a Service
named `gateway` there are `GATEWAY_SERVICE_HOST`, `GATEWAY_PORT_8000_TCP`, and `GATEWAY_PORT=tcp://10.0.0.1:8000`.
https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
Square's own SDKs and other tools read names that begin with `SQUARE_`. Neither may stop a start. Repeats no value.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import SequenceMatcher

OURS = ("GATEWAY", "SQUARE")
# Behind the name of a setting, for the path of a file that holds it.
IN_FILE = "_FILE"
MAX_SHOWN = 60
# How alike two names are, from 0 to 1. What begins with GATEWAY is meant for us: the nearest is told if it is near.
NEAR = 0.55
# What else may be another tool's: only what can hardly be anything but a slip is taken for one.
A_SLIP = 0.87
# Two letters in each other's place make a first word, which is short, less alike than that.
A_SLIP_AT_FIRST = 0.8

# Of every CGI script (RFC 3875, section 4.1.4), and what `gateway emulator exec` tells the programs that it runs.
_OF_OTHERS = frozenset({"GATEWAY_INTERFACE", "GATEWAY_URL"})
_LINK_NAME = re.compile(
    r".+_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)
_LINK_VALUE = re.compile(r"(?:tcp|udp|sctp)://", re.IGNORECASE)


def linked(name: str, value: str) -> bool:
    """Whether a name with this value is Kubernetes' link to a Service."""
    return bool(_LINK_NAME.fullmatch(name)) or (name.endswith("_PORT") and bool(_LINK_VALUE.match(value)))


def unknown(environment: Mapping[str, str], settings: Collection[str]) -> dict[str, str | None]:
    """The names in an environment that are meant for settings and are none, each with the nearest one.

    `settings` are the names of all settings, in capitals.
    """
    found: dict[str, str | None] = {}
    for given in sorted(environment):
        name = plain(given)
        if "_" not in name or name in settings or name in _OF_OTHERS or linked(name, environment[given]):
            continue
        first = name.partition("_")[0]
        if first == "GATEWAY":
            found[given] = _as_given(given, nearest(name, settings, NEAR))
            continue
        for prefix in OURS:
            if _alike(first, prefix) >= A_SLIP_AT_FIRST:
                meant = nearest(name, [each for each in settings if each.startswith(prefix)], A_SLIP)
                # A name with something added is a further one, such as a second token.
                if meant is not None and not name.startswith(f"{meant}_"):
                    found[given] = _as_given(given, meant)
    return found


def plain(given: str) -> str:
    """The name of a setting, in capitals, for its own or that of a file with its value."""
    name = given.upper()
    first, behind, _ = name.rpartition(IN_FILE)
    return first if behind and name.endswith(IN_FILE) and "_" in first else name


def _as_given(given: str, meant: str | None) -> str | None:
    return meant if meant is None or plain(given) == given.upper() else meant + IN_FILE


def ours_by_name(environment: Mapping[str, str]) -> list[str]:
    """The names in an environment that begin like those of settings."""
    return [name for name in sorted(environment) if name.upper().startswith(tuple(f"{each}_" for each in OURS))]


def nearest(name: str, settings: Iterable[str], least: float) -> str | None:
    """The setting whose name is most like this one; None when none is as like it as `least`."""
    alike, meant = max((_likeness(name, each), each) for each in settings)
    return meant if alike >= least else None


def refusal(found: Mapping[str, str | None]) -> str:
    """One line about names that are no settings."""
    told = []
    for name, meant in found.items():
        shown = "".join(each for each in name[:MAX_SHOWN] if each.isprintable())
        hint = f"did you mean {meant}?" if meant else "gateway/docs/settings.md lists them all"
        told.append(f"{shown} is not a setting: {hint}")
    return "; ".join(told)


def _likeness(name: str, setting: str) -> float:
    """The words behind the first one decide, as all settings begin alike. Half a name is as good as most of one."""
    first, _, rest = name.partition("_")
    own_first, _, own_rest = setting.partition("_")
    begun = NEAR + 0.1 if rest and own_rest.startswith(f"{rest}_") else 0.0
    return max(begun, _alike(rest, own_rest)) - (0.01 if first != own_first else 0.0)


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()

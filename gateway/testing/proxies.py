"""What keeps a client from sending to a proxy what is for the servers of this machine. Asks nobody."""

from __future__ import annotations

from collections.abc import Mapping

HOST = "127.0.0.1"
_PROXIES = frozenset({"http_proxy", "all_proxy"})
# Programs differ in which of the two they read first.
_EXCEPTIONS = (("NO_PROXY", "no_proxy"), ("no_proxy", "NO_PROXY"))


def past_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables to add to this environment, so that its proxy is not used for `HOST`; none where it has none."""
    if not any(value for name, value in environment.items() if name.lower() in _PROXIES):
        return {}
    known = {name: environment.get(name) or environment.get(other) or "" for name, other in _EXCEPTIONS}
    # A star is for all hosts, and only when nothing is beside it.
    return {name: hosts if hosts.strip() == "*" else f"{hosts},{HOST}".strip(",") for name, hosts in known.items()}

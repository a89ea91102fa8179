"""The URL of a Redis, taken apart: one server, the Sentinels that know it, or the nodes of a cluster. Opens nothing.

What redis-py reads itself stays as it is. For Sentinels and clusters it has no URL, so theirs are those of one server
with more hosts, `redis+sentinel://HOST:26379,HOST:26379/SERVICE/DB` and `redis+cluster://HOST:6379,HOST:6379`. Options
behind a question mark are redis-py's: https://redis.readthedocs.io/en/stable/connections.html; of the Sentinels
themselves they begin with `sentinel_`, such as `sentinel_password`. `rediss+sentinel` is TLS to the server and to them,
by the same certificates; `sentinel_ssl=false` is for Sentinels in clear.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

SENTINEL_PORT, PORT = 26379, 6379
_SENTINELS, _SSL = "sentinel_", "ssl"

Host = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Redis is.

    `url` is how redis-py reads user, password, database and options, and, of one server, where it is. `hosts` are
    Sentinels or nodes, and `service` is the name by which Sentinels know the server. `sentinels` is as `url`, of
    the Sentinels themselves.
    """

    kind: Literal["server", "sentinel", "cluster"]
    url: str
    hosts: tuple[Host, ...] = ()
    service: str = ""
    sentinels: str = ""


def read_address(url: str) -> Address:
    """The address in a URL. Raises ValueError, whose message holds nothing of it."""
    scheme, _, rest = url.partition("://")
    tls, _, kind = scheme.partition("+")
    if tls not in {"redis", "rediss", "unix"} or kind not in {"", "sentinel", "cluster"}:
        raise ValueError("the scheme is not one of a Redis")
    parts = urlsplit(f"{tls}://{rest}")
    if tls == "unix":
        if kind or not parts.path:
            raise ValueError("it names no socket")
        return Address("server", url)
    login, at, hosts = parts.netloc.rpartition("@")
    where = [part for part in parts.path.split("/") if part]
    if not kind:
        _host(hosts, PORT)
        if where and not (len(where) == 1 and where[0].isdecimal()):
            raise ValueError("the database is not a number")
        return Address("server", url)
    query = f"?{parts.query}" if parts.query else ""
    if kind == "cluster":
        if where not in ([], ["0"]):
            raise ValueError("a cluster has the database 0 only")
        nodes = tuple(_host(each, PORT) for each in hosts.split(","))
        return Address("cluster", f"{tls}://{login}{at}cluster/0{query}", nodes)
    if not 1 <= len(where) <= 2:
        raise ValueError("it names no service")
    database = where[1] if len(where) > 1 else "0"
    if not database.isdecimal():
        raise ValueError("the database is not a number")
    sentinels = tuple(_host(each, SENTINEL_PORT) for each in hosts.split(","))
    server, own = _options(tls, parts.query)
    return Address("sentinel", f"{tls}://{login}{at}sentinel/{database}{server}", sentinels, where[0], own)


def passwords(url: str) -> list[str]:
    """All that is secret in a URL: as it is written there, and as it is meant."""
    parts = urlsplit(url)
    query = [value for name, value in parse_qsl(parts.query) if name.endswith("password")]
    return [each for each in (parts.password, unquote(parts.password or ""), *query) if each]


def _options(tls: str, query: str) -> tuple[str, str]:
    """The options of the server, and the URL with those of its Sentinels."""
    server: list[tuple[str, str]] = []
    sentinels: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.startswith(_SENTINELS):
            sentinels[name.removeprefix(_SENTINELS)] = value
        else:
            server.append((name, value))
    scheme = "redis" if sentinels.pop(_SSL, "true").lower() in {"false", "no", "0"} else tls
    if scheme == "rediss":
        sentinels = {name: value for name, value in server if name.startswith(f"{_SSL}_")} | sentinels
    return f"?{urlencode(server)}" if server else "", f"{scheme}://sentinel?{urlencode(sentinels)}"


def _host(text: str, port: int) -> Host:
    try:
        parts = urlsplit(f"//{text}")
        name, given = parts.hostname, parts.port
    except ValueError:
        raise ValueError("it names no host and port") from None
    if not name or given == 0:
        raise ValueError("it names no host and port")
    return name, given or port

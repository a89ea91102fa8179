"""redis-py's clients of an address, set up so that nothing is tried again and nothing waits. Opens no connection.

A second try is the caller's business: a command that was sent may have been carried out.
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import ConnectionPool, RedisCluster, Sentinel
from redis.asyncio import Redis as Client
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.connection import SSLConnection, parse_url
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from gateway.redis import tls
from gateway.redis.address import Address

# What redis-py takes as text. It leaves in texts what it does not know, or wants as an object, which no URL can name.
_TEXTS = frozenset(
    {
        *("client_name", "encoding", "encoding_errors", "host", "lib_name", "lib_version", "password", "path"),
        *("ssl_ca_certs", "ssl_ca_data", "ssl_ca_path", "ssl_cert_reqs", "ssl_certfile", "ssl_ciphers"),
        *("ssl_keyfile", "ssl_password", "username"),
    }
)


def make_client(address: Address, seconds: float, connections: int) -> Client:
    """A client that waits so long for an answer, a connection included.

    Raises ValueError for options that are unknown, and for files that cannot be used.
    """
    try:
        return _made(address, seconds, connections)
    except tls.UnusableFiles:
        raise
    except (TypeError, ValueError, RedisError):
        raise ValueError("redis-py does not know one of the options behind the question mark, or its value") from None


def _options(url: str, seconds: float) -> dict[str, Any]:
    """What redis-py is told for every connection to what this URL names."""
    given: dict[str, Any] = {**parse_url(url)}
    ours: dict[str, Any] = {
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": Retry(NoBackoff(), 0),
        # Of one shape, whatever the server can do; and no bytes are taken for text.
        "protocol": 2,
        "decode_responses": False,
        # Nobody needs to know who asks, and it takes two round trips with each connection.
        "driver_info": None,
    }
    if any(isinstance(value, str) and name not in _TEXTS and name not in ours for name, value in given.items()):
        raise ValueError(url)
    if given.get("connection_class") is SSLConnection:
        tls.check(given)
    return given | ours


def _made(address: Address, seconds: float, connections: int) -> Client:
    options = {**_options(address.url, seconds), "max_connections": connections}
    if address.kind == "server":
        pool: Any = ConnectionPool(**options)
        # An option that is unknown is known as such before there is a connection.
        pool.make_connection()
        return Client.from_pool(pool)
    del options["host"]
    encrypted = _encrypted(options)
    if address.kind == "cluster":
        nodes = [ClusterNode(host, port) for host, port in address.hosts]
        options.pop("db", None)
        found: Any = RedisCluster(startup_nodes=nodes, ssl=encrypted, **options)
        return found  # type: ignore[no-any-return]
    sentinels = _options(address.sentinels, seconds)
    del sentinels["host"]
    sentinels["ssl"] = _encrypted(sentinels)
    made: Any = Sentinel
    client: Any = made(address.hosts, sentinel_kwargs=sentinels, ssl=encrypted, **options).master_for(address.service)
    client.connection_pool.make_connection()
    return client  # type: ignore[no-any-return]


def _encrypted(options: dict[str, Any]) -> bool:
    """Whether connections with these options are encrypted: of many servers, redis-py takes it by another name."""
    return options.pop("connection_class", None) is SSLConnection

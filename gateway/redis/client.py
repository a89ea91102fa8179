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

from gateway.redis.address import Address


def make_client(address: Address, seconds: float, connections: int) -> Client:
    """A client that waits so long for an answer, a connection included.

    Raises ValueError for options that redis-py does not take; the message holds no value.
    """
    options: dict[str, Any] = {
        **parse_url(address.url),
        "socket_timeout": seconds,
        "socket_connect_timeout": seconds,
        "retry": Retry(NoBackoff(), 0),
        # Of one shape, whatever the server can do; and no bytes are taken for text.
        "protocol": 2,
        "decode_responses": False,
        # Nobody needs to know who asks, and it takes two round trips with each connection.
        "driver_info": None,
        "max_connections": connections,
    }
    try:
        return _made(address, options)
    except (TypeError, ValueError, RedisError):
        raise ValueError("redis-py does not take one of the options behind the question mark") from None


def _made(address: Address, options: dict[str, Any]) -> Client:
    if address.kind == "server":
        pool: Any = ConnectionPool(**options)
        # An option that is unknown is known as such before there is a connection.
        pool.make_connection()
        return Client.from_pool(pool)
    del options["host"]
    tls = options.pop("connection_class", None) is SSLConnection
    if address.kind == "cluster":
        nodes = [ClusterNode(host, port) for host, port in address.hosts]
        options.pop("db", None)
        found: Any = RedisCluster(startup_nodes=nodes, ssl=tls, **options)
        return found  # type: ignore[no-any-return]
    sentinels = {name: value for name, value in options.items() if name.startswith(("socket_", "retry"))}
    made: Any = Sentinel
    client: Any = made(address.hosts, sentinel_kwargs=sentinels, ssl=tls, **options).master_for(address.service)
    client.connection_pool.make_connection()
    return client  # type: ignore[no-any-return]

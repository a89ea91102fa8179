"""The Redis of GATEWAY_STORE: may the gateway use it, and does it keep what it is given?

Writes what the gateway writes to see whether it may: one empty key, which is gone after a second.
"""

from __future__ import annotations

import asyncio
import re
import socket
from contextlib import suppress
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from gateway.redis.address import PORT, Address, read_address
from gateway.settings.live_checks import in_redis
from gateway.tools.doctor.check import Check, Finding, not_checked, ok, problem, warning
from gateway.tools.doctor.deployment import Deployment
from gateway.tools.doctor.http import in_thread

Info = dict[str, Any]
MAX_SECONDS = 2.0
# The oldest that the gateway is meant for.
LOWEST = (6, 2)
# Milliseconds for a round trip; the gateway waits 500 for a command.
SLOW_MS, TOO_SLOW_MS = 20.0, 250.0
PINGS = 5
# What the gateway's own scripts need, of a key that is not there: nothing of it writes.
_NEEDED = """
redis.call('XADD', KEYS[1], 'NOMKSTREAM', '*', 'f', 'v')
redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', '1')
redis.call('ZADD', KEYS[1], 'XX', '1', 'm')
redis.call('HDEL', KEYS[1], 'f')
redis.call('PEXPIRE', KEYS[1], '1')
return redis.call('MGET', KEYS[1])
"""
# As Redis says it from 7 on, from 6 on, and of the script itself.
_FORBIDDEN = re.compile(r"ACL failure|can't run this command|no permissions", re.IGNORECASE)
_NOT_ALLOWED = problem("Redis does not let the user do what it must", "Give it the keys and commands by ACL SETUSER.")
_UNUSED = not_checked("GATEWAY_STORE is no Redis")
_AWAY = not_checked("Redis does not answer, or not to this user")


async def _reachable(deployment: Deployment) -> Finding:
    if not in_redis(deployment.settings.gateway_store):
        return _UNUSED
    found = await deployment.once("redis", lambda: _asked(deployment))
    if isinstance(found, Finding):
        return found
    milliseconds, info = found
    told = f"it answers a PING in {milliseconds:.1f} ms"
    if milliseconds > TOO_SLOW_MS:
        return problem(f"{told}; a command may take 500", "Move it nearer to the gateway.")
    if milliseconds > SLOW_MS:
        return warning(told, "Move it nearer to the gateway: every operation may wait for it.")
    if str(info.get("loading", "0")) != "0":
        return warning("it still loads its data", "Wait, and look again.")
    return ok(told)


async def _version(deployment: Deployment) -> Finding:
    info = await _info(deployment)
    if isinstance(info, Finding):
        return info
    text = str(info.get("redis_version", ""))
    parts = tuple(int(each) for each in text.split(".")[:2] if each.isdecimal())
    if not parts:
        return not_checked("the user may not ask for INFO", "Allow it INFO, or look for yourself.")
    if parts < LOWEST:
        return problem(f"version {text[:20]} is too old", "Have Redis 6.2 or later, or Valkey.")
    return ok(text[:20])


async def _keeps(deployment: Deployment) -> Finding:
    info = await _info(deployment)
    if isinstance(info, Finding):
        return info
    policy = info.get("maxmemory_policy")
    if policy is None:
        return not_checked("the user may not ask for INFO", "See that maxmemory-policy is noeviction.")
    if policy != "noeviction":
        return problem(
            f"maxmemory-policy is {policy}: it drops events and limits when it is full",
            "Set maxmemory-policy noeviction.",
        )
    limit, used = int(info.get("maxmemory", 0)), int(info.get("used_memory", 0))
    if limit and used > 0.9 * limit:
        return warning(f"{100 * used // limit} % of maxmemory are used", "Give it more memory.")
    if str(info.get("rdb_last_bgsave_status", "ok")) != "ok" or str(info.get("aof_last_write_status", "ok")) != "ok":
        return problem("it could not save its data, and may refuse writes (MISCONF)", "Look at its disk and its log.")
    if str(info.get("aof_enabled", "0")) != "1":
        return warning("it has no append-only file: a restart loses events", "Set appendonly yes.")
    return ok("noeviction, append-only file")


async def _info(deployment: Deployment) -> Info | Finding:
    if not in_redis(deployment.settings.gateway_store):
        return _UNUSED
    found = await deployment.once("redis", lambda: _asked(deployment))
    return _AWAY if isinstance(found, Finding) else found[1]


async def _asked(deployment: Deployment) -> tuple[float, Info] | Finding:
    return await _look(deployment.settings.gateway_store, deployment.settings.gateway_redis_prefix)


async def _look(url: str, prefix: str) -> tuple[float, Info] | Finding:
    """Milliseconds of a round trip and what INFO says, or why there is neither."""
    # Only those who use it need redis-py.
    from gateway.redis.client import make_client  # noqa: PLC0415
    from gateway.redis.failures import FAILURES, cause  # noqa: PLC0415

    address = read_address(url)
    if not await _known(address):
        return problem("the name of its host is not known (DNS)", "Correct the host in GATEWAY_STORE.")
    try:
        client = make_client(address, MAX_SECONDS, 2)
    except ValueError as error:
        return problem(f"GATEWAY_STORE cannot be used: {error}", "Correct what is behind the question mark.")
    try:
        async with asyncio.timeout(MAX_SECONDS * 2):
            times = []
            for _ in range(PINGS):
                began = perf_counter()
                await client.ping()
                times.append(perf_counter() - began)
            await client.set(f"{{{prefix}}}:probe", b"", px=1000)
            scripts: Any = client
            try:
                await scripts.eval(_NEEDED, 1, f"{{{prefix}}}:none")
            except FAILURES as error:
                if _FORBIDDEN.search(str(error)):
                    return _NOT_ALLOWED
            info: Any = {}
            with suppress(*FAILURES):
                info = await client.info()
            return sorted(times)[PINGS // 2] * 1000, info if "redis_version" in info else next(iter(info.values()), {})
    except FAILURES as error:
        return _failed(error, cause(error), tls=url.startswith("rediss"))
    finally:
        with suppress(*FAILURES):
            await client.aclose()


async def _known(address: Address) -> bool:
    parts = urlsplit(address.url)
    hosts = address.hosts or (((parts.hostname or "localhost"), parts.port or PORT),)
    if parts.scheme == "unix":
        return True
    for host, port in hosts:
        # A name that DNS cannot have is none that it knows.
        with suppress(OSError, UnicodeError):
            await in_thread(lambda host=host, port=port: socket.getaddrinfo(host, port))  # type: ignore[misc]
            return True
    return False


def _failed(error: Exception, reason: str, *, tls: bool) -> Finding:
    from redis.exceptions import AuthenticationError, AuthorizationError, NoPermissionError, ResponseError  # noqa: PLC0415

    text = str(error)
    hint = " With TLS, is it a port for TLS?" if tls else ""
    if isinstance(error, AuthenticationError | AuthorizationError) or text.startswith(("NOAUTH", "WRONGPASS")):
        return problem(
            "Redis does not take the user and the password of GATEWAY_STORE, or wants one",
            "Write redis://USER:PASSWORD@HOST:PORT/0, with special characters as %XX.",
        )
    if text.startswith(("DB index", "SELECT is not allowed")):
        return problem("Redis has no database of the number in GATEWAY_STORE", "Write /0 at the end of the URL.")
    if isinstance(error, NoPermissionError):
        return _NOT_ALLOWED
    if "SSL" in reason or "certificate" in text.lower():
        return problem(f"no TLS can be spoken with Redis ({reason})", "Check its certificate, and redis or rediss.")
    if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__ or "Timeout" in reason:
        return problem("Redis does not answer in time", f"Check host, port and firewalls.{hint}")
    if isinstance(error, ResponseError):
        return problem(f"Redis refuses to write ({reason})", "See its memory, its disk, and whether it is a replica.")
    return problem(f"nothing of Redis answers there ({reason})", f"Start it, or correct GATEWAY_STORE.{hint}")


CHECKS = (
    Check("redis", _reachable),
    Check("redis version", _version),
    Check("redis keeps", _keeps),
)

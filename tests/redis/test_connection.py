"""A Redis in trouble costs half a second once, and what is answered belongs to who has asked."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from gateway.redis import connection
from gateway.redis.connection import MAX_CONNECTIONS, MAX_SOCKET_SECONDS, Denied, Redis, Refused, Unreachable
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings, SettingsError
from tests.patience import PATIENCE
from tests.patient_loop import pass_by
from tests.redis_server import RedisServer, needs_redis, running_redis

# Milliseconds, as Redis counts them.
BLOCK = int(PATIENCE * 1000)


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    """One that these tests stop and start."""
    with running_redis() as server:
        yield server


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Redis]:
    redis = Redis(url, "test")
    try:
        yield redis
    finally:
        await redis.close()


def tell(server: RedisServer, command: str) -> None:
    """Do this as an operator would."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(f"{command}\r\n".encode())
        assert connection.recv(64).startswith(b"+OK"), command


async def back(redis: Redis) -> None:
    returned = asyncio.Event()
    redis.on_return(returned.set)
    async with asyncio.timeout(PATIENCE):
        if not redis.up:
            await returned.wait()


async def ping(redis: Redis) -> object:
    return await redis.run(lambda client: client.ping())


@needs_redis
async def test_a_hung_redis_is_waited_for_once_and_is_used_when_it_goes_on(server: RedisServer) -> None:
    async with opened(server.url) as redis:
        await ping(redis)
        server.hang()
        async with asyncio.timeout(PATIENCE):
            found = await asyncio.gather(*(ping(redis) for _ in range(3 * MAX_CONNECTIONS)), return_exceptions=True)
        # Nothing is waited for: it is over before anything else could happen.
        with pytest.raises(Unreachable):
            ping(redis).send(None)
        server.go_on()
        await back(redis)

        assert {type(each) for each in found} == {Unreachable}
        assert await ping(redis)


@needs_redis
async def test_a_process_that_is_held_up_does_not_take_its_redis_for_away(
    server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Less than the library's own limit, and more than a machine holds up a Redis.
    seconds = 0.8 * MAX_SOCKET_SECONDS
    monkeypatch.setattr(connection, "MAX_SECONDS", seconds)
    async with opened(server.url) as redis:
        await ping(redis)
        asked = [asyncio.ensure_future(ping(redis)) for _ in range(MAX_CONNECTIONS)]
        await asyncio.sleep(0)
        # Longer than a command may take, in one turn of the loop.
        pass_by(1.1 * seconds)

        assert all(await asyncio.gather(*asked))
        assert redis.up


@needs_redis
async def test_a_redis_that_is_away_at_first_is_found_when_it_is_there(server: RedisServer) -> None:
    server.kill()
    async with opened(server.url) as redis:
        await redis.check()
        assert not redis.up
        server.start_again()
        await back(redis)

        assert await ping(redis)


@needs_redis
async def test_why_a_redis_does_not_come_back_is_said(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    async with opened(server.url) as redis:
        await ping(redis)
        server.kill()
        with pytest.raises(Unreachable):
            await ping(redis)
        server.start_again()
        tell(server, "CONFIG SET requirepass secret")
        async with asyncio.timeout(PATIENCE):
            while "AuthenticationError" not in caplog.text:  # noqa: ASYNC110 - a log tells nobody
                await asyncio.sleep(0.01)
        tell(server, 'AUTH secret\r\nCONFIG SET requirepass ""')
        await back(redis)

        assert await ping(redis)


@needs_redis
async def test_no_answer_goes_to_another_when_callers_are_cancelled(server: RedisServer) -> None:
    async def echo(redis: Redis, text: str) -> bool:
        return await redis.run(lambda client: client.echo(text)) == text.encode()

    async with opened(server.url) as redis:
        for turns in range(40):
            asked = [asyncio.create_task(echo(redis, f"{turns} {number}")) for number in range(16)]
            for _ in range(turns):
                await asyncio.sleep(0)
            for each in asked[::2]:
                each.cancel()
            found = await asyncio.gather(*asked, return_exceptions=True)

            assert found[1::2] == [True] * 8
        assert redis.up


@needs_redis
async def test_a_command_that_is_wrong_is_refused_and_others_go_on(server: RedisServer) -> None:
    async with opened(server.url) as redis:
        key = redis.key("text")
        await redis.run(lambda client: client.set(key, "text"))
        with pytest.raises(Refused, match="WRONGTYPE"):
            await redis.run(lambda client: client.hget(key, "field"))

        assert await redis.run(lambda client: client.get(key)) == b"text"


@needs_redis
@pytest.mark.parametrize(
    ("trouble", "remedy"),
    [("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"), ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE")],
)
async def test_a_redis_that_cannot_write_is_away_until_it_can(server: RedisServer, trouble: str, remedy: str) -> None:
    async with opened(server.url) as redis:
        write = redis.script("return redis.call('SET', KEYS[1], ARGV[1])")
        await write([redis.key("a")], ["1"])
        tell(server, trouble)
        try:
            with pytest.raises(Unreachable):
                await write([redis.key("a")], ["2"])
            assert not redis.up
        finally:
            tell(server, remedy)
        await back(redis)

        assert await write([redis.key("a")], ["2"])


@needs_redis
async def test_a_script_is_sent_again_to_a_redis_that_has_forgotten_it(server: RedisServer) -> None:
    async with opened(server.url) as redis:
        script = redis.script("return 7")
        assert await script([], []) == 7
        tell(server, "SCRIPT FLUSH")

        assert await script([], []) == 7


@needs_redis
async def test_a_user_with_keys_of_the_prefix_is_enough_and_another_is_denied(server: RedisServer) -> None:
    tell(server, "ACL SETUSER gateway on >word ~{test}:* +@all -@admin -@dangerous +info")
    tell(server, "ACL SETUSER other on >word ~other:* +@all")
    async with opened(server.url.replace("//", "//gateway:word@")) as redis:
        await redis.check()
        assert redis.up
    for login in ("gateway:wrong", "other:word"):
        async with opened(server.url.replace("//", f"//{login}@")) as redis:
            with pytest.raises(Denied):
                await redis.check()


@needs_redis
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis://127.0.0.1:{port}/99", "no such database"),
        ("unix://{socket}?db=99", "no such database"),
        ("redis://nobody:word@127.0.0.1:{port}/0", "refuses the user"),
        ("unix://nobody:word@{socket}", "refuses the user"),
    ],
)
async def test_what_redis_refuses_at_the_start_is_a_setting_that_is_wrong(
    server: RedisServer, url: str, told: str
) -> None:
    store = url.format(port=server.port, socket=server.socket)
    given = {"square_environment": "emulator", "square_base_url": "http://127.0.0.1:1", "gateway_secret": "s" * 32}
    with pytest.raises(SettingsError, match=rf"GATEWAY_STORE: .*{told}"):
        await listen(create_app(Settings(_env_file=None, gateway_store=store, **given)), "127.0.0.1", 0)


@needs_redis
async def test_a_unix_socket_is_as_good_as_a_port(server: RedisServer) -> None:
    async with opened(f"unix://{server.socket}?db=0") as here, opened(server.url) as there:
        await here.run(lambda client: client.set(here.key("a"), "1"))

        assert await there.run(lambda client: client.get(there.key("a"))) == b"1"


@needs_redis
async def test_who_waits_for_news_keeps_nobody_else_waiting(server: RedisServer) -> None:
    async with opened(server.url) as redis:
        key = redis.key("news")
        waiting = asyncio.create_task(redis.wait(lambda client: client.xread({key: "0-0"}, block=BLOCK), PATIENCE))
        await ping(redis)
        await redis.run(lambda client: client.xadd(key, {"a": "1"}))

        assert [stream for stream, _ in await waiting] == [key.encode()]

"""A Redis, and the Sentinels that name it, over TLS; and URLs by which no connection can be made."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.redis.connection import Redis
from tests.ports import free_port
from tests.redis.test_topologies import counted
from tests.redis_server import PROGRAM, needs_redis
from tests.square.certificate import self_signed


@contextmanager
def started(*given: str) -> Iterator[None]:
    """A server, until the block ends; it answers soon."""
    process = subprocess.Popen([str(PROGRAM), *given], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


@needs_redis
async def test_a_server_and_its_sentinels_are_reached_over_tls_with_a_password_each(tmp_path: Path) -> None:
    self_signed(tmp_path)
    certificate, port, sentinel = tmp_path / "server.pem", free_port(), free_port()
    tls = {
        **dict.fromkeys(("tls-cert-file", "tls-key-file", "tls-ca-cert-file"), str(certificate)),
        "port": "0",
        "dir": str(tmp_path),
        "tls-auth-clients": "no",
    }
    options = [word for name, value in tls.items() for word in (f"--{name}", value)]
    config = tmp_path / "sentinel.conf"
    lines = [f"{name} {value}" for name, value in tls.items()]
    lines += [
        f"tls-port {sentinel}",
        "tls-replication yes",
        "requirepass other",
        f"sentinel monitor shop 127.0.0.1 {port} 1",
    ]
    config.write_text("\n".join([*lines, "sentinel auth-pass shop word"]))
    where = f"ssl_ca_certs={certificate}"

    with (
        started(*options, "--tls-port", str(port), "--requirepass", "word", "--save", ""),
        started(str(config), "--sentinel"),
    ):
        assert await counted(f"rediss://:word@127.0.0.1:{port}/0?{where}") == (1, 1)
        named = f"rediss+sentinel://:word@127.0.0.1:{sentinel}/shop/0?{where}&sentinel_password=other"
        assert await counted(named) == (2, 2)


@pytest.mark.parametrize(
    "url",
    [
        "rediss://shop.example/0?ssl_cert_reqs=perhaps",
        "rediss+cluster://shop.example?ssl_cert_reqs=perhaps",
        "rediss://shop.example/0?ssl_ca_certs=/none/at/all",
        "rediss+sentinel://shop.example/shop?ssl_certfile=/none/at/all",
        "redis+sentinel://shop.example/shop?sentinel_colour=green",
        "redis://shop.example/0?ssl_ca_certs=/none/at/all",
        "redis://shop.example/0?credential_provider=me",
        "redis://shop.example/0?retry_on_error=all",
    ],
)
def test_what_no_connection_can_be_made_with_is_refused_at_once_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"the question mark|cannot be used") as refused:
        Redis(url, "test")
    assert url.rpartition("=")[2] not in str(refused.value)

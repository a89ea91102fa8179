"""A gateway behind the example's nginx, which passes on neither probes nor figures: all else is checked through it."""

from __future__ import annotations

import pytest
from aiohttp import web

from tests.deploy.test_nginx import needs_nginx, nginx
from tests.tools.doctor.conftest import Doctor, Place
from tests.tools.doctor.test_broken import problems
from tests.tools.doctor.test_running import KEYS, running

__all__ = ["running"]


@needs_nginx
async def test_it_has_no_problem_and_is_checked(doctor: Doctor, running: str) -> None:
    port = int(running.rpartition(":")[2])
    async with nginx(port, port) as url:
        found = await doctor(url, **KEYS)

    assert problems(found) == {}
    assert {name: found[f"gateway {name}"].found for name in ("live", "ready", "metrics", "graphql", "cors")} == {
        "live": "GraphQL answers; /livez is not passed on (404)",
        "ready": "/readyz is not passed on (404)",
        "metrics": "/metrics is not passed on (404)",
        "graphql": "GraphQL answers",
        "cors": "no website of others may call",
    }
    assert found["webhook signature"].found == "signed with each of 2 keys it is taken, forged it is refused (403)"


@pytest.mark.parametrize("body", ["[]", '{"errors": ["no"]}', '{"errors": [{"extensions": {}}]}', "<html>"])
async def test_what_answers_everything_with_404_is_no_gateway(doctor: Doctor, answering: Place, body: str) -> None:
    found = await doctor(await answering(web.Response(status=404, text=body)))

    assert [*problems(found)] == ["gateway live"]
    assert "that is not the gateway" in found["gateway live"].found

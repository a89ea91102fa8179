"""Which GETs are executed: those that no other website can have made a browser send unasked."""

from __future__ import annotations

import pytest

from tests.server.conftest import Serve, Site

STRICT = "application/graphql-response+json"
EVENTS = "text/event-stream"

GETS = {
    "Apollo's preflight header": {"Apollo-Require-Preflight": "true"},
    "Apollo's operation name": {"X-Apollo-Operation-Name": "A"},
    "a content type no form has": {"Content-Type": "application/json"},
    "a token": {"Authorization": "Bearer abc"},
    "a fetch of the same site": {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"},
    "a link on the gateway's own page": {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"},
    "a fetch outside of a browser": {"Sec-Fetch-Mode": "cors", "Accept": "*/*"},
}


@pytest.mark.parametrize("name", GETS)
async def test_a_get_that_no_other_website_could_make_unasked_is_answered(site: Site, name: str) -> None:
    path = "/graphql?query=query($n:String!){hello(name:$n)}&variables=%7B%22n%22:%22Ada%22%7D"

    answer = await site.send("GET", path, headers=GETS[name])

    assert answer.status == 200
    assert answer.json["data"] == {"hello": "Hello, Ada"}


async def test_a_page_of_the_gateways_own_may_send_a_get(site: Site) -> None:
    answer = await site.send("GET", "/graphql?query={hello}", headers={"Origin": site.listening.url, "Accept": STRICT})

    assert (answer.status, answer.json["data"]) == (200, {"hello": "Hello, world"})


async def test_a_page_of_a_listed_website_may_send_a_get_and_no_other(serve: Serve) -> None:
    site = await serve(gateway_cors_origins="https://shop.example")
    statuses = {}
    for origin in ("https://shop.example", "https://evil.test", "null", None):
        headers = {"Accept": "application/json", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
        if origin is not None:
            headers["Origin"] = origin
        statuses[origin] = (await site.send("GET", "/graphql?query={hello}", headers=headers)).status

    assert statuses == {"https://shop.example": 200, "https://evil.test": 400, "null": 400, None: 400}


async def test_a_password_that_a_browser_sends_by_itself_shows_nothing(serve: Serve) -> None:
    site = await serve(square_environment="sandbox", square_access_token="a", gateway_auth="none")
    statuses = []
    for scheme in ("Basic", "Negotiate", "Bearer"):
        headers = {"Accept": "application/json", "Authorization": f"{scheme} abc"}
        statuses.append((await site.send("GET", "/graphql?query={hello}", headers=headers)).status)

    assert statuses == [400, 400, 200]


FORGED = {
    "nothing": {},
    "anything wanted": {"Accept": "*/*"},
    "an image": {"Accept": "image/avif,*/*;q=0.8"},
    "a form": {"Content-Type": "text/plain", "Accept": "*/*"},
    "a type of several parts": {"Content-Type": "text/plain; application/json", "Accept": "application/json"},
    "an empty preflight header": {"Apollo-Require-Preflight": "", "Accept": "application/json"},
    "a page elsewhere": {"Accept": "application/json", "Origin": "https://evil.test"},
    "a page without an origin": {"Accept": "application/json", "Origin": "null", "Sec-Fetch-Mode": "cors"},
    "a page on another port": {"Accept": "application/json", "Origin": "http://127.0.0.1:1"},
    "a fetch without CORS": {
        "Accept": "application/json", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors",
    },
    "a fetch within a site": {"Accept": "application/json", "Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "cors"},
    "an address that was typed in": {"Accept": "*/*", "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
    # From a page without TLS a browser sends nothing that tells of the page.
    "a fetch from a page without TLS": {"Accept": "application/json"},
    "such a fetch of the GraphQL type": {"Accept": STRICT},
    "such a fetch of both types": {"Accept": f"{STRICT}, application/json"},
    "such a fetch of events": {"Accept": EVENTS},
}  # fmt: skip


@pytest.mark.parametrize("query", ["{ hello }", "subscription { live }"])
@pytest.mark.parametrize("name", FORGED)
async def test_a_get_that_another_website_could_make_is_not_executed(site: Site, name: str, query: str) -> None:
    answer = await site.send("GET", params={"query": query}, headers=FORGED[name])

    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert "Apollo-Require-Preflight" in answer.json["errors"][0]["message"]
    assert site.stage.streams == 0

"""What stands for nothing in a request: null, and in a URL the empty text."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.server.conftest import Site

ONE = "query A { hello }"
# What no website can make a browser send unasked.
UNASKED = {"Apollo-Require-Preflight": "true"}
TWO = "query A { hello } query B { hello }"


@pytest.mark.parametrize("name", ["operationName", "variables", "extensions", "documentId"])
async def test_null_is_as_absent(site: Site, name: str) -> None:
    answer = await site.post({"query": ONE, name: None})

    assert (answer.status, answer.json["data"]) == (200, {"hello": "Hello, world"})


@pytest.mark.parametrize(
    ("name", "document", "message"),
    [
        ("", ONE, "There is no operation with an empty name: leave `operationName` out, or give the name of one."),
        ("", TWO, "There is no operation with an empty name: leave `operationName` out, or give the name of one."),
        (None, TWO, "There is no operation to run: give `operationName`, as the document has several."),
        ("C", TWO, "There is no operation named `C`."),
        (" ", ONE, "There is no operation named ` `."),
    ],
)
async def test_an_operation_that_is_not_found_is_refused_for_the_reason_that_is_so(
    site: Site, name: str | None, document: str, message: str
) -> None:
    answer = await site.post({"query": document, "operationName": name})

    assert (answer.status, answer.code) == (400, "OPERATION_RESOLUTION_FAILURE")
    assert answer.json["errors"][0]["message"] == message


@pytest.mark.parametrize("name", ["operationName", "variables", "extensions", "documentId"])
async def test_an_empty_parameter_of_a_url_is_as_absent(site: Site, name: str) -> None:
    given: dict[str, Any] = {"query": ONE, name: ""}

    answer = await site.send("GET", f"/graphql?{urlencode(given)}", headers=UNASKED)

    assert (answer.status, answer.json["data"]) == (200, {"hello": "Hello, world"})


async def test_an_empty_document_in_a_url_is_an_empty_document(site: Site) -> None:
    answer = await site.send("GET", "/graphql?query=", headers=UNASKED)

    assert answer.json["errors"][0]["message"] == "The document is empty."

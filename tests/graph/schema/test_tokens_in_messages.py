"""A token that a caller puts where a value belongs is not repeated in the error that refuses it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.planted import TOKEN

TOKENS = [
    TOKEN, "sq0atp-plantedPLANTED_planted-1", "sq0csp-plantedPLANTED", "sandbox-sq0csb-plantedPLANTED",
    "sandbox-sq0atb-plantedPLANTED", "sq0acp-plantedPLANTED", "EAAAl-x_yz0123",
]  # fmt: skip
# The public ids of applications, of the sandbox too, as they stand in Square's documents.
APPLICATIONS = [
    "sq0idp-wGVapF8sNt9PLrdj5znuKA", "sandbox-sq0idb-S8qkWZlyeRQEvYtDuLTBPA", "sq0ids-0evKIskIGaY45fCyNL66aw",
]  # fmt: skip
SHOWN = {
    "an Int": ("query ($v: Int!) { customers(first: $v) { nodes { id } } }", "Int cannot represent"),
    "a DateTime": (
        "query ($v: DateTime) { customers(filter: {createdAt: {startAt: $v}}) { nodes { id } } }",
        "Expected a DateTime",
    ),
    "a Long": ('query ($v: Long) { customAttribute(customerId: "C", key: "k", version: $v) { key } }', "a Long"),
    "an enum": ("query ($v: SortOrder!) { customers(sort: {order: $v}) { nodes { id } } }", "SortOrder"),
    "a Boolean": ("query ($v: Boolean!) { customers @include(if: $v) { nodes { id } } }", "Boolean cannot represent"),
}


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token[:8])
@pytest.mark.parametrize("kind", SHOWN)
async def test_a_token_in_a_variable_is_not_repeated(graph: Any, kind: str, token: str) -> None:
    query, says = SHOWN[kind]

    answer = await graph(query, {"v": token})

    (error,) = answer["errors"]
    assert says in error["message"]
    assert "[redacted]" in error["message"]
    assert token[4:] not in json.dumps(answer)


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token[:8])
@pytest.mark.parametrize(
    "query",
    [
        '{ customers(first: "%s") { nodes { id } } }',
        '{ customers(filter: {createdAt: {startAt: "%s"}}) { nodes { id } } }',
        '{ customers(filter: "%s") { nodes { id } } }',
        '{ customers(first: ["%s"]) { nodes { id } } }',
        'query ($first: Int = "%s") { customers(first: $first) { nodes { id } } }',
    ],
)
async def test_a_token_in_a_literal_is_not_repeated(graph: Any, query: str, token: str) -> None:
    answer = await graph(query % token)

    assert answer["errors"]
    assert all("[redacted]" in error["message"] for error in answer["errors"])
    assert token[4:] not in json.dumps(answer)


@pytest.mark.parametrize("application", APPLICATIONS, ids=lambda application: application[:14])
async def test_the_id_of_an_application_is_shown(graph: Any, application: str) -> None:
    key = f"{application}:favorite-drink"
    filters = """query ($f: [CustomerCustomAttributeFilter!]) {
      customers(filter: {customAttributes: $f}) { nodes { id } } }"""

    given = await graph("query ($v: Int!) { customers(first: $v) { nodes { id } } }", {"v": key})
    written = await graph(f'{{ customers(first: "{key}") {{ nodes {{ id }} }} }}')
    unknown = await graph(filters, {"f": [{"key": key, "filter": {"text": {"exact": "a"}}}]})

    assert key in given["errors"][0]["message"]
    assert key in written["errors"][0]["message"]
    assert "redacted" not in json.dumps([given, written, unknown])


async def test_a_secret_beside_the_id_of_an_application_is_not_shown(graph: Any) -> None:
    for secret in TOKENS:
        for between in (":", "-", " ", ".", ", "):
            value = f"{APPLICATIONS[0]}{between}{secret}"

            answer = await graph("query ($v: Int!) { customers(first: $v) { nodes { id } } }", {"v": value})

            message = answer["errors"][0]["message"]
            assert APPLICATIONS[0] in message
            assert "[redacted]" in message
            assert secret[-6:] not in message


@pytest.mark.parametrize("before", ["", "access_", "a" * 100, "a" * 117, "a " * 55, "a " * 100])
async def test_no_part_of_a_token_in_a_long_value_is_repeated(graph: Any, before: str) -> None:
    value = f"{before} {TOKEN}{'z' * 60}" if before[-1:] != "_" else before + TOKEN

    answer = await graph("query ($v: Int!) { customers(first: $v) { nodes { id } } }", {"v": value})

    (error,) = answer["errors"]
    assert "Int cannot represent" in error["message"]
    assert "TOKENplanted" not in error["message"]


JWT = f"eyJ{'aA1' * 12}.eyJ{'bB2' * 60}.{'cC3' * 12}"


@pytest.mark.parametrize("token", [TOKEN, "sq0csp-" + "pP4" * 12, JWT], ids=lambda token: token[:6])
async def test_no_part_of_a_token_is_left_where_a_message_is_cut(graph: Any, token: str) -> None:
    query = "query ($v: CustomerFilter) { customers(filter: $v) { nodes { id } } }"
    # The token begins everywhere around the end of the first kilobyte.
    for before in range(600, 1024, 7):
        answer = await graph(query, {"v": {f"{'x' * before} {token} {token}": 1}})

        (error,) = answer["errors"]
        assert "not to include unknown field 'xxx" in error["message"]
        assert len(error["message"].encode()) <= 1024
        # The head of a JSON Web Token says nothing; all else is secret.
        secret = token.partition(".")[2] or token
        assert not any(secret[place : place + 9] in error["message"] for place in range(4, len(secret) - 9))


@pytest.mark.parametrize("before", ["access_", "-", "eyJ-", "a.", "(", "\u00e9 ", "\n"])
async def test_what_stands_before_a_token_does_not_hide_it(graph: Any, before: str) -> None:
    query = "query ($v: CustomerFilter) { customers(filter: $v) { nodes { id } } }"
    for token in (TOKEN, JWT):
        answer = await graph(query, {"v": {before + token: 1}})

        assert "[redacted]" in answer["errors"][0]["message"]
        assert token[-30:] not in json.dumps(answer)


async def test_a_token_as_a_name_in_a_document_is_not_repeated(graph: Any) -> None:
    answer = await graph(f"{{ {TOKEN} customers(first: {TOKEN}) {{ {TOKEN} }} }}")

    assert len(answer["errors"]) >= 2
    assert TOKEN[4:] not in json.dumps(answer)


async def test_a_token_that_square_repeats_is_blanked_in_a_user_error(graph: Any) -> None:
    answer = await graph(
        "mutation ($id: ID!) { deleteCustomerGroup(id: $id) { userErrors { message code } } }", {"id": TOKEN}
    )

    (error,) = answer["data"]["deleteCustomerGroup"]["userErrors"]
    assert error["code"] == "NOT_FOUND"
    assert "[redacted]" in error["message"]
    assert TOKEN not in json.dumps(answer)


async def test_what_is_no_token_is_shown_as_it_is(graph: Any) -> None:
    for value in ("EAAA", "sq0", "eyJ", "GEAAA0123456789", "Basic training"):
        answer = await graph("query ($v: Int!) { customers(first: $v) { nodes { id } } }", {"v": value})

        assert answer["errors"][0]["message"].endswith(f"non-integer value: '{value}'")


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: token[:8])
@pytest.mark.parametrize("before", ["\\u000B", "\\u007F", "\U000e0001", "Bearer%20", "token%3D", "%3d"])
async def test_a_token_behind_an_escape_is_not_repeated(graph: Any, before: str, token: str) -> None:
    query, says = SHOWN["an enum"]
    literal = query.replace("($v: SortOrder!)", "").replace("$v", f'"{before}{token}"')

    answers = [await graph(query, {"v": before + token}), await graph(literal)]

    for answer in answers:
        assert says in answer["errors"][0]["message"]
        assert token[4:] not in json.dumps(answer)

"""Square's own test vectors, and keys while they are replaced."""

from __future__ import annotations

import pytest
from square.utils.webhooks_helper import verify_signature

from gateway.events.signature import Signatures, possible
from tests.events.signed import sign

URL = "https://example.com/webhook"
BODY = b'{"hello":"world"}'
VECTORS = [
    ("asdf1234", URL, BODY, "2kRE5qRU2tR+tBGlDwMEw2avJ7QM4ikPYD/PJ3bd9Og="),
    (
        "signature-key",
        "https://webhook.site/webhooks",
        b'{"data":{"type":"webhooks","id":">id<"}}',
        "Cxt7+aTi4rKgcA0bC4g9EHdVtLSDWdqccmL5MvihU4U=",
    ),
]


@pytest.mark.parametrize(("key", "url", "body", "signature"), VECTORS)
def test_what_square_signs_is_accepted(key: str, url: str, body: bytes, signature: str) -> None:
    assert Signatures([key], url).made(body, signature)
    assert possible(signature)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (BODY + b" ", URL),
        (b'{"hello": "world"}', URL),
        (BODY, URL + "/"),
        (BODY, URL.replace("https", "http")),
        (BODY, URL + "?a=1"),
    ],
)
def test_another_body_or_another_url_is_not_accepted(body: bytes, url: str) -> None:
    assert not Signatures(["asdf1234"], url).made(body, VECTORS[0][3])


def test_each_of_several_keys_is_good_and_no_other() -> None:
    signatures = Signatures(["old-key", "new-key"], URL)

    assert signatures.made(BODY, sign(BODY, "old-key", URL))
    assert signatures.made(BODY, sign(BODY, "new-key", URL))
    assert not signatures.made(BODY, sign(BODY, "other-key", URL))


@pytest.mark.parametrize("signature", ["", "x" * 43, "ü" * 44, "\udcff" * 44, "=" * 44])
def test_what_is_no_signature_is_refused_without_a_fault(signature: str) -> None:
    assert not Signatures(["asdf1234"], URL).made(BODY, signature)


@pytest.mark.parametrize("body", [BODY, '{"name":"Zoë €"}'.encode(), b"\x00" * 4096])
def test_squares_own_verifier_agrees(body: bytes) -> None:
    signature = sign(body, "asdf1234", URL)

    assert verify_signature(
        request_body=body.decode(), signature_header=signature, signature_key="asdf1234", notification_url=URL
    )
    assert Signatures(["asdf1234"], URL).made(body, signature)

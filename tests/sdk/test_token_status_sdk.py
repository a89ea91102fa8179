"""Who a token is, through Square's official client."""

from __future__ import annotations

import pytest
from square import AsyncSquare
from square.core.api_error import ApiError

from tests.emulator.conftest import Emulator


async def test_a_token_says_whose_it_is_and_when_it_ends(emulator: Emulator) -> None:
    end = int(emulator.clock.now().timestamp()) + 3600
    await emulator.call("POST", "/_emulator/tokens", {"token": "brief", "expires_at": end}, token=None)

    forever = await AsyncSquare(base_url=emulator.url, token="test-token").o_auth.retrieve_token_status()
    brief = await AsyncSquare(base_url=emulator.url, token="brief").o_auth.retrieve_token_status()

    assert (forever.merchant_id, forever.client_id) == ("MLEMULATORSELLER1", "sq0idp-demo-app")
    assert (brief.merchant_id, brief.client_id, brief.scopes) == (
        forever.merchant_id,
        forever.client_id,
        forever.scopes,
    )
    assert forever.expires_at is None
    assert brief.expires_at is not None


@pytest.mark.parametrize("token", ["unheard-of", "expired-token", "revoked-token"])
async def test_a_token_that_does_not_count_is_unauthorized(emulator: Emulator, token: str) -> None:
    with pytest.raises(ApiError) as refused:
        await AsyncSquare(base_url=emulator.url, token=token).o_auth.retrieve_token_status()

    assert refused.value.status_code == 401
    assert refused.value.body["errors"][0]["code"] == "UNAUTHORIZED"

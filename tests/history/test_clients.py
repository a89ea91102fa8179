"""What clients take for a violation when they send a mutation again."""

from __future__ import annotations

import pytest

from tests.history.claims import Act, Claim, Fate
from tests.history.clients import may_be_gone

VALUE = ("C1", "drink")


@pytest.mark.parametrize(
    ("other", "gone"),
    [
        (Claim(Act.SET, "attribute", VALUE, None, begun=6, ended=7, fate=Fate.OK), True),
        (Claim(Act.SET, "attribute", VALUE, None, begun=6), True),
        (Claim(Act.END, "customer", "C1", begun=2, fate=Fate.UNKNOWN), True),
        (Claim(Act.SET, "attribute", VALUE, None, begun=1, ended=4, fate=Fate.OK), False),
        (Claim(Act.SET, "attribute", VALUE, None, begun=6, ended=7, fate=Fate.REFUSED), False),
        (Claim(Act.SET, "attribute", VALUE, "tea", begun=6, ended=7, fate=Fate.OK), False),
        (Claim(Act.SET, "attribute", ("C2", "drink"), None, begun=6, ended=7, fate=Fate.OK), False),
        (Claim(Act.END, "customer", "C2", begun=6, ended=7, fate=Fate.OK), False),
    ],
)
def test_only_a_delete_since_then_excuses_a_refused_repeat(other: Claim, gone: bool) -> None:
    claim = Claim(Act.SET, "attribute", VALUE, "milk", begun=5, fate=Fate.OK)

    assert may_be_gone(claim, [claim, other]) is gone

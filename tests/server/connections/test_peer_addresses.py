"""Which address has most connections, whatever comes and goes."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.server.connections.peer_addresses import Peers, network


@pytest.mark.parametrize(
    ("peer", "same"),
    [
        (("10.0.0.1", 5), ("10.0.0.1", 6)),
        (("2001:db8::1", 5, 0, 0), ("2001:db8::ffff:1:2", 6, 0, 0)),
        (("fe80::1%eth0", 5, 0, 0), ("fe80::2%eth0", 6, 0, 0)),
        ("", None),
    ],
)
def test_addresses_of_one_network_are_one(peer: object, same: object) -> None:
    assert network(peer) == network(same)


@pytest.mark.parametrize(
    ("peer", "other"),
    [
        (("10.0.0.1", 5), ("10.0.0.2", 5)),
        (("2001:db8::1", 5, 0, 0), ("2001:db8:0:1::1", 5, 0, 0)),
        (("::ffff:10.0.0.1", 5, 0, 0), ("::ffff:10.0.0.2", 5, 0, 0)),
    ],
)
def test_addresses_of_different_networks_are_told_apart(peer: object, other: object) -> None:
    assert network(peer) != network(other)


@given(some.lists(some.tuples(some.sampled_from("abc"), some.integers(0, 20)), max_size=200))
def test_the_address_that_has_most_is_known_at_any_time(changes: list[tuple[str, int]]) -> None:
    peers: Peers[tuple[str, int]] = Peers()
    there: set[tuple[str, int]] = set()
    for connection in changes:
        if connection in there:
            peers.discard(connection)
            there.discard(connection)
        else:
            peers.add(connection, connection[0])
            there.add(connection)
        counts = Counter(address for address, _ in there)
        found = peers.excess_of("newcomer", 100)

        assert len(peers) == len(there)
        if max(counts.values(), default=0) > 1:
            assert len(found) == max(counts.values())
            assert len({address for address, _ in found}) == 1
        else:
            assert found == []


def test_each_connection_is_given_in_its_turn() -> None:
    peers: Peers[int] = Peers()
    for number in range(4):
        peers.add(number, "many")

    assert [peers.excess_of("one", 2) for _ in range(3)] == [[0, 1], [2, 3], [0, 1]]

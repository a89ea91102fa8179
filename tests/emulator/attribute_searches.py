"""What several tests of the custom attribute filters share: people with values and who is found."""

from __future__ import annotations

from tests.emulator.attributes import customer, define, done, put

FIELD = "query.filter.custom_attribute.filters"


def search(emulator, *filters, token="test-token"):
    body = {"query": {"filter": {"custom_attribute": {"filters": list(filters)}}}}
    return emulator.call("POST", "/v2/customers/search", body, token=token)


def by(kind, value, key="key"):
    return {"key": key, "filter": {kind: value}}


async def found(emulator, *filters, token="test-token"):
    """The given names of the customers found."""
    body = await done(search(emulator, *filters, token=token))
    assert body.get("customers") != []
    return {each["given_name"] for each in body.get("customers", [])}


async def people(emulator, kind, key="key", /, **values):
    """A definition, and one customer per name with the given value."""
    made = await define(emulator, key, kind)
    for name, value in values.items():
        await put(emulator, await customer(emulator, given_name=name), key, value)
    return made

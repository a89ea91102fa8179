from __future__ import annotations

import pytest

from tests.emulator.attributes import (
    DEFINITIONS,
    OWNER,
    READ_ONLY,
    define,
    done,
    refused,
    schema,
    selection,
)

FIELD = "custom_attribute_definition"


def change(emulator, key, /, **data):
    return emulator.call("PUT", f"{DEFINITIONS}/{key}", {FIELD: data})


async def test_options_that_keep_their_names_keep_their_uuids(emulator):
    made = await define(emulator, "sizes", selection("Small", "Large"))
    small, large = made["schema"]["items"]["enum"]

    answer = await done(change(emulator, "sizes", schema=selection("Large", "Medium", "Small", most=1)))
    items = answer[FIELD]["schema"]["items"]

    assert items["names"] == ["Large", "Medium", "Small"]
    assert (items["enum"][0], items["enum"][2]) == (large, small)
    assert items["enum"][1] not in (small, large)
    assert answer[FIELD]["schema"]["maxItems"] == 1


async def test_a_name_changed_in_place_keeps_its_uuid(emulator):
    made = await define(emulator, "sizes", selection("Small", "Large"))
    new = made["schema"]
    new["items"]["names"] = ["Tiny", "Large"]

    answer = await done(change(emulator, "sizes", schema=new))

    assert answer[FIELD]["schema"] == new


async def test_an_update_changes_only_what_it_names(emulator):
    made = await define(emulator, "movie", name="Movie", description="Favourite")
    emulator.clock.advance(5)

    changed = (await done(change(emulator, "movie", description="Last seen", visibility=READ_ONLY)))[FIELD]

    assert changed["updated_at"] > made["updated_at"]
    expected = {"description": "Last seen", "visibility": READ_ONLY, "version": 2}
    assert changed == {**made, **expected, "updated_at": changed["updated_at"]}
    assert (await done(emulator.call("GET", f"{DEFINITIONS}/movie")))[FIELD] == changed


@pytest.mark.parametrize("kind", ["Number", selection("A", "B")])
async def test_a_definition_sent_back_whole_is_accepted(emulator, kind):
    made = await define(emulator, "movie", kind, visibility=READ_ONLY)

    changed = (await done(change(emulator, "movie", **made)))[FIELD]

    assert {**changed, "updated_at": made["updated_at"]} == {**made, "version": 2}


async def test_a_qualified_key_of_its_own_is_accepted_from_the_owner(emulator):
    await define(emulator, "movie")

    changed = await done(change(emulator, f"{OWNER}:movie", key=f"{OWNER}:movie", name="Movie"))

    assert changed[FIELD]["key"] == "movie"


@pytest.mark.parametrize("data", [{"key": "book"}, {"schema": schema("Email")}, {"schema": selection("A")}])
async def test_key_and_data_type_cannot_change(emulator, data):
    await define(emulator, "movie")

    await refused(change(emulator, "movie", **data), 400, "BAD_REQUEST", f"{FIELD}.{next(iter(data))}")


async def test_a_selection_cannot_become_another_type(emulator):
    await define(emulator, "sizes", selection("A"))

    await refused(change(emulator, "sizes", schema=schema("String")), 400, "BAD_REQUEST", f"{FIELD}.schema")


@pytest.mark.parametrize("version", [0, 1, 3])
async def test_a_version_that_is_not_the_current_one_is_a_conflict(emulator, version):
    await define(emulator, "movie")
    await done(change(emulator, "movie", name="Movie"))

    await refused(change(emulator, "movie", name="Book", version=version), 400, "VERSION_MISMATCH", "version")
    await done(change(emulator, "movie", name="Book", version=2))


async def test_null_removes_the_name_of_a_hidden_definition_only(emulator):
    await define(emulator, "movie", name="Movie", description="Favourite")

    changed = (await done(change(emulator, "movie", name=None, key=None, schema=None, visibility=None)))[FIELD]

    assert "name" not in changed
    assert changed["description"] == "Favourite"
    answer = change(emulator, "movie", visibility=READ_ONLY)
    await refused(answer, 400, "MISSING_REQUIRED_PARAMETER", f"{FIELD}.name")


async def test_a_repeated_update_counts_once(emulator):
    await define(emulator, "movie")
    for name in ("Movie", "Book"):
        body = {FIELD: {"name": name}, "idempotency_key": "once"}
        answer = await done(emulator.call("PUT", f"{DEFINITIONS}/movie", body))

        assert (answer[FIELD]["name"], answer[FIELD]["version"]) == ("Movie", 2)


async def test_updating_an_unknown_definition_is_404(emulator):
    await refused(change(emulator, "movie", name="Movie"), 404, "NOT_FOUND")

"""Square's answers as the floor reads them: structs of just the fields that a workload needs. Has no HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

TEXT = str | None
NUMBER = int | None


def fields(names: str, type: Any = TEXT) -> list[tuple[str, Any, Any]]:
    return [(name, type, None) for name in names.split()]


def struct(name: str, *fields: Any, gc: bool = False) -> type[Any]:
    return msgspec.defstruct(name, [("id", str, ""), *fields], gc=gc)


def list_of(under: str, each: type[Any]) -> Callable[[bytes], Any]:
    page = msgspec.defstruct("Page", [(under, list[each], []), ("cursor", TEXT, None)])  # type: ignore[valid-type]
    return msgspec.json.Decoder(page).decode


def one_of(under: str, each: type[Any]) -> Callable[[bytes], Any]:
    return msgspec.json.Decoder(msgspec.defstruct("Whole", [(under, each)])).decode


Address = msgspec.defstruct("Address", fields("address_line_1 address_line_2 locality postal_code country"), gc=False)
NAMES = fields("given_name family_name")
ADDRESS = [("address", Address | None, None)]
PROFILE = [*NAMES, *fields("created_at updated_at email_address phone_number note"), *fields("version", NUMBER)]
Preferences = msgspec.defstruct("Preferences", [("email_unsubscribed", bool | None, None)], gc=False)
REFERRING = [("group_ids", list[str], []), ("segment_ids", list[str], [])]
Everything = struct(
    "Everything",
    *PROFILE,
    *ADDRESS,
    *REFERRING,
    *fields("reference_id creation_source"),
    ("preferences", Preferences | None, None),
    gc=True,
)
Tier = msgspec.defstruct("Tier", [*fields("name"), *fields("points", NUMBER)], gc=False)
Terminology = msgspec.defstruct("Terminology", fields("one other"), gc=False)
Program = struct("Program", ("reward_tiers", list[Tier], []), ("terminology", Terminology | None, None), gc=True)
Attribute = msgspec.defstruct("Attribute", [*fields("key value"), *fields("version", NUMBER)], gc=False)
Account = struct("Account", *fields("customer_id"), *fields("balance lifetime_points", NUMBER))
Entry = msgspec.defstruct("Entry", [("customer", struct("Contact", *NAMES, *fields("email_address")))])

profiles = list_of("customers", struct("Profile", *PROFILE, *ADDRESS))
referring = list_of("customers", struct("Referring", *NAMES, *REFERRING, gc=True))
contacts = list_of("customers", struct("Contact", *fields("given_name email_address")))
thousands = list_of("customers", struct("Contact", *NAMES, *fields("email_address created_at")))
groups = list_of("groups", struct("Named", *fields("name")))
segments = list_of("segments", struct("Named", *fields("name")))
accounts = list_of("loyalty_accounts", Account)
rewards = list_of("rewards", struct("Reward", *fields("status loyalty_account_id"), *fields("points", NUMBER)))
attributes = list_of("custom_attributes", Attribute)
everything = one_of("customer", Everything)
program = one_of("program", Program)
created = one_of("customer", struct("Created", *NAMES, *fields("note"), *fields("version", NUMBER)))
bulk = msgspec.json.Decoder(msgspec.defstruct("Bulk", [("responses", dict[str, Entry])])).decode

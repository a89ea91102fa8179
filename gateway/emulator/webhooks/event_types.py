"""The types of notifications: since which version of Square's API, and which of them are deprecated. No payloads.

https://developer.squareup.com/reference/square/webhooks
"""

from __future__ import annotations

from collections.abc import Collection

_CUSTOMERS, _ATTRIBUTES, _DEPRECATED = "2021-02-26", "2022-08-17", "2022-05-12"
_DEFINITION, _ATTRIBUTE = "customer.custom_attribute_definition", "customer.custom_attribute"

# Deprecated types are told only to subscriptions that name them. Those without an infix are the `.owned` ones; the
# `.public` ones are about what others may read, without the application's own that they may not.
DEPRECATED: dict[str, str] = {
    **{f"{_DEFINITION}.{infix}{verb}": _DEPRECATED for infix in ("", "public.") for verb in ("created", "updated")},
    **{f"{_DEFINITION}.{infix}deleted": _DEPRECATED for infix in ("", "public.")},
    **{f"{_ATTRIBUTE}.{infix}{verb}": _DEPRECATED for infix in ("", "public.") for verb in ("updated", "deleted")},
}
# Each type with the version that it came with.
EVENT_TYPES: dict[str, str] = {
    **{f"customer.{verb}": _CUSTOMERS for verb in ("created", "updated", "deleted")},
    **{
        f"{_DEFINITION}.{whose}.{verb}": _ATTRIBUTES
        for whose in ("owned", "visible")
        for verb in ("created", "updated", "deleted")
    },
    **{
        f"{_ATTRIBUTE}.{whose}.{verb}": _ATTRIBUTES for whose in ("owned", "visible") for verb in ("updated", "deleted")
    },
    **{f"loyalty.account.{verb}": "2020-05-28" for verb in ("created", "updated", "deleted")},
    "loyalty.event.created": "2020-05-28",
    "loyalty.program.created": "2021-04-21",
    "loyalty.program.updated": "2020-05-28",
    "loyalty.promotion.created": "2022-08-17",
    "loyalty.promotion.updated": "2022-08-17",
    **DEPRECATED,
}


def includes(event_types: Collection[str], type: str) -> bool:
    """Whether a subscription to these types (none: all that are not deprecated) is told of this one."""
    return type in event_types if event_types else type not in DEPRECATED

"""What a request changed, as its rule tells it: which objects, and what happened to them. Nothing is sent here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CREATED, UPDATED, DELETED = "created", "updated", "deleted"

CUSTOMER = "customer"
DEFINITION = "customer.custom_attribute_definition"
ATTRIBUTE = "customer.custom_attribute"
ACCOUNT = "loyalty.account"
EVENT = "loyalty.event"
PROGRAM = "loyalty.program"
PROMOTION = "loyalty.promotion"


@dataclass(frozen=True, slots=True)
class Change:
    """One object that was created, updated or deleted.

    `object` is Square's, as it is now or was last; nobody changes it afterwards. Definitions and attributes have
    their qualified key in it. `customer_id` is whose an attribute is, `merge` what a merge of customers has done.
    """

    kind: str
    action: str
    object: Mapping[str, Any]
    customer_id: str = ""
    merge: Mapping[str, Any] | None = None

"""What Square's examples of notifications have in common, for each kind of object."""

from __future__ import annotations

from dataclasses import dataclass

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
APPLICATION_KEY = r"sq0idp-[\w-]+:[\w.-]+"


@dataclass(frozen=True)
class Form:
    """`data.type`, the schema of the object, the form of `data.id`, and whether the object is one level deeper."""

    name: str
    schema: str
    id: str
    nested: bool = True


FORMS = {
    "customer": Form("customer", "Customer", "[0-9A-Z]{26}"),
    "customer.custom_attribute_definition": Form(
        "custom_attribute_definition", "CustomAttributeDefinition", APPLICATION_KEY, nested=False
    ),
    "customer.custom_attribute": Form(
        "custom_attribute", "CustomAttribute", f"{APPLICATION_KEY}:CUSTOMER:[0-9A-Z]{{26}}", nested=False
    ),
    "loyalty.account": Form("loyalty_account", "LoyaltyAccount", UUID),
    "loyalty.event": Form("loyalty_event", "LoyaltyEvent", UUID),
    "loyalty.program": Form("loyalty_program", "LoyaltyProgram", UUID),
    "loyalty.promotion": Form("loyalty_promotion", "LoyaltyPromotion", f"loypromo_{UUID}"),
}

# The types, without loyalty.account.deleted, which nothing that can be done leads to.
TYPES = (
    *(f"customer.{action}" for action in ("created", "updated", "deleted")),
    *(
        f"customer.custom_attribute_definition{audience}.{action}"
        for audience in ("", ".owned", ".public", ".visible")
        for action in ("created", "updated", "deleted")
    ),
    *(
        f"customer.custom_attribute{audience}.{action}"
        for audience in ("", ".owned", ".public", ".visible")
        for action in ("updated", "deleted")
    ),
    *(f"loyalty.account.{action}" for action in ("created", "updated")),
    "loyalty.event.created",
    *(f"loyalty.program.{action}" for action in ("created", "updated")),
    *(f"loyalty.promotion.{action}" for action in ("created", "updated")),
)


def form(event_type: str) -> Form:
    kind = event_type.rpartition(".")[0]
    for audience in ("owned", "public", "visible"):
        kind = kind.removesuffix(f".{audience}")
    return FORMS[kind]


def model(event_type: str) -> str:
    """The name of the module of Square's client that reads a notification."""
    public = ".public" in event_type
    name = event_type.replace(".public", "").replace(".", "_")
    return f"square.types.{name}{'_public' if public else ''}_event"

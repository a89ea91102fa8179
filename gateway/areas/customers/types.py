"""Customer profiles as the graph shows them; the same classes are what is read from the wire."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.federation import type as entity

from gateway.graph.errors import refused_as_input
from gateway.graph.loading.context import Info
from gateway.graph.loading.list_loader import MAX_FURTHER, ListedLoader
from gateway.graph.loading.page_source import pages
from gateway.graph.loading.pagination import Connection
from gateway.graph.loading.relation import relation
from gateway.graph.schema.cost import costs
from gateway.graph.schema.decode import reads, wired
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import Birthday, DateTime, Long
from gateway.graph.schema.values import Address

if TYPE_CHECKING:
    from gateway.areas.custom_attributes.loaders import CustomAttributeByKey
    from gateway.areas.custom_attributes.types import CustomAttribute, CustomAttributeConnection
    from gateway.areas.groups.types import Group
    from gateway.areas.loyalty_accounts.types import LoyaltyAccount
    from gateway.areas.segments.types import Segment

_LISTED = (
    f"They are looked for with at most {MAX_FURTHER} calls beyond the first page of all; what is read of each is "
    f"estimated for {ListedLoader.population} different ones. What comes beyond that is COST_ESTIMATE_EXCEEDED."
)
_ATTRIBUTES: Lazy["CustomAttributeByKey"] = Lazy("gateway.areas.custom_attributes.loaders:CustomAttributeByKey")


@strawberry.enum(description="How a customer profile was created.")
class CustomerCreationSource(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A source that this graph does not know yet.")
    OTHER = strawberry.enum_value("OTHER", description="Not recorded.")
    APPOINTMENTS = strawberry.enum_value("APPOINTMENTS", description="An appointment was booked.")
    COUPON = strawberry.enum_value("COUPON", description="A coupon was issued at the point of sale.")
    DELETION_RECOVERY = strawberry.enum_value("DELETION_RECOVERY", description="A deleted profile was restored.")
    DIRECTORY = strawberry.enum_value("DIRECTORY", description="Created in the Dashboard or point of sale.")
    EGIFTING = strawberry.enum_value("EGIFTING", description="A gift card was issued.")
    EMAIL_COLLECTION = strawberry.enum_value("EMAIL_COLLECTION", description="Signed up for e-mail at checkout.")
    FEEDBACK = strawberry.enum_value("FEEDBACK", description="Gave feedback through a digital receipt.")
    IMPORT = strawberry.enum_value("IMPORT", description="Imported through the Dashboard.")
    INVOICES = strawberry.enum_value("INVOICES", description="Paid an invoice.")
    LOYALTY = strawberry.enum_value("LOYALTY", description="Gave a phone number for loyalty at checkout.")
    MARKETING = strawberry.enum_value("MARKETING", description="Came from a campaign.")
    MERGE = strawberry.enum_value("MERGE", description="Several profiles were merged.")
    ONLINE_STORE = strawberry.enum_value("ONLINE_STORE", description="Created through the Online Store.")
    INSTANT_PROFILE = strawberry.enum_value("INSTANT_PROFILE", description="Created by a payment without a profile.")
    TERMINAL = strawberry.enum_value("TERMINAL", description="Created through the Virtual Terminal.")
    THIRD_PARTY = strawberry.enum_value("THIRD_PARTY", description="Created through Square's API.")
    THIRD_PARTY_IMPORT = strawberry.enum_value("THIRD_PARTY_IMPORT", description="Imported by an integration.")
    UNMERGE_RECOVERY = strawberry.enum_value("UNMERGE_RECOVERY", description="A merge was undone.")


@strawberry.type(description="Communication preferences of a customer.")
class CustomerPreferences:
    email_unsubscribed: bool | None = strawberry.field(
        description="Whether the customer opted out of marketing e-mail. It cannot be set through the API."
    )


@strawberry.type(description="Tax ids, for customers of sellers in the EU and the United Kingdom.", directives=PERSONAL)
class CustomerTaxIds:
    eu_vat: str | None = strawberry.field(description="The EU VAT number, such as IE3426675K.")


@entity(keys=["id"], description="A customer profile in a seller's directory. Needs CUSTOMERS_READ.")
class Customer:
    id: strawberry.ID = strawberry.field(description="Square's id of the profile.")
    created_at: DateTime | None = strawberry.field(description="When the profile was created.")
    updated_at: DateTime | None = strawberry.field(description="When the profile last changed.")
    given_name: str | None = strawberry.field(directives=PERSONAL, description="The first name.")
    family_name: str | None = strawberry.field(directives=PERSONAL, description="The last name.")
    nickname: str | None = strawberry.field(directives=PERSONAL, description="A nickname.")
    company_name: str | None = strawberry.field(description="A business name.", directives=PERSONAL)
    email_address: str | None = strawberry.field(directives=PERSONAL, description="The e-mail address.")
    address: Address | None = strawberry.field(directives=PERSONAL, description="The postal address.")
    phone_number: str | None = strawberry.field(
        directives=PERSONAL, description="The phone number, exactly as it was entered."
    )
    birthday: Birthday | None = strawberry.field(
        directives=PERSONAL, description="The birthday; the year is 0000 when it is not known."
    )
    reference_id: str | None = strawberry.field(
        description="The id of this customer in another system.", directives=PERSONAL
    )
    note: str | None = strawberry.field(directives=PERSONAL, description="A note by the seller.")
    preferences: CustomerPreferences | None = strawberry.field(description="The customer's preferences.")
    creation_source: CustomerCreationSource | None = strawberry.field(description="How the profile was created.")
    raw_creation_source: str | None = wired(
        "creation_source", description="`creationSource` as Square sent it, for values this graph does not know."
    )
    group_ids: list[strawberry.ID] = strawberry.field(description="The ids of the groups the customer is in.")
    segment_ids: list[strawberry.ID] = strawberry.field(description="The ids of the segments the customer is in.")
    version: Long | None = strawberry.field(
        description="The version of the profile: pass it to a mutation to change only this version."
    )
    tax_ids: CustomerTaxIds | None = strawberry.field(directives=PERSONAL, description="Tax ids.")

    groups: list[Annotated["Group", strawberry.lazy("gateway.areas.groups.types")]] | None = relation(
        Lazy("gateway.areas.groups.loaders:GroupById"),
        key="group_ids",
        many=True,
        stub=True,
        description=f"The groups the customer is in. {_LISTED}",
    )
    segments: list[Annotated["Segment", strawberry.lazy("gateway.areas.segments.types")]] | None = relation(
        Lazy("gateway.areas.segments.loaders:SegmentById"),
        key="segment_ids",
        many=True,
        stub=True,
        description=f"The segments the customer is in. {_LISTED}",
    )
    loyalty_accounts: (
        list[Annotated["LoyaltyAccount", strawberry.lazy("gateway.areas.loyalty_accounts.types")]] | None
    ) = relation(
        Lazy("gateway.areas.loyalty_accounts.loaders:LoyaltyAccountsByCustomer"),
        key="id",
        description="The customer's loyalty accounts, oldest first: one for each phone number. Square tells no bound: "
        "what is read of each account is estimated for one of each customer, one more of every third, and two more. "
        "What comes beyond that is COST_ESTIMATE_EXCEEDED. Needs LOYALTY_READ.",
    )
    custom_attributes: (
        Annotated["CustomAttributeConnection", strawberry.lazy("gateway.areas.custom_attributes.types")] | None
    ) = pages(
        Lazy("gateway.areas.custom_attributes.loaders:CustomAttributesOfCustomer"),
        "ListCustomerCustomAttributes",
        key="id",
        page_size=100,
        description="The custom attributes of this customer. Costs one call per customer.",
    )

    @strawberry.field(
        description="One custom attribute, null when it is not set. Several of one customer cost one call.",
        metadata={**costs("RetrieveCustomerCustomAttribute", loader=_ATTRIBUTES), **reads("id")},
    )
    async def custom_attribute(
        self,
        info: Info,
        key: Annotated[str, strawberry.argument(description="The key, qualified when another application owns it.")],
        version: Annotated[
            Long | None,
            strawberry.argument(
                description="A version that is known to exist: the answer is that one or a newer one, never an older."
            ),
        ] = strawberry.UNSET,
    ) -> Annotated["CustomAttribute", strawberry.lazy("gateway.areas.custom_attributes.types")] | None:
        # The loader takes the info to know whether the definition is wanted as well.
        with refused_as_input({"version": ["version"]}):
            return await info.context.loader(_ATTRIBUTES.target).load((self.id, key, version or None), info)


@strawberry.type(description="A page of customers.")
class CustomerConnection(Connection[Customer]):
    @strawberry.field(
        description="How many customers there are in all, on whatever page. Null when Square does not tell. "
        "Costs no extra call."
    )
    def total_count(self) -> Long | None:
        count = self.window.count
        return None if count is None else Long(count)

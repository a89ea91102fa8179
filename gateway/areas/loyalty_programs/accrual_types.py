"""How a loyalty program gives points: its accrual rules as the graph shows them."""

from enum import Enum

import strawberry

from gateway.graph.schema.decode import wired
from gateway.graph.schema.scalars import Long
from gateway.graph.schema.values import Money


@strawberry.enum(description="What a buyer does to earn points.")
class LoyaltyProgramAccrualRuleType(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A kind of rule that this graph does not know yet.")
    VISIT = strawberry.enum_value("VISIT", description="Makes a purchase, whatever its items.")
    SPEND = strawberry.enum_value("SPEND", description="Spends an amount of money.")
    ITEM_VARIATION = strawberry.enum_value("ITEM_VARIATION", description="Buys a certain variation of an item.")
    CATEGORY = strawberry.enum_value("CATEGORY", description="Buys any item of a category.")


@strawberry.enum(description="Whether an amount is taken with its taxes.")
class LoyaltyProgramAccrualRuleTaxMode(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A mode that this graph does not know yet.")
    BEFORE_TAX = strawberry.enum_value("BEFORE_TAX", description="Taxes do not count.")
    AFTER_TAX = strawberry.enum_value("AFTER_TAX", description="Taxes count.")


_RAW_TAX_MODE = "`taxMode` as Square sent it, for values this graph does not know."


@strawberry.type(description="What a VISIT rule asks of a purchase.")
class LoyaltyProgramAccrualRuleVisitData:
    minimum_amount_money: Money | None = strawberry.field(description="The minimum amount of a purchase, if any.")
    tax_mode: LoyaltyProgramAccrualRuleTaxMode | None = strawberry.field(
        description="Whether taxes count towards the minimum; it says nothing when there is no minimum."
    )
    raw_tax_mode: str | None = wired("tax_mode", description=_RAW_TAX_MODE)


@strawberry.type(description="What a SPEND rule counts.")
class LoyaltyProgramAccrualRuleSpendData:
    amount_money: Money | None = strawberry.field(
        description="The amount that earns the rule's points. Each full multiple of it earns them again."
    )
    excluded_category_ids: list[strawberry.ID] = strawberry.field(
        description="The ids of the catalog categories whose items earn nothing."
    )
    excluded_item_variation_ids: list[strawberry.ID] = strawberry.field(
        description="The ids of the item variations that earn nothing."
    )
    tax_mode: LoyaltyProgramAccrualRuleTaxMode | None = strawberry.field(description="Whether taxes count as spent.")
    raw_tax_mode: str | None = wired("tax_mode", description=_RAW_TAX_MODE)


@strawberry.type(description="What an ITEM_VARIATION rule looks for.")
class LoyaltyProgramAccrualRuleItemVariationData:
    item_variation_id: strawberry.ID | None = strawberry.field(
        description="The id of the item variation that earns the points."
    )


@strawberry.type(description="What a CATEGORY rule looks for.")
class LoyaltyProgramAccrualRuleCategoryData:
    category_id: strawberry.ID | None = strawberry.field(
        description="The id of the catalog category whose items earn the points."
    )


@strawberry.type(description="One way to earn points. Of several that apply, the one that gives most counts.")
class LoyaltyProgramAccrualRule:
    accrual_type: LoyaltyProgramAccrualRuleType | None = strawberry.field(
        description="What a buyer does to earn the points; it says which of the data below is there."
    )
    raw_accrual_type: str | None = wired(
        "accrual_type", description="`accrualType` as Square sent it, for values this graph does not know."
    )
    points: Long | None = strawberry.field(description="How many points the rule gives.")
    visit_data: LoyaltyProgramAccrualRuleVisitData | None = strawberry.field(description="For a VISIT rule.")
    spend_data: LoyaltyProgramAccrualRuleSpendData | None = strawberry.field(description="For a SPEND rule.")
    item_variation_data: LoyaltyProgramAccrualRuleItemVariationData | None = strawberry.field(
        description="For an ITEM_VARIATION rule."
    )
    category_data: LoyaltyProgramAccrualRuleCategoryData | None = strawberry.field(description="For a CATEGORY rule.")

"""Every place of the graph where a value goes in or comes out, and whether it may be data of a person.

A new field, argument or input field belongs into one of the two lists: into the first, with the tag `PERSONAL` of
`gateway.graph.schema.personal_data`, when a person can be recognized or looked for by it. Ids of Square's are in the
second: without them nothing could be referred to, and by themselves they tell nothing.
"""

from __future__ import annotations

# Names, addresses, numbers, birthdays, other systems' ids, free text, attribute values, and what searches for them.
_PERSONAL = """
Address: addressLine1 addressLine2 addressLine3 administrativeDistrictLevel1 administrativeDistrictLevel2
    administrativeDistrictLevel3 country firstName lastName locality postalCode sublocality sublocality2 sublocality3
AddressInput: addressLine1 addressLine2 addressLine3 administrativeDistrictLevel1 administrativeDistrictLevel2
    administrativeDistrictLevel3 country firstName lastName locality postalCode sublocality sublocality2 sublocality3
AdjustLoyaltyPointsInput: reason
AdjustPointsEvent: reason
BooleanValue: boolean
BulkUpdateCustomerInput: birthday companyName emailAddress familyName givenName nickname note phoneNumber referenceId
CreateCustomerInput: birthday companyName emailAddress familyName givenName nickname note phoneNumber referenceId
CustomAttribute: rawValue
CustomAttributeValueInput: boolean date email number phoneNumber raw selection string
Customer: birthday companyName emailAddress familyName givenName nickname note phoneNumber referenceId
CustomerAddressFilter: country
CustomerCustomAttributeFilter: key
CustomerCustomAttributeFilterValue: boolean
CustomerTaxIds: euVat
CustomerTaxIdsInput: euVat
CustomerTextFilter: exact fuzzy
DateRange: endAt startAt
DateValue: date
EmailValue: email
LoyaltyAccountFilter: phoneNumbers
LoyaltyAccountInput: phoneNumber
LoyaltyAccountMapping: phoneNumber
NumberRange: endAt startAt
NumberValue: number
PhoneNumberValue: phoneNumber
SelectionFilter: all any
StringValue: string
UpdateCustomerInput: birthday companyName emailAddress familyName givenName nickname note phoneNumber referenceId
"""

# Ids, times, states, points, and what the seller says of the shop.
_OTHER = """
AccumulateLoyaltyPointsInput: locationId orderId points
AccumulateLoyaltyPointsPayload: idempotencyKey
AccumulatePointsEvent: accountId createdAt id locationId orderId points programId rawSource rawType source type
AccumulatePromotionPointsEvent: accountId createdAt id locationId orderId points programId promotionId rawSource
    rawType source type
AdjustLoyaltyPointsInput: allowNegativeBalance points
AdjustLoyaltyPointsPayload: idempotencyKey
AdjustPointsEvent: accountId createdAt id locationId points programId rawSource rawType source type
BulkCreateCustomersPayload: idempotencyKey
BulkCustomerResult: index key
BulkDeleteCustomerResult: deletedId index key
BulkUpdateCustomerInput: id version
BulkUpsertCustomerCustomAttributeInput: customerId idempotencyKey key version
BulkUpsertCustomerCustomAttributeResult: customerId idempotencyKey index key
BulkUpsertCustomerCustomAttributesPayload: idempotencyKey
CalculatedLoyaltyPoints: points promotionPoints
CatalogObjectReference: catalogVersion objectId
ConflictError: code currentVersion field message
CreateCustomerCustomAttributeDefinitionInput: dataType description key name schema visibility
CreateCustomerCustomAttributeDefinitionPayload: idempotencyKey
CreateCustomerGroupPayload: idempotencyKey
CreateCustomerInput: idempotencyKey
CreateCustomerPayload: idempotencyKey
CreateLoyaltyAccountPayload: idempotencyKey
CreateLoyaltyPromotionPayload: idempotencyKey
CreateLoyaltyRewardPayload: idempotencyKey
CreateRewardEvent: accountId createdAt id locationId points programId rawSource rawType rewardId source type
CustomAttribute: createdAt customerId key rawVisibility updatedAt version visibility
CustomAttributeChange: customerId key kind occurredAt position
CustomAttributeDefinition: createdAt dataType description key maxSelections name rawVisibility schema updatedAt
    version visibility
CustomAttributeDefinitionChange: key kind occurredAt position
CustomAttributeDefinitionEdge: cursor
CustomAttributeEdge: cursor
CustomAttributeSelectionChangesInput: maxSelections
CustomAttributeSelectionInput: maxSelections options
CustomAttributeSelectionOptionInput: id name
Customer: createdAt creationSource customAttribute(key:) customAttribute(version:) customAttributes(after:)
    customAttributes(first:) groupIds id rawCreationSource segmentIds updatedAt version
CustomerChange: customerId kind occurredAt position
CustomerConnection: totalCount
CustomerCreationSourceFilter: rule values
CustomerEdge: cursor
CustomerGroupInput: name
CustomerMerge: fromIds intoId
CustomerPreferences: emailUnsubscribed
CustomerSort: field order
DeleteCustomerCustomAttributeDefinitionPayload: deletedKey
DeleteCustomerCustomAttributePayload: customerId deletedKey
DeleteCustomerGroupPayload: deletedId
DeleteCustomerPayload: deletedId
DeleteLoyaltyRewardPayload: deletedId
DeleteRewardEvent: accountId createdAt id locationId points programId rawSource rawType rewardId source type
ExpirePointsEvent: accountId createdAt id locationId points programId rawSource rawType source type
Group: createdAt customers(after:) customers(first:) id name updatedAt
GroupEdge: cursor
IdempotencyError: code field message
IdsFilter: all any none
Location: id
LoyaltyAccount: balance createdAt customerId enrolledAt events(after:) events(first:) id lifetimePoints programId
    rewards(after:) rewards(first:) rewards(status:) updatedAt
LoyaltyAccountChange: accountId kind occurredAt position
LoyaltyAccountEdge: cursor
LoyaltyAccountEventFilter: locationIds orderId types
LoyaltyAccountExpiringPointDeadline: expiresAt points
LoyaltyAccountFilter: customerIds
LoyaltyAccountInput: customerId enrolledAt programId
LoyaltyAccountMapping: createdAt id
LoyaltyEvent: accountId createdAt id locationId rawSource rawType source type
LoyaltyEventCreation: accountId eventId kind occurredAt position
LoyaltyEventEdge: cursor
LoyaltyEventFilter: accountId locationIds orderId types
LoyaltyEventPeriodInput: endAt startAt
LoyaltyProgram: createdAt id locationIds promotions(after:) promotions(first:) promotions(status:) rawStatus status
    updatedAt
LoyaltyProgramAccrualRule: accrualType points rawAccrualType
LoyaltyProgramAccrualRuleCategoryData: categoryId
LoyaltyProgramAccrualRuleItemVariationData: itemVariationId
LoyaltyProgramAccrualRuleSpendData: excludedCategoryIds excludedItemVariationIds rawTaxMode taxMode
LoyaltyProgramAccrualRuleVisitData: rawTaxMode taxMode
LoyaltyProgramChange: kind occurredAt position programId
LoyaltyProgramExpirationPolicy: expirationDuration
LoyaltyProgramRewardTier: createdAt id name points
LoyaltyProgramTerminology: one other
LoyaltyPromotion: canceledAt createdAt id name programId qualifyingCategoryIds qualifyingItemVariationIds rawStatus
    status updatedAt
LoyaltyPromotionAvailableTimeData: endDate startDate timePeriods
LoyaltyPromotionAvailableTimeInput: timePeriods
LoyaltyPromotionChange: kind occurredAt position promotionId
LoyaltyPromotionEdge: cursor
LoyaltyPromotionIncentive: multiplier pointsAddition rawType type
LoyaltyPromotionIncentiveInput: multiplier pointsAddition
LoyaltyPromotionInput: name qualifyingCategoryIds qualifyingItemVariationIds
LoyaltyPromotionTriggerLimit: interval rawInterval times
LoyaltyPromotionTriggerLimitInput: interval times
LoyaltyReward: accountId createdAt id orderId points rawStatus redeemedAt rewardTierId status updatedAt
LoyaltyRewardEdge: cursor
LoyaltyRewardFilter: accountId status
LoyaltyRewardInput: accountId orderId rewardTierId
Money: amount currency
MoneyInput: amount currency
Mutation: accumulateLoyaltyPoints(accountId:) accumulateLoyaltyPoints(idempotencyKey:) addGroupToCustomer(customerId:)
    addGroupToCustomer(groupId:) adjustLoyaltyPoints(accountId:) adjustLoyaltyPoints(idempotencyKey:)
    bulkCreateCustomers(idempotencyKey:) bulkDeleteCustomers(ids:) bulkUpsertCustomerCustomAttributes(idempotencyKey:)
    cancelLoyaltyPromotion(id:) cancelLoyaltyPromotion(programId:) createCustomer(idempotencyKey:)
    createCustomerCustomAttributeDefinition(idempotencyKey:) createCustomerGroup(idempotencyKey:)
    createLoyaltyAccount(idempotencyKey:) createLoyaltyPromotion(idempotencyKey:) createLoyaltyPromotion(programId:)
    createLoyaltyReward(idempotencyKey:) deleteCustomer(id:) deleteCustomer(version:)
    deleteCustomerCustomAttribute(customerId:) deleteCustomerCustomAttribute(key:)
    deleteCustomerCustomAttributeDefinition(key:) deleteCustomerGroup(id:) deleteLoyaltyReward(id:)
    redeemLoyaltyReward(id:) redeemLoyaltyReward(idempotencyKey:) redeemLoyaltyReward(locationId:)
    removeGroupFromCustomer(customerId:) removeGroupFromCustomer(groupId:) updateCustomer(id:)
    updateCustomerCustomAttributeDefinition(idempotencyKey:) updateCustomerCustomAttributeDefinition(key:)
    updateCustomerGroup(id:) upsertCustomerCustomAttribute(customerId:) upsertCustomerCustomAttribute(idempotencyKey:)
    upsertCustomerCustomAttribute(key:) upsertCustomerCustomAttribute(version:)
NotFoundError: code field message
Order: id
OtherEvent: accountId createdAt id locationId points programId rawSource rawType source type
PageInfo: endCursor hasNextPage hasPreviousPage startCursor
Query: calculateLoyaltyPoints(loyaltyAccountId:) calculateLoyaltyPoints(orderId:) calculateLoyaltyPoints(programId:)
    customAttribute(customerId:) customAttribute(key:) customAttribute(version:) customAttributeDefinition(key:)
    customAttributeDefinition(version:) customAttributeDefinitions(after:) customAttributeDefinitions(first:)
    customer(id:) customers(after:) customers(first:) customersById(ids:) group(id:) groups(after:) groups(first:)
    loyaltyAccount(id:) loyaltyAccounts(after:) loyaltyAccounts(first:) loyaltyEvents(after:) loyaltyEvents(first:)
    loyaltyProgram(id:) loyaltyPromotion(id:) loyaltyPromotion(programId:) loyaltyReward(id:) loyaltyRewards(after:)
    loyaltyRewards(first:) segment(id:) segments(after:) segments(first:)
RedeemLoyaltyRewardPayload: idempotencyKey
RedeemRewardEvent: accountId createdAt id locationId orderId programId rawSource rawType rewardId source type
Segment: createdAt customers(after:) customers(first:) id name updatedAt
SegmentEdge: cursor
SelectionOption: id name
Subscription: customAttributeChanged(after:) customAttributeChanged(customerIds:) customAttributeChanged(keys:)
    customAttributeDefinitionChanged(after:) customerChanged(after:) customerChanged(ids:)
    loyaltyAccountChanged(after:) loyaltyAccountChanged(customerIds:) loyaltyAccountChanged(ids:)
    loyaltyEventCreated(accountIds:) loyaltyEventCreated(after:) loyaltyEventCreated(types:)
    loyaltyProgramChanged(after:) loyaltyPromotionChanged(after:)
TimeRange: endAt startAt
UnknownLoyaltyEvent: accountId createdAt id locationId rawSource rawType source type
UpdateCustomerCustomAttributeDefinitionInput: description name version visibility
UpdateCustomerCustomAttributeDefinitionPayload: idempotencyKey
UpdateCustomerInput: version
UpsertCustomerCustomAttributePayload: idempotencyKey
UserError: code field message
ValidationError: code field message
"""


def _listed(text: str) -> frozenset[str]:
    found: set[str] = set()
    kind = ""
    for word in text.split():
        # An argument's coordinate ends with a colon and a bracket.
        if word.endswith(":"):
            kind = word[:-1]
        else:
            found.add(f"{kind}.{word}")
    return frozenset(found)


PERSONAL_LEAVES = _listed(_PERSONAL)
OTHER_LEAVES = _listed(_OTHER)

"""Writing loyalty accounts and rewards."""

import strawberry


@strawberry.type
class LoyaltyAccountMutation:
    pass

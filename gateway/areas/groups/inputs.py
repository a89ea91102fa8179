"""What group mutations take."""

import strawberry


@strawberry.input(description="What a group is made of.")
class CustomerGroupInput:
    name: str = strawberry.field(description="The name, unique for the seller.")

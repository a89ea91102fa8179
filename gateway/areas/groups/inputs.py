"""What group mutations take."""

import strawberry


@strawberry.input(description="Fields of a group.")
class CustomerGroupInput:
    name: str = strawberry.field(description="The name, unique for the seller.")

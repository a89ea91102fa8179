"""How a subscription says that it cannot begin, that something is lost, or that it is over. Executes nothing."""

from __future__ import annotations

from typing import Any

from graphql import FieldNode, GraphQLError, located_error

from gateway.events.log import NotStored
from gateway.events.subscription import BadPosition, NotPermitted, SellerUnknown, TokenEnded
from gateway.graph.errors import BadInput, present
from gateway.graph.subscribing.following import UNAVAILABLE

ENDINGS = (BadPosition, NotPermitted, NotStored, SellerUnknown, TokenEnded)


def ended(ending: Exception, field: FieldNode) -> dict[str, Any]:
    """The last response of a subscription with this field, without `data`."""
    return {"errors": [present(_located(_error(ending), field))]}


def expired(field: FieldNode) -> dict[str, Any]:
    """The response in the place of what is lost, after which the subscription goes on."""
    message = (
        "Changes since the position given are kept no longer, and are lost to this subscription. "
        "Read what you show once more; what is still kept follows."
    )
    lost = GraphQLError(message, extensions={"code": "EVENTS_EXPIRED"})
    return {"errors": [present(_located(lost, field))], "data": None}


def _located(error: GraphQLError, field: FieldNode) -> GraphQLError:
    return located_error(error, [field], [(field.alias or field.name).value])


def _error(ending: Exception) -> GraphQLError:
    match ending:
        case BadPosition():
            return BadInput("This is no position that this gateway has given to this caller.", "after")
        case NotPermitted():
            message = f"Square does not allow this: the access token lacks the permission {ending}."
            return GraphQLError(message, extensions={"code": "FORBIDDEN", "permission": str(ending)})
        case SellerUnknown():
            message = (
                "Square does not say whose access token this is, so nothing can be told to its bearer. Where it never "
                "does, set SQUARE_MERCHANT_ID."
            )
            return GraphQLError(message, extensions={"code": UNAVAILABLE})
        case NotStored():
            message = "The log of events cannot be read now. Try again later."
            return GraphQLError(message, extensions={"code": UNAVAILABLE})
        case _:
            return GraphQLError(
                "Square does not accept the access token any more.", extensions={"code": "UNAUTHENTICATED"}
            )

"""Writing custom attribute definitions."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

import strawberry

from gateway.areas.custom_attributes.definition_inputs import (
    CreateCustomerCustomAttributeDefinitionInput,
    UpdateCustomerCustomAttributeDefinitionInput,
    definition_changes,
    new_definition,
    selection_errors,
    text_errors,
)
from gateway.areas.custom_attributes.definitions import (
    CustomAttributeDefinition,
    new_definition_tells,
    tells_definition,
)
from gateway.areas.custom_attributes.endpoints import (
    CREATE_DEFINITION,
    DELETE_DEFINITION,
    RETRIEVE_DEFINITION,
    UPDATE_DEFINITION,
)
from gateway.areas.custom_attributes.payloads import (
    CreateCustomerCustomAttributeDefinitionPayload,
    DeleteCustomerCustomAttributeDefinitionPayload,
    UpdateCustomerCustomAttributeDefinitionPayload,
)
from gateway.areas.custom_attributes.schemas import (
    CustomAttributeDataType,
    changed_selection,
    data_type_of,
    options_of,
)
from gateway.areas.custom_attributes.value_inputs import MAX_KEY
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.encode import encode
from gateway.graph.schema.idempotency_key import REPLAYS, IdempotencyKey, key_to_send
from gateway.graph.schema.user_errors import UserError, ValidationError, user_errors
from gateway.graph.writing.replay import ReplayCheck
from gateway.graph.writing.write import attempt
from gateway.square.errors import NotFound

Key = Annotated[strawberry.ID, strawberry.argument(description="The key of the definition.")]

_SCHEMA_NAME = "custom_attribute_definition.schema"
_SCHEMA: dict[str, Sequence[str]] = {"custom_attribute_definition": ["input"]}
_FIELDS: dict[str, Sequence[str]] = {
    **_SCHEMA,
    f"{_SCHEMA_NAME}.maxItems": ["input", "selection", "maxSelections"],
    f"{_SCHEMA_NAME}.items": ["input", "selection", "options"],
    "key": ["key"],
    "version": ["input", "version"],
}


@strawberry.type
class CustomAttributeDefinitionMutation:
    @strawberry.mutation(
        description="Define a custom attribute for the customers of this seller: at most 100 for one application. "
        f"{REPLAYS} Needs CUSTOMERS_WRITE.",
        metadata=costs("CreateCustomerCustomAttributeDefinition", replay="RetrieveCustomerCustomAttributeDefinition"),
    )
    async def create_customer_custom_attribute_definition(
        self,
        info: Info,
        input: Annotated[
            CreateCustomerCustomAttributeDefinitionInput,
            strawberry.argument(description="The new definition."),
        ],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> CreateCustomerCustomAttributeDefinitionPayload | None:
        key = key_to_send(idempotency_key, MAX_KEY)
        data, errors = new_definition(input)
        call = CREATE_DEFINITION(body={"idempotency_key": key.value, "custom_attribute_definition": data})
        renames = _SCHEMA if encode(input.schema) is not None else {**_FIELDS, _SCHEMA_NAME: ["input", "dataType"]}
        replay = _replay(partial(new_definition_tells, data), input.key) if key.given else None
        outcome = await attempt(info, call, errors=[*key.errors, *errors], renames=renames, replay=replay)
        return CreateCustomerCustomAttributeDefinitionPayload(
            custom_attribute_definition=outcome.value, idempotency_key=key.value, user_errors=outcome.errors
        )

    @strawberry.mutation(
        description="Change a custom attribute definition; only the application that made it can. "
        f"{REPLAYS} Needs CUSTOMERS_WRITE.",
        metadata=costs(
            "UpdateCustomerCustomAttributeDefinition",
            before=("RetrieveCustomerCustomAttributeDefinition",),
            conflict="RetrieveCustomerCustomAttributeDefinition",
            replay="RetrieveCustomerCustomAttributeDefinition",
        ),
    )
    async def update_customer_custom_attribute_definition(
        self,
        info: Info,
        key: Key,
        input: Annotated[UpdateCustomerCustomAttributeDefinitionInput, strawberry.argument(description="The changes.")],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> UpdateCustomerCustomAttributeDefinitionPayload | None:
        sent_key = key_to_send(idempotency_key, MAX_KEY)
        data = definition_changes(input)
        errors = [*sent_key.errors, *text_errors(data)]
        selection = data.pop("selection", None)
        asked = {**data, "schema": _asked_schema(selection)}
        if not errors and selection is not None:
            errors = await _change_selection(info, key, data, selection)
        call = UPDATE_DEFINITION(key=key, body={"idempotency_key": sent_key.value, "custom_attribute_definition": data})
        renames = {**_FIELDS, _SCHEMA_NAME: ["input", "selection"]}
        outcome = await attempt(
            info,
            call,
            errors=errors,
            renames=renames,
            current=RETRIEVE_DEFINITION(key=key),
            replay=_replay(partial(tells_definition, asked), key) if sent_key.given else None,
        )
        return UpdateCustomerCustomAttributeDefinitionPayload(
            custom_attribute_definition=outcome.value, idempotency_key=sent_key.value, user_errors=outcome.errors
        )

    @strawberry.mutation(
        description="Delete a custom attribute definition and its values of all customers. One that does not exist "
        "is no error. Needs CUSTOMERS_WRITE.",
        metadata=costs("DeleteCustomerCustomAttributeDefinition"),
    )
    async def delete_customer_custom_attribute_definition(
        self, info: Info, key: Key
    ) -> DeleteCustomerCustomAttributeDefinitionPayload | None:
        outcome = await attempt(info, DELETE_DEFINITION(key=key), renames={"key": ["key"]})
        return DeleteCustomerCustomAttributeDefinitionPayload(
            deleted_key=outcome.when_done(key), user_errors=outcome.errors
        )


def _replay(fits: Callable[[CustomAttributeDefinition], bool], key: str) -> ReplayCheck[CustomAttributeDefinition]:
    return ReplayCheck(fits, lambda _: RETRIEVE_DEFINITION(key=key))


def _asked_schema(selection: dict[str, Any] | None) -> dict[str, Any] | None:
    """What a caller asks of a schema, which is less than what is sent: the rest was read just before."""
    if selection is None:
        return None
    names = [each["name"] for each in selection["options"]] if selection.get("options") is not None else None
    items = {} if names is None else {"items": {"names": names}}
    return {"maxItems": selection.get("max_selections"), **items}


async def _change_selection(info: Info, key: str, data: dict[str, Any], selection: dict[str, Any]) -> list[UserError]:
    """Put the changed schema into `data`, with the version it was made from unless the caller names one."""
    options, max_selections = selection.get("options"), selection.get("max_selections")
    names = None if options is None else [each["name"] for each in options]
    if errors := selection_errors(names, max_selections):
        return errors
    try:
        current = await info.context.read(RETRIEVE_DEFINITION(key=key))
    except NotFound as error:
        return user_errors(error, {"": ["key"]})
    schema: Any = current.schema
    if data_type_of(schema) is not CustomAttributeDataType.SELECTION:
        path = ["input", "selection"]
        return [ValidationError(message="Only for the type SELECTION.", code="INVALID_VALUE", field=path)]
    known = {each for each, _ in options_of(schema)}
    wanted = None if options is None else [(each.get("id"), each["name"]) for each in options]
    for index, (option, _) in enumerate(wanted or ()):
        if option is not None and option not in known:
            path = ["input", "selection", "options", str(index), "id"]
            message = "The definition has no option with this id."
            errors.append(ValidationError(message=message, code="INVALID_VALUE", field=path))
    data["schema"] = changed_selection(schema, wanted, max_selections)
    # What was read is written back, so somebody else's change in between must be a conflict.
    data.setdefault("version", current.version)
    return errors

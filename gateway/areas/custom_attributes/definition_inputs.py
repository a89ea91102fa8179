"""What mutations of custom attribute definitions take, and what is certain to be refused in it. No I/O."""

import re
from typing import Any

import strawberry
from strawberry import Maybe

from gateway.areas.custom_attributes.definitions import CustomAttributeVisibility
from gateway.areas.custom_attributes.schemas import CustomAttributeDataType, selection_schema, simple_schema
from gateway.graph.schema.encode import encode
from gateway.graph.schema.scalars import JSON, Long
from gateway.graph.schema.user_errors import UserError, ValidationError

MAX_TEXT = 255
_KEY = re.compile(r"[a-zA-Z0-9._-]{1,60}")
_SHOWN = ("VISIBILITY_READ_ONLY", "VISIBILITY_READ_WRITE_VALUES")
_NAMES = "The name that people see, unique, at most 255 characters."
_DESCRIPTIONS = "What the field is for, at most 255 characters."


@strawberry.input(description="The options of a new definition of the type SELECTION.")
class CustomAttributeSelectionInput:
    options: list[str] = strawberry.field(description="The names of the options, each once.")
    max_selections: Maybe[int | None] = strawberry.field(
        description="How many of them a value can hold. 1 when absent."
    )


@strawberry.input(
    description="A new custom attribute definition. Its type is given by `dataType` or by `schema`: exactly one."
)
class CreateCustomerCustomAttributeDefinitionInput:
    key: strawberry.ID = strawberry.field(
        description="The key, which can never change: 1 to 60 letters, digits, periods, underscores and hyphens."
    )
    name: Maybe[str | None] = strawberry.field(description=f"{_NAMES} Required unless the visibility is hidden.")
    description: Maybe[str | None] = strawberry.field(
        description=f"{_DESCRIPTIONS} Required unless the visibility is hidden."
    )
    visibility: Maybe[CustomAttributeVisibility | None] = strawberry.field(
        description="What others may do with the field. VISIBILITY_HIDDEN when absent."
    )
    data_type: Maybe[CustomAttributeDataType | None] = strawberry.field(
        description="What kind of value the field holds."
    )
    selection: Maybe[CustomAttributeSelectionInput | None] = strawberry.field(
        description="The options: required for the type SELECTION, not allowed for any other."
    )
    schema: Maybe[JSON | None] = strawberry.field(description="Square's JSON schema of the values, sent as it is.")


@strawberry.input(description="An option of a definition of the type SELECTION.")
class CustomAttributeSelectionOptionInput:
    id: Maybe[strawberry.ID | None] = strawberry.field(
        description="The id of an option to rename. Without it the option that has this name now is kept, "
        "or a new one is created."
    )
    name: str = strawberry.field(description="The name that people see.")


@strawberry.input(description="Changes to the options of a definition of the type SELECTION.")
class CustomAttributeSelectionChangesInput:
    options: Maybe[list[CustomAttributeSelectionOptionInput] | None] = strawberry.field(
        description="All options, in their order. Options that are not listed are removed."
    )
    max_selections: Maybe[int | None] = strawberry.field(description="How many options a value can hold.")


@strawberry.input(description="Changes to a custom attribute definition. Omitted fields stay as they are.")
class UpdateCustomerCustomAttributeDefinitionInput:
    name: Maybe[str | None] = strawberry.field(description=f"{_NAMES} Omit to keep, null clears.")
    description: Maybe[str | None] = strawberry.field(description=f"{_DESCRIPTIONS} Omit to keep, null clears.")
    visibility: Maybe[CustomAttributeVisibility | None] = strawberry.field(
        description="What others may do with the field."
    )
    selection: Maybe[CustomAttributeSelectionChangesInput | None] = strawberry.field(
        description="The options and how many can be chosen, for the type SELECTION. Costs a call to read them."
    )
    version: Maybe[Long | None] = strawberry.field(
        description="The expected version: when the definition has changed since, nothing is written "
        "and a ConflictError is reported."
    )


def definition_changes(given: UpdateCustomerCustomAttributeDefinitionInput) -> dict[str, Any]:
    """The changes as Square takes them. Only a name and a description can be cleared: any other null is none."""
    data: dict[str, Any] = encode(given, nulls=False)
    nulls = {name: None for name in ("name", "description") if getattr(given, name) is not None}
    return {**nulls, **data}


def new_definition(given: CreateCustomerCustomAttributeDefinitionInput) -> tuple[dict[str, Any], list[UserError]]:
    """The JSON of a new definition, and what is wrong with the input."""
    errors: list[UserError] = []
    if not _KEY.fullmatch(given.key):
        message = "The key must have 1 to 60 letters, digits, periods, underscores and hyphens."
        errors.append(_error(message, "VALUE_REGEX_MISMATCH", "key"))
    data = encode(given, nulls=False)
    kind, selection, schema = data.pop("data_type", None), data.pop("selection", None), data.get("schema")
    errors += text_errors(data)
    if data.get("visibility") in _SHOWN:
        for field in ("name", "description"):
            if not data.get(field):
                errors.append(_error("Required unless the visibility is hidden.", "MISSING_REQUIRED_PARAMETER", field))
    if (kind is None) == (schema is None):
        code = "MISSING_REQUIRED_PARAMETER" if kind is None else "CONFLICTING_PARAMETERS"
        return data, [*errors, _error("Give either `dataType` or `schema`.", code, "dataType")]
    if schema is not None and selection is not None:
        return data, [*errors, _error("Not allowed with `schema`.", "CONFLICTING_PARAMETERS", "selection")]
    if schema is None:
        data["schema"], wrong = _schema(CustomAttributeDataType(kind), selection)
        errors += wrong
    return data, errors


def _schema(kind: CustomAttributeDataType, selection: dict[str, Any] | None) -> tuple[Any, list[UserError]]:
    if kind is CustomAttributeDataType.UNKNOWN:
        return None, [_error("A definition must have a known data type.", "INVALID_ENUM_VALUE", "dataType")]
    if kind is not CustomAttributeDataType.SELECTION:
        if selection is not None:
            return None, [_error("Only for the type SELECTION.", "CONFLICTING_PARAMETERS", "selection")]
        return simple_schema(kind), []
    if selection is None:
        return None, [_error("The type SELECTION needs options.", "MISSING_REQUIRED_PARAMETER", "selection")]
    names, max_selections = selection["options"], selection.get("max_selections", 1)
    return selection_schema(names, max_selections), selection_errors(names, max_selections)


def text_errors(data: dict[str, Any]) -> list[UserError]:
    """What is wrong with name, description and visibility, in the form they have on the wire."""
    errors = [
        _error(f"At most {MAX_TEXT} characters.", "VALUE_TOO_LONG", field)
        for field in ("name", "description")
        if len(data.get(field) or "") > MAX_TEXT
    ]
    if data.get("visibility") == "UNKNOWN":
        errors.append(_error("A definition must have a known visibility.", "INVALID_ENUM_VALUE", "visibility"))
    return errors


def selection_errors(names: list[str] | None, max_selections: int | None) -> list[UserError]:
    """What is wrong with the options of a Selection and how many can be chosen; None where nothing is given."""
    errors: list[UserError] = []
    if names is not None and not names:
        errors.append(_error("Give at least one option.", "ARRAY_EMPTY", "selection", "options"))
    for index, name in enumerate(names or ()):
        if not name:
            errors.append(_error("An option needs a name.", "VALUE_EMPTY", "selection", "options", str(index)))
        elif names and names.index(name) < index:
            message = "There is another option with this name."
            errors.append(_error(message, "DUPLICATE_ARRAY_VALUE", "selection", "options", str(index)))
    if max_selections is not None and max_selections < 1:
        errors.append(_error("At least one must be allowed.", "VALUE_TOO_LOW", "selection", "maxSelections"))
    return errors


def _error(message: str, code: str, *path: str) -> UserError:
    return ValidationError(message=message, code=code, field=["input", *path])

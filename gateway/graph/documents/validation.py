"""Checking a parsed document against the schema, with a bound on the work. Executes nothing."""

from __future__ import annotations

from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    KnownDirectivesRule,
    NoSchemaIntrospectionCustomRule,
    ValidationRule,
    specified_rules,
    validate,
)
from graphql.validation import (
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    OverlappingFieldsCanBeMergedRule,
    StreamDirectiveOnListField,
    ValidationContext,
)
from graphql.validation.validate import ValidationAbortedError

from gateway.graph.selection.limits import MAX_ERRORS

# Comparisons of fields and fragments with each other. graphql-core counts them; its own bound is meant for servers that
# take far larger documents than `Limits` allows.
MAX_COMPARISONS = 20_000

NOT_INCREMENTAL = "'@{}' is not supported: an answer comes whole. Ask for what is slow in an operation of its own."


class BoundedOverlapRule(OverlappingFieldsCanBeMergedRule):
    """Whether fields of one name can be merged, given up after `MAX_COMPARISONS`."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = MAX_COMPARISONS


class KnownOrIncrementalRule(KnownDirectivesRule):
    """Which directives there are; of `@defer` and `@stream`, what to do without them."""

    def enter_directive(self, node: DirectiveNode, *given: Any) -> None:
        """Refuse a directive that the schema does not have."""
        if node.name.value in {"defer", "stream"}:
            self.report_error(GraphQLError(NOT_INCREMENTAL.format(node.name.value), node))
        else:
            super().enter_directive(node, *given)


# graphql-core's rules for how `@defer` and `@stream` are used are left out, as neither is.
_LEFT_OUT = {
    DeferStreamDirectiveLabel,
    DeferStreamDirectiveOnRootField,
    DeferStreamDirectiveOnValidOperationsRule,
    StreamDirectiveOnListField,
}
# The rules of the specification, without a bound of our own on the work.
SPECIFIED_RULES = tuple(
    KnownOrIncrementalRule if rule is KnownDirectivesRule else rule for rule in specified_rules if rule not in _LEFT_OUT
)
RULES = tuple(BoundedOverlapRule if rule is OverlappingFieldsCanBeMergedRule else rule for rule in SPECIFIED_RULES)


class NoServiceRule(ValidationRule):
    """A subgraph's `_service` shows the whole schema: it is closed where introspection is."""

    def enter_field(self, node: Any, *_: Any) -> None:
        """Refuse the field; nowhere else is there one of this name."""
        if node.name.value == "_service":
            message = "Reading the schema has been disabled, but for routers with a key."
            self.report_error(GraphQLError(message, node))


def check(
    schema: GraphQLSchema, document: DocumentNode, *, introspection: bool, suggestions: bool
) -> tuple[GraphQLError, ...]:
    """What is wrong with a document: at most `MAX_ERRORS`, each with a code, nothing for a valid one.

    `introspection` allows reading the schema, `suggestions` "Did you mean".
    """
    closed = () if introspection else (NoSchemaIntrospectionCustomRule, NoServiceRule)
    errors = validate(schema, document, [*RULES, *closed], max_errors=MAX_ERRORS, hide_suggestions=not suggestions)
    found = [error for error in errors if not isinstance(error, ValidationAbortedError)]
    for error in found:
        error.extensions = {**(error.extensions or {}), "code": "GRAPHQL_VALIDATION_FAILED"}
    if errors and not found:
        message = "The document repeats too many fields or fragments."
        found.append(GraphQLError(message, extensions={"code": "OPERATION_TOO_LARGE"}))
    return tuple(found)

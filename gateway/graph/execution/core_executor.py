"""graphql-core's executor on the operation's one tree: what runs whatever the compiled way does not cover."""

from __future__ import annotations

from typing import Any

from graphql import Executor, GraphQLObjectType
from graphql.pyutils import Path


class CoreExecutor(Executor[None]):
    """Runs every field as graphql-core does; what is selected is what the tree says, as for everything else."""

    def execute_root_grouped_field_set(
        self, root_type: GraphQLObjectType, root_value: Any, grouped: Any, serially: bool, position_context: Any
    ) -> Any:
        """Run the fields of the root that the operation's tree has, in place of those that graphql-core collected."""
        selected = self.context_value.selected.of(root_type)
        return super().execute_root_grouped_field_set(root_type, root_value, selected, serially, position_context)

    def collect_and_execute_subfields(
        self, return_type: GraphQLObjectType, details: Any, path: Path, result: Any, position_context: Any
    ) -> Any:
        """The answer for an object that a resolver gave."""
        return self.execute_fields(return_type, result, path, details.field.below.of(return_type), position_context)

    def handle_field_error(self, raw_error: Exception, return_type: Any, field_details_list: Any, path: Path) -> None:
        """Note that a field failed, at the first place where it is asked for: it may be repeated hundreds of times."""
        super().handle_field_error(raw_error, return_type, field_details_list[:1], path)

    def execute_field(
        self, parent_type: GraphQLObjectType, source: Any, field_details_list: Any, path: Path, position_context: Any
    ) -> Any:
        """One field that graphql-core resolves; of a mutation's own it is noted that it begins."""
        if path.prev is None and self.context_value.serial:
            self.context_value.begins(path.key)
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

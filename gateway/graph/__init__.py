"""The GraphQL kit that every area shares: scalars, loaders, relations, connections, errors. Knows no area."""

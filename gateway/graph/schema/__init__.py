"""What types are made of: scalars, inputs, cursors, costs, directives, entities, user errors."""

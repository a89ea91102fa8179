"""What types are made of: scalars, inputs, cursors, costs, keys, user errors, values that areas share."""

"""Square's areas, one folder each with the same few files. An area never imports another.

`endpoints` holds one row per REST operation, `types` the objects and enums, `inputs` the inputs,
`loaders` what can be batched or paged, `queries` and `mutations` the root fields.
"""

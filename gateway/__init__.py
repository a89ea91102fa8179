"""A GraphQL gateway over Square's Customers, Groups, Segments, Custom Attributes and Loyalty APIs.

A request passes `server` (HTTP) to `schema` and `context` (one operation), to the `areas`
(resolvers and loaders, one folder per area of Square's API), to `square` (endpoint rows and the
client) and comes back as values or as one `SquareError`. `graph` is the GraphQL kit that the
areas share; `emulator` is an embedded Square that imports nothing of the rest.
"""

__version__ = "0.1.0"

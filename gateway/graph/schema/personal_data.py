"""The tag of everything by which data of persons goes in, comes out, or can be searched for or ordered by.

A router's contract leaves out what has it. Where nothing of a type would be left, or what an input or a mutation needs,
the type or the mutation has the tag as well: what remains is a graph that can be used.
https://www.apollographql.com/docs/graphos/platform/schema-management/delivery/contracts/overview
"""

from strawberry.federation.schema_directives import Tag

PERSONAL = (Tag(name="personal-data"),)

"""Reading what Apollo's routers read: `Trace` of its reports.proto, as far as a trace of ours goes.

https://github.com/apollographql/apollo-server/blob/main/packages/usage-reporting-protobuf/src/reports.proto
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

_TIME = ".google.protobuf.Timestamp"
# Each message with its fields: their number, and their type, in brackets where there may be several.
_MESSAGES = {
    "Location": {"line": (1, "uint32"), "column": (2, "uint32")},
    "Error": {"message": (1, "string"), "location": (2, "[Location]"), "json": (4, "string")},
    "Node": {
        "response_name": (1, "string"),
        "index": (2, "uint32"),
        "type": (3, "string"),
        "start_time": (8, "uint64"),
        "end_time": (9, "uint64"),
        "error": (11, "[Error]"),
        "child": (12, "[Node]"),
        "parent_type": (13, "string"),
    },
    "Trace": {"end_time": (3, _TIME), "start_time": (4, _TIME), "duration_ns": (11, "uint64"), "root": (14, "Node")},
}


def _trace_class() -> Any:
    file = descriptor_pb2.FileDescriptorProto(
        name="reports.proto", package="apollo", syntax="proto3", dependency=[timestamp_pb2.DESCRIPTOR.name]
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field, (number, kind) in fields.items():
            one = kind.strip("[]")
            made = message.field.add(name=field, number=number)
            made.label = made.LABEL_OPTIONAL if one == kind else made.LABEL_REPEATED
            if one in {"string", "uint32", "uint64"}:
                made.type = made.Type.Value(f"TYPE_{one.upper()}")
            else:
                made.type, made.type_name = made.TYPE_MESSAGE, one if one.startswith(".") else f".apollo.{one}"
    # An index may be 0.
    node = next(each for each in file.message_type if each.name == "Node")
    node.oneof_decl.add(name="id")
    for field in node.field[:2]:
        field.oneof_index = 0
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(timestamp_pb2.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("apollo.Trace"))


def read(ftv1: str) -> Any:
    """The trace in `extensions.ftv1`."""
    return _trace_class().FromString(b64decode(ftv1, validate=True))


def nodes(trace: Any) -> dict[tuple[str | int, ...], Any]:
    """The nodes of a trace below its root, by their paths in the answer."""
    return dict(_below(trace.root, ()))


def _below(node: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    for child in node.child:
        at = (*path, getattr(child, child.WhichOneof("id")))
        yield at, child
        yield from _below(child, at)

"""What the gateway relies on in its libraries beyond their documented API, and with which versions it was tested.

Such a name may go in any release, and then no request would work. `check_libraries` says so when the gateway starts.
Each name is used in the files that its entry names, and nowhere else. Imports a library only when it is checked.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version


class UnsupportedLibrary(Exception):
    """An installed library lacks what the gateway relies on. The message is one line for an operator."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a library: a function with its parameters, an attribute, or what a function sets or reads."""

    path: str
    used_in: str | tuple[str, ...]
    parameters: tuple[str, ...] | None = None
    # An attribute that only instances have, by the function that sets or reads it.
    mentions: str | None = None

    @property
    def text(self) -> str:
        """How it is called in a message."""
        if self.mentions is not None:
            return f"`{self.mentions}` in {self.path}"
        return self.path if self.parameters is None else f"{self.path}({', '.join(self.parameters)})"

    def is_there(self, find: Callable[[str], object]) -> bool:
        """Whether the library has it, in the shape that is expected."""
        try:
            found = find(self.path)
            if self.mentions is not None:
                return self.mentions in found.__code__.co_names  # type: ignore[attr-defined]
            return self.parameters is None or tuple(inspect.signature(found).parameters) == self.parameters  # type: ignore[arg-type]
        except (ImportError, AttributeError, TypeError, ValueError):
            return False


@dataclass(frozen=True, slots=True)
class Library:
    """A distribution, the lowest and the highest version that were tested, and the names relied on."""

    distribution: str
    lowest: str
    highest: str
    names: tuple[Name, ...]


_SERVER = ("gateway/server/connections/http_connection.py", "gateway/server/connections/request_reader.py")
_CLIENT = "gateway/square/connections/connector.py"
_HTTP = "gateway/square/connections/http_client.py"
_TEXT = "gateway/graph/documents/source_text.py"
_CHECK = "gateway/graph/documents/validation.py"
_OVERLAP = "graphql.validation.rules.overlapping_fields_can_be_merged"
_EXECUTOR = "gateway/graph/execution/executor.py"
_CORE_SCHEMA = "gateway/graph/subgraph/core_schema.py"
_FIELD = ("self", "parent_type", "source", "field_details_list", "path", "position_context")

LIBRARIES = (
    Library(
        "aiohttp",
        "3.14.4",
        "3.14.5",
        (
            Name("aiohttp.web.RequestHandler.finish_response", _SERVER, ("self", "request", "resp", "start_time")),
            Name("aiohttp.web.RequestHandler.handle_error", _SERVER, ("self", "request", "status", "exc", "message")),
            Name("aiohttp.web.RequestHandler.log_exception", _SERVER),
            Name("aiohttp.web.RequestHandler.data_received", _SERVER, ("self", "data")),
            Name("aiohttp.web.RequestHandler.pause_reading", _SERVER, ("self",)),
            Name("aiohttp.web.RequestHandler.resume_reading", _SERVER, ("self", "resume_parser")),
            Name("aiohttp.web.RequestHandler.force_close", _SERVER, ("self",)),
            Name("aiohttp.web.RequestHandler.writing_paused", _SERVER),
            Name("aiohttp.web.RequestHandler.transport", _SERVER),
            Name("aiohttp.http_exceptions.ContentEncodingError", _SERVER),
            Name("aiohttp.web.Server.__init__", _SERVER, mentions="request_factory"),
            Name("aiohttp.web.RequestHandler.__init__", _SERVER, mentions="request_factory"),
            Name("aiohttp.client_proto.ResponseHandler.feed_data", _CLIENT, ("self", "data", "size")),
            Name("aiohttp.client_proto.ResponseHandler.data_received", _CLIENT, ("self", "data")),
            Name("aiohttp.client_proto.ResponseHandler.set_response_params", _CLIENT),
            Name("aiohttp.client_proto.ResponseHandler.read", _HTTP, ("self",)),
            Name("aiohttp.client_proto.ResponseHandler.should_close", _CLIENT),
            Name("aiohttp.client_proto.ResponseHandler.force_close", _CLIENT, ("self",)),
            Name("aiohttp.client_proto.ResponseHandler.abort", _CLIENT, ("self",)),
            Name("aiohttp.client_proto.ResponseHandler._parser", _CLIENT),
            Name("aiohttp.connector.BaseConnector.connect", (_CLIENT, _HTTP), ("self", "req", "traces", "timeout")),
            Name("aiohttp.connector.BaseConnector.__init__", _CLIENT, mentions="_factory"),
            Name("aiohttp.TCPConnector._create_connection", _CLIENT, ("self", "req", "traces", "timeout")),
            Name("aiohttp.connector.Connection.protocol", (_CLIENT, _HTTP)),
            Name("aiohttp.connector.Connection.release", _HTTP, ("self",)),
            Name("aiohttp.connector.Connection.close", (_CLIENT, _HTTP), ("self",)),
            Name("aiohttp.connector.Connection.add_callback", _CLIENT, ("self", "callback")),
            Name("aiohttp.http_exceptions.HttpProcessingError", _HTTP),
            Name("aiohttp.tracing.Trace", _CLIENT),
            Name("aiohttp.ClientRequest.connection_key", _CLIENT),
            Name("aiohttp.ClientRequest.update_headers", _CLIENT, mentions="headers"),
            Name(
                "aiohttp.client_reqrep.ConnectionKey",
                _CLIENT,
                ("host", "port", "is_ssl", "ssl", "proxy", "proxy_auth", "proxy_headers_hash", "server_hostname"),
            ),
        ),
    ),
    Library(
        "graphql-core",
        "3.3.2",
        "3.3.2",
        (
            Name("graphql.Source.get_location", _TEXT, ("self", "position")),
            Name("graphql.validation.validate.ValidationAbortedError", _CHECK),
            Name("graphql.validation.OverlappingFieldsCanBeMergedRule.__init__", _CHECK, mentions="rule_context"),
            Name(_OVERLAP + ".RuleContext.__init__", _CHECK, mentions="remaining_complexity_budget"),
            Name("graphql.pyutils.gather_with_cancel", _EXECUTOR),
            Name("graphql.Executor.execute_field", _EXECUTOR, _FIELD),
            Name(
                "graphql.Executor.execute_fields",
                _EXECUTOR,
                ("self", "parent_type", "source_value", "path", "grouped_field_set", "position_context"),
            ),
            Name(
                "graphql.Executor.handle_field_error",
                _EXECUTOR,
                ("self", "raw_error", "return_type", "field_details_list", "path"),
            ),
            Name(
                "graphql.Executor.complete_iterable_value",
                _EXECUTOR,
                ("self", "item_type", "field_details_list", "info", "path", "items", "position_context"),
            ),
            Name(
                "graphql.Executor.collect_and_execute_subfields",
                _EXECUTOR,
                ("self", "return_type", "field_details_list", "path", "result", "position_context"),
            ),
            Name(
                "graphql.Executor.execute_root_grouped_field_set",
                _EXECUTOR,
                ("self", "root_type", "root_value", "grouped_field_set", "serially", "position_context"),
            ),
            Name(
                "graphql.execution.collect_fields.FieldDetails",
                "gateway/graph/selection/tree.py",
                ("node", "defer_usage", "fragment_variable_values"),
            ),
            Name("graphql.Executor.settle_in_background", _EXECUTOR),
        ),
    ),
    Library(
        "strawberry-graphql",
        "0.341.2",
        "0.341.2",
        (Name("strawberry.Schema.__init__", _CORE_SCHEMA, mentions="_schema"),),
    ),
)


def check_libraries(
    find: Callable[[str], object] = pkgutil.resolve_name, installed: Callable[[str], str] = version
) -> None:
    """Raise `UnsupportedLibrary` unless everything is there. `find` gives what a dotted path names."""
    for library in LIBRARIES:
        missing = [name.text for name in library.names if not name.is_there(find)]
        if missing:
            raise UnsupportedLibrary(
                f"{library.distribution} {installed(library.distribution)} does not have {'; '.join(missing)}. "
                f"The gateway was tested with {library.distribution} {library.lowest} to {library.highest}."
            )

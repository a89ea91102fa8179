"""What a failed command says about Redis: that it is away, that it refuses us, or that the command was wrong.

No name of a failure that is made here holds a value: Redis repeats keys and arguments in its messages.
"""

from __future__ import annotations

from typing import TypeVar

from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    ClusterDownError,
    DataError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisClusterException,
    RedisError,
    ResponseError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as NotConnected

E = TypeVar("E", bound=BaseException)

FAILURES = (RedisError, RedisClusterException, OSError, TimeoutError)

# How answers begin that a server gives to whatever it is told, until somebody or time has helped it.
# https://redis.io/docs/latest/operate/oss_and_stack/management/replication/ and redis.conf
_UNABLE = (
    "MISCONF",
    "NOREPLICAS",
    "MASTERDOWN",
    "BUSY ",
    "UNBLOCKED",
    "CLUSTERDOWN",
    "TRYAGAIN",
    "NOAUTH",
    "WRONGPASS",
)


# Those of which redis-py has a kind of its own.
_UNABLE_KINDS = (ReadOnlyError, OutOfMemoryError, ClusterDownError, TryAgainError, RedisClusterException)


class Unreachable(Exception):
    """Redis does not answer now. The message names no value and no address."""


class Refused(Unreachable):
    """Redis answers, and does not do this one thing."""


class Denied(Refused):
    """The user or the password is wrong, or the user may not do it."""


def failure(error: Exception) -> Unreachable:
    """What a failure of redis-py's is."""
    error = _answer(error)
    if isinstance(error, AuthenticationError | AuthorizationError | NoPermissionError):
        return Denied(cause(error))
    wrong = isinstance(error, ResponseError | DataError)
    unable = isinstance(error, _UNABLE_KINDS)
    if wrong and not unable and not str(error).startswith(_UNABLE):
        return Refused(cause(error))
    return Unreachable(cause(error))


def cause(error: BaseException) -> str:
    """The name of a failure: what lies below it where redis-py has a name for all of a kind."""
    error = _answer(error)
    below = error.__cause__ or error.__context__
    if isinstance(below, OSError) and not isinstance(error, OSError):
        return type(below).__name__
    word, _, _ = str(error).partition(" ")
    # Redis' own name for it, such as WRONGTYPE.
    return word if isinstance(error, ResponseError) and word.isalpha() and word.isupper() else type(error).__name__


def lost(error: Exception) -> bool:
    """Whether no other command will do any better for now."""
    error = _answer(error)
    return type(failure(error)) is Unreachable or isinstance(error, AuthenticationError | AuthorizationError)


def _answer(error: E) -> E | RedisError:
    """What the server said, where redis-py takes it for a lost connection: while it connects to a Unix socket."""
    below = error.__cause__
    if isinstance(error, NotConnected) and isinstance(below, ResponseError | AuthenticationError):
        return below
    return error

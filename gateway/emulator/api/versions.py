"""The versions of Square's API: which of them there are, and which one a request is answered with.

What has changed from one to the next is not played: of these operations nothing has since 2025-08-20. See
https://developer.squareup.com/docs/build-basics/versioning-overview.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from gateway.emulator.errors import SquareFault, chosen

HEADER = "Square-Version"
# The versions that Square's changelog (https://developer.squareup.com/docs/changelog/connect) and the releases of its
# client libraries name.
_RELEASED = """
    2018-07-12 2018-09-18 2018-12-05 2018-12-12
    2019-02-13 2019-03-13 2019-03-27 2019-04-10 2019-05-08 2019-06-12 2019-07-10 2019-07-24 2019-08-14 2019-09-25
    2019-10-23 2019-11-20 2019-12-17
    2020-01-22 2020-02-26 2020-03-25 2020-04-22 2020-05-28 2020-06-25 2020-07-22 2020-08-12 2020-08-26 2020-09-23
    2020-10-28 2020-11-18 2020-12-16
    2021-01-21 2021-02-26 2021-03-17 2021-04-21 2021-05-13 2021-06-16 2021-07-21 2021-08-18 2021-09-15 2021-10-20
    2021-11-17 2021-12-15
    2022-01-20 2022-02-16 2022-03-16 2022-04-20 2022-05-12 2022-06-16 2022-07-20 2022-08-17 2022-08-23 2022-09-21
    2022-10-19 2022-11-16 2022-12-14
    2023-01-19 2023-03-15 2023-04-19 2023-05-17 2023-06-08 2023-07-20 2023-08-16 2023-09-25 2023-10-18 2023-11-15
    2023-12-13
    2024-01-18 2024-02-22 2024-03-20 2024-04-17 2024-05-15 2024-06-04 2024-07-17 2024-08-21 2024-09-19 2024-10-17
    2024-11-20 2024-12-18
    2025-01-23 2025-02-20 2025-03-19 2025-04-16 2025-05-21 2025-06-18 2025-07-16 2025-08-20 2025-09-24 2025-10-16
    2026-01-22 2026-04-21 2026-05-20 2026-07-15 2026-08-19 2026-09-16
"""
VERSIONS = tuple(_RELEASED.split())
# What a request without the header is answered with: an application is pinned to the newest version of its day.
DEFAULT = VERSIONS[-1]

_KNOWN = frozenset(VERSIONS)
# Custom attributes came to Square with this version.
_CUSTOM_ATTRIBUTES_SINCE = "2022-05-12"


def used(header: str | None, path: str) -> str:
    """The version that a request to `path` is answered with; it names one in its header, or none.

    Raises 400 INVALID_SQUARE_VERSION_FORMAT unless it is a date, and 400 API_VERSION_INCOMPATIBLE when
    there is no such version or it is from before the operation.
    """
    if header is None:
        return DEFAULT
    if header not in _KNOWN:
        raise _unknown(header)
    if "/custom-attribute" in path and header < _CUSTOM_ATTRIBUTES_SINCE:
        detail = f"Custom attributes need Square-Version {_CUSTOM_ATTRIBUTES_SINCE} or later."
        raise SquareFault(400, "API_VERSION_INCOMPATIBLE", detail)
    return header


@contextmanager
def named(version: str) -> Iterator[None]:
    """Have what is refused in this block name the version as well."""
    try:
        yield
    except SquareFault as fault:
        fault.headers = {**fault.headers, HEADER: version}
        raise


def _unknown(header: str) -> SquareFault:
    try:
        well_formed = date.fromisoformat(header).isoformat() == header
    except ValueError:
        well_formed = False
    if not well_formed:
        detail = "The Square-Version header must be a YYYY-MM-DD date."
        return SquareFault(400, "INVALID_SQUARE_VERSION_FORMAT", detail)
    return chosen("unknown_version", f"Square-Version {header} does not exist.")

"""What a URL says of TLS, tried before there is a connection: a file that is not there will not be there later either.

redis-py reads the files with every connection, so that certificates may be replaced while a process runs.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

from redis.asyncio.connection import SSLConnection


class UnusableFiles(ValueError):
    """Certificates, a key or a list of ciphers with which nothing can be encrypted. The message holds no path."""


def check(options: Mapping[str, Any]) -> None:
    """See whether a connection could be made with these options of redis-py.

    Raises `UnusableFiles`, and what redis-py raises for options that it does not know.
    """
    given = {name: value for name, value in options.items() if name.startswith("ssl_")}
    SSLConnection(**given)
    context = ssl.create_default_context()
    ours = (given.get("ssl_certfile"), given.get("ssl_keyfile"), given.get("ssl_password"))
    theirs = (given.get("ssl_ca_certs"), given.get("ssl_ca_path"), given.get("ssl_ca_data"))
    try:
        name = "ssl_certfile and ssl_keyfile"
        if any(ours):
            context.load_cert_chain(ours[0] or "", *ours[1:])
        name = "ssl_ca_certs"
        if any(theirs):
            context.load_verify_locations(*theirs)
        name = "ssl_ciphers"
        if ciphers := given.get("ssl_ciphers"):
            context.set_ciphers(ciphers)
    except (OSError, ValueError):
        raise UnusableFiles(f"{name} cannot be used") from None

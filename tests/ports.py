"""A port for a server that takes no other way to be told where to listen."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port that the system gives to nobody for a minute: only who names it, as servers do, can listen there.

    A connection that was closed by its server is remembered that long, so that nothing of it can reach another.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            # First the server's end, whose port it is, and only then the client's.
            accepted.close()
            assert client.recv(1) == b""
    return port

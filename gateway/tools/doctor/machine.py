"""This machine and this installation: ports, file descriptors, libraries, and the explorer's files."""

from __future__ import annotations

import errno
import re
import socket
from importlib.metadata import PackageNotFoundError, version

from gateway.library_names import LIBRARIES, UnsupportedLibrary, check_libraries
from gateway.server.connections.connection_limit import affordable
from gateway.server.connections.listener import why_not
from gateway.server.explorer import asset_files
from gateway.tools.doctor.check import Check, Finding, not_checked, ok, problem, warning
from gateway.tools.doctor.deployment import Deployment
from gateway.tools.doctor.http import NoAnswer, in_thread

# Connections below which a deployment can serve hardly anybody.
MIN_CONNECTIONS = 100


async def _port(deployment: Deployment) -> Finding:
    settings = deployment.settings
    return await _free(deployment, "GATEWAY_PORT", settings.gateway_host, settings.gateway_port)


async def _metrics_port(deployment: Deployment) -> Finding:
    settings = deployment.settings
    if not settings.gateway_metrics or not settings.gateway_metrics_port:
        return not_checked("there is no port for /metrics alone")
    host = settings.gateway_metrics_host or settings.gateway_host
    return await _free(deployment, "GATEWAY_METRICS_PORT", host, settings.gateway_metrics_port)


async def _free(deployment: Deployment, name: str, host: str, port: int) -> Finding:
    error = await in_thread(lambda: _refused(host, port))
    if error is None:
        return ok(f"{port} is free")
    if error.errno == errno.EADDRINUSE:
        if await _gateway_at(deployment, host, port):
            return ok(f"a gateway serves {port}")
        return problem(f"{name}: {port} is taken by another program", "End it, or set another port.")
    if error.errno == errno.EACCES:
        return problem(f"{name}: this user may not listen on {port}", "Take a port from 1024 on, or give it the right.")
    return problem(f"{name}: cannot listen on {host}:{port}: {why_not(error)}", "Correct the address or the port.")


def _refused(host: str, port: int) -> OSError | None:
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        return error
    return None


async def _gateway_at(deployment: Deployment, host: str, port: int) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - nothing listens there
    try:
        answer = await deployment.http.ask("GET", f"http://{f'[{host}]' if ':' in host else host}:{port}/livez")
    except NoAnswer:
        return False
    return answer.status == 200 and answer.json == {"status": "ok"}


async def _descriptors(deployment: Deployment) -> Finding:
    streams, room = deployment.settings.gateway_max_streams, affordable()
    told = f"ulimit -n is enough for {room} connections"
    if room < MIN_CONNECTIONS:
        return problem(told, "Raise it to 65536 (LimitNOFILE, --ulimit nofile).")
    if room < streams:
        return warning(f"{told}, and GATEWAY_MAX_STREAMS is {streams}", "Raise ulimit -n, or lower the setting.")
    return ok(told)


async def _libraries(deployment: Deployment) -> Finding:
    try:
        check_libraries()
    except UnsupportedLibrary as error:
        return problem(str(error), "Install the gateway afresh, with its own versions.")
    except PackageNotFoundError as error:
        return problem(f"{error.name} is not installed", "Install the gateway afresh.")
    for library in LIBRARIES:
        found = version(library.distribution)
        if not _numbers(library.lowest) <= _numbers(found) <= _numbers(library.highest):
            return warning(
                f"{library.distribution} {found} was not tested: {library.lowest} to {library.highest} were",
                "Install the gateway afresh, with its own versions.",
            )
    told = {library.distribution: version(library.distribution) for library in LIBRARIES}
    return ok(", ".join(f"{name} {found}" for name, found in told.items()))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", text)[:3])


async def _explorer(deployment: Deployment) -> Finding:
    if not deployment.settings.explorer:
        return not_checked("the explorer is off")
    if await in_thread(asset_files.complete):
        return ok("all files are here")
    return warning("files of the explorer are missing", f"Fetch them: {asset_files.command()}")


CHECKS = (
    Check("port", _port),
    Check("metrics port", _metrics_port),
    Check("file descriptors", _descriptors),
    Check("libraries", _libraries, without_settings=True),
    Check("explorer files", _explorer),
)

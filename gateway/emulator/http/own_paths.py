"""Who may use the emulator's own paths: a person or a program of this machine, and no web page but its own.

They need no token. A page of another site that a browser of this machine has open could send requests there (cross-site
request forgery), or have a name of its own lead there (DNS rebinding); both are refused by what browsers say and no
page can change. Square's own paths need a token and are not looked at.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from gateway.emulator.errors import SquareFault

PREFIX = "/_emulator"
CONSOLE = "/"
# What Sec-Fetch-Site says of the console itself, and of what a person typed.
_OWN_SITES = frozenset({"same-origin", "none"})


def guard(*, remote: bool) -> Middleware:
    """Refuse with 403 FORBIDDEN; with `remote`, other machines and names are let in, and other sites' pages are not."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        resource = request.match_info.route.resource
        if resource is not None and (resource.canonical == CONSOLE or resource.canonical.startswith(PREFIX)):
            if not remote:
                _check_place(request)
            _check_site(request)
        return await handler(request)

    return check


def _check_place(request: web.Request) -> None:
    peer = request.transport.get_extra_info("peername") if request.transport else None
    if not (peer and is_loopback(peer[0]) and is_loopback(_name(request.host))):
        raise _forbidden("Only this machine, by a loopback address or as localhost; --remote-admin lets others in.")


def _check_site(request: web.Request) -> None:
    """Raise for what a page of another site makes a browser send. A link to be looked at may be followed."""
    if request.method in {"GET", "HEAD"} and request.headers.get("Sec-Fetch-Mode") == "navigate":
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site not in _OWN_SITES:
        raise _forbidden("Not for pages of other sites.")
    # For browsers that do not say where a request is from. A sandboxed page has the origin "null".
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        raise _forbidden("Not for pages of other sites.")


def _name(host: str) -> str:
    """A Host header without its port; empty where something else stands behind an address in brackets."""
    if not host.startswith("["):
        return host.partition(":")[0]
    address, _, rest = host[1:].partition("]")
    return "" if rest and not rest.startswith(":") else address


def is_loopback(name: str) -> bool:
    """Whether an address or a name stands for this machine, wherever it is resolved."""
    if name.lower() == "localhost" or name.lower().endswith(".localhost"):
        return True
    try:
        address = ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _forbidden(detail: str) -> SquareFault:
    return SquareFault(403, "FORBIDDEN", detail)

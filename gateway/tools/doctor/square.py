"""Square: can it be reached, is it the right one, and does it speak the version that is asked for?"""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from gateway.emulator.api.versions import VERSIONS
from gateway.settings import Settings
from gateway.settings.checks import loopback
from gateway.settings.fields import HOSTS
from gateway.tools.doctor.check import Check, Finding, not_checked, ok, problem, warning
from gateway.tools.doctor.deployment import TOKEN_STATUS, Deployment, code
from gateway.tools.doctor.http import Answer, NoAnswer

EMBEDDED = not_checked("the embedded emulator is started along")
# Seconds by which the clocks may differ: what is told with whole seconds, and what a JWT's times may be off.
MAX_SKEW, MAX_JWT_SKEW = 5.0, 30.0
_TESTED = str(Settings.model_fields["square_version"].default)


async def _environment(deployment: Deployment) -> Finding:
    settings, base = deployment.settings, deployment.square
    host = urlsplit(base or "").hostname or ""
    other = next((name for name, url in HOSTS.items() if urlsplit(url).hostname == host), settings.environment)
    if other != settings.environment:
        return problem(
            f"SQUARE_ENVIRONMENT is {settings.environment}, and SQUARE_BASE_URL is Square's {other}",
            f"Set SQUARE_ENVIRONMENT={other}, or leave out SQUARE_BASE_URL.",
        )
    if deployment.production and loopback(host):
        return warning(
            "production is asked for at an address of this machine",
            "Leave out SQUARE_BASE_URL, unless a proxy of yours is meant.",
        )
    return ok(settings.environment)


async def _reachable(deployment: Deployment) -> Finding:
    if deployment.square is None:
        return EMBEDDED
    host = urlsplit(deployment.square).netloc
    try:
        answer = await deployment.status(deployment.token)
    except NoAnswer as error:
        return problem(f"{host}: {error.found}", error.next)
    where = f"{host} answered POST {TOKEN_STATUS} with {answer.status}"
    if 300 <= answer.status < 400:
        return problem(f"{where}, a redirect, which the gateway does not follow", "Set SQUARE_BASE_URL to its target.")
    if answer.status == 404 or not _of_square(answer):
        if answer.status >= 500 or answer.status == 407 or deployment.square in HOSTS.values():
            next = "It is a proxy's answer: see what stands between the gateway and Square."  # noqa: A001
        else:
            next = "SQUARE_BASE_URL must be Square's host without a path, or a proxy that passes all paths on."  # noqa: A001
        return problem(f"{where} and {answer.media}: that is not Square", next)
    if answer.status >= 500 or answer.status == 429:
        return problem(f"{where} ({code(answer)})", "Square has a fault or holds back: see https://www.issquareup.com.")
    slow = answer.seconds > deployment.settings.gateway_connect_timeout
    if slow:
        return warning(f"{host} took {answer.seconds:.1f} s", "Look at the network: GATEWAY_CONNECT_TIMEOUT is less.")
    return ok(f"{host} answers in {answer.seconds * 1000:.0f} ms")


def _of_square(answer: Answer) -> bool:
    body = answer.json
    return isinstance(body, dict) and (answer.status == 200 or isinstance(body.get("errors"), list))


async def _version(deployment: Deployment) -> Finding:
    version = deployment.settings.square_version
    if version not in VERSIONS and version < VERSIONS[-1]:
        near = max((each for each in VERSIONS if each < version), default=VERSIONS[0])
        return problem(f"Square has released no version {version}", f"Set SQUARE_VERSION={_TESTED}, or {near}.")
    if deployment.square is not None and deployment.token is not None:
        try:
            answer = await deployment.read()
        except NoAnswer:
            pass
        else:
            found = code(answer)
            if answer.status == 400 and "VERSION" in found:
                tested = f"Set SQUARE_VERSION={_TESTED}."
                asked = "See what answers there: it is the version that was tested."
                return problem(f"Square refuses version {version} ({found})", asked if version == _TESTED else tested)
    if version > _TESTED:
        return warning(f"{version} is newer than {_TESTED}, which was tested", "Leave SQUARE_VERSION out.")
    if version < _TESTED:
        return warning(f"{version} is older than {_TESTED}, which was tested", "Leave SQUARE_VERSION out.")
    return ok(f"{version}, as tested")


async def _clock(deployment: Deployment) -> Finding:
    if deployment.square is None:
        return EMBEDDED
    try:
        answer = await deployment.status(deployment.token)
    except NoAnswer:
        return not_checked("Square does not answer")
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except ValueError:
        return not_checked("the answer has no Date")
    # A date has whole seconds: it stands for the middle of one.
    skew = answer.at - theirs - 0.5
    told = f"this clock is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} Square's"
    next = "Set this clock by NTP: tokens seem to expire too early or too late."  # noqa: A001 - the word that is shown
    if abs(skew) > MAX_JWT_SKEW:
        return problem(told, next)
    if abs(skew) > MAX_SKEW:
        return warning(told, next)
    return ok(f"within {MAX_SKEW:g} s of Square's")


CHECKS = (
    Check("square environment", _environment),
    Check("square reachable", _reachable),
    Check("square version", _version),
    Check("clock", _clock),
)

"""The guard before every route: plain refusals, safe headers, own-site posts only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from petitions.errors import PetitionError, StoreAway
from petitions.telling.ports import OutOfReach
from petitions.values.checks import LONG
from petitions.words import LANGUAGES, say
from webchat.lines import dumps

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

SECURE = web.AppKey("secure", bool)
"""People reach the page over HTTPS."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; "
        "require-trusted-types-for 'script'; trusted-types pasted"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HTTPS_ALONE = "max-age=31536000"
"""For a year browsers ask nothing of this host without HTTPS; of its neighbours nothing is said."""

STATUS = {
    "foreign": 403,
    "nobody": 401,
    "shut": 401,
    "outside": 403,
    "broken": 400,
    "empty": 400,
    "long": 413,
    "large": 413,
    "stale": 409,
    "missing": 404,
    "no_method": 405,
    "busy": 503,
    "hands": 429,
    "later": 503,
    "often": 429,
    "reads": 429,
    "crowd": 429,
    "full": 503,
    "slow": 408,
    "late": 408,
    "ours": 500,
}
"""Reason for which a request is refused, `refused.…` in the catalogues → its HTTP status."""


class Refusal(Exception):
    """A request that is not carried out; `key` names its status and its sentence. `wait`: seconds
    after which it may be sent again."""

    def __init__(self, key: str, wait: int = 0, **values: object) -> None:
        super().__init__(key)
        self.key, self.values, self.wait = key, values, wait
        self.status = STATUS[key]

    def response(self) -> web.Response:
        """The refusal as the page reads it."""
        said = {lang: say(lang, f"refused.{self.key}", **self.values) for lang in LANGUAGES}
        response = told(self.status, said)
        if self.wait:
            response.headers["Retry-After"] = str(self.wait)
        return response


def told(status: int, said: dict[str, str]) -> web.Response:
    """An error in every language; the page shows the reader's."""
    response = web.json_response({"error": said}, status=status, dumps=dumps)
    response.headers["Cache-Control"] = "no-store"
    return response


@web.middleware
async def refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into a sentence; what happened goes to the log, without anyone's words."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return refusal.response()
    except OutOfReach:
        log.error("records.out_of_reach")
        return Refusal("later").response()
    except StoreAway as error:  # 503: the page tries again by itself
        return told(503, _every(error))
    except PetitionError as error:
        return told(409, _every(error))
    except web.HTTPException as error:
        response = _http(error).response()
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except (HttpProcessingError, web.RequestPayloadError):  # no HTTP, or cut off half-way
        return Refusal("broken").response()
    except Exception as error:
        if isinstance(error, ConnectionError) and request.transport is None:
            return Refusal("broken").response()  # the sender has gone: nobody's fault, nobody reads
        # Only type and place: an exception's text may quote what a citizen wrote.
        log.error("web.failed", error=type(error).__name__, exc_info=error)
        return Refusal("ours").response()


def _every(error: PetitionError) -> dict[str, str]:
    return {lang: error.sentence(lang) for lang in LANGUAGES}


def _http(error: web.HTTPException) -> Refusal:
    if error.status == 404:
        return Refusal("missing")
    if error.status == 405:
        return Refusal("no_method")
    if error.status == 413:
        return Refusal("long", limit=LONG)
    return Refusal("broken" if error.status < 500 else "ours")


@web.middleware
async def own_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse a post that a browser sends from another site."""
    if request.method not in {"GET", "HEAD"} and _foreign(request):
        raise Refusal("foreign")
    return await handler(request)


def _foreign(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site != "same-origin"
    origin = request.headers.get("Origin")
    if origin is None:  # neither header: not a browser, so nobody's cookie is being borrowed
        return False
    try:
        return urlsplit(origin).netloc != request.host
    except ValueError:
        return True


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The same safe headers on everything; a route may have set a stricter one. No cache
    keeps an answer that a visitor reads: a phone may be shared."""
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    if request.path.startswith("/figures"):  # published: other sites may show them
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin")
    if request.app[SECURE]:
        response.headers.setdefault("Strict-Transport-Security", HTTPS_ALONE)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)

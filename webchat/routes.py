"""A route, written down once, where it is carried out: what it is asked, what it answers, who may
come. The application is made of them, and so is their description."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar, overload

from aiohttp import web
from pydantic import ValidationError

from webchat.asked import Asked
from webchat.guard import Handler, Refusal
from webchat.lines import Json

PATIENCE = 20.0
"""Seconds in which what was sent must have come whole; a file has a pace of its own."""
A = TypeVar("A", bound=Asked)
Work = Callable[[web.Request, A], Awaitable[web.StreamResponse]]


class Given(NamedTuple):
    """One answer of a route."""

    said: str
    shape: Any = None
    """A model, a TypedDict or a schema; None: a text or bytes."""
    mime: str = "application/json"


NOBODY = "nobody"
"""Refused without a living session."""
BYTES = {"type": "string", "format": "binary"}


@dataclass(frozen=True, slots=True)
class Route:
    """One route."""

    method: str
    path: str
    work: Handler
    name: str
    summary: str
    asks: type[Asked] | None
    """Read of the address, or of the JSON that is sent …"""
    form: type[Asked] | None
    """… or by the route itself, piece by piece."""
    gives: Mapping[int, Given]
    session: str
    """The key of the refusal without a living session; empty: nothing is refused."""
    before_login: bool
    """Tells an officer who must log in first by itself how that stands."""
    paced: bool
    """How often it is asked is counted; what stays open has a ceiling of its own."""
    of: str
    """The part of the room without which it isn't there; empty: it always is …"""
    described: bool
    """… and others needn't know it."""

    @property
    def canonical(self) -> str:
        """The path, without what its parts must look like."""
        return re.sub(r"\{(\w+):(?:[^{}]|\{[^}]*\})*\}", r"{\1}", self.path)


ROUTES: dict[tuple[str, str], Route] = {}
"""Method and path → route."""


def of(request: web.Request) -> Route | None:
    """The route by which a request is answered; None: there is none, or it isn't one of ours."""
    resource = request.match_info.route.resource
    method = "GET" if request.method == "HEAD" else request.method
    return ROUTES.get((method, resource.canonical)) if resource else None


@overload
def route(
    method: str, path: str, gives: Given | Mapping[int, Given], *, session: str = ...,
    form: type[Asked] = ..., before_login: bool = ..., paced: bool = ..., of: str = ...,
    described: bool = ...,
) -> Callable[[Handler], Handler]: ...  # fmt: skip
@overload
def route(
    method: str, path: str, gives: Given | Mapping[int, Given], *, asks: type[A],
    session: str = ..., before_login: bool = ..., paced: bool = ..., of: str = ...,
    described: bool = ...,
) -> Callable[[Work[A]], Handler]: ...  # fmt: skip
def route(
    method: str, path: str, gives: Given | Mapping[int, Given], *, asks: type[A] | None = None,
    form: type[Asked] | None = None, session: str = "", before_login: bool = False,
    paced: bool = True, of: str = "", described: bool = True,
) -> Callable[[Any], Handler]:  # fmt: skip
    """Write a route down; the first lines of its docstring tell others what it does."""

    def noted(work: Any) -> Handler:
        carried: Handler = _reading(method, work, asks) if asks else work
        answers = {200: gives} if isinstance(gives, Given) else gives
        summary = " ".join((work.__doc__ or "").partition("\n\n")[0].split())
        one = Route(method, path, carried, work.__name__, summary, asks, form, answers, session,
                    before_login, paced, of, described)  # fmt: skip
        ROUTES[method, one.canonical] = one
        return carried

    return noted


def _reading(method: str, work: Work[A], asks: type[A]) -> Handler:
    if method == "GET":

        async def reads(request: web.Request) -> web.StreamResponse:
            return await work(request, read(asks, dict(request.query)))

        return reads

    async def takes(request: web.Request) -> web.StreamResponse:
        return await work(request, read(asks, await body(request)))

    return takes


def read(asks: type[A], given: Json) -> A:
    """The request as its model. Raises Refusal for the first field that isn't as it must be."""
    try:
        return asks.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] in ("string_too_long", "too_long"):
            raise Refusal("long", limit=first["ctx"]["max_length"]) from None
        raise Refusal("empty" if first["type"] == "empty" else "broken") from None


async def body(request: web.Request) -> Json:
    """The JSON object that was sent. Raises Refusal."""
    try:
        async with asyncio.timeout(PATIENCE):
            found = await request.json()
    except TimeoutError:
        raise Refusal("late", wait=1) from None
    except (ValueError, LookupError, RecursionError):  # no JSON, no such charset, too deep
        raise Refusal("broken") from None
    if not isinstance(found, dict):
        raise Refusal("broken")
    return found

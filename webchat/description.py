"""The routes as OpenAPI, for who writes another page or tests this one: made of the routes and of
their models, and of nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from aiohttp import web
from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from webchat.assets import Asset, asset, served
from webchat.lines import Json, dumps
from webchat.routes import ROUTES, Given, Route, route
from webchat.shown import Refused

ABOUT = (
    "What the office's page is made of. A visitor enters a pane, gets a cookie, and then says, "
    "presses and sends what they would on Telegram; the office's answers are lines of the "
    "visitor's own log. Every refusal is a sentence in each of the page's languages. The demo's "
    "routes aren't described."
)
REFUSALS = {
    400: "Not readable, or empty.",
    401: "No living session: enter first. Or an officer's login is over: log in first.",
    403: "Sent by a browser from another site; or by an officer from outside of the office's "
    "networks.",
    404: "No such pane, file, period or name.",
    408: "What was sent stood still, trickled or took too long; wait as many seconds as the header "
    "says, then send the same again.",
    409: "The button is no longer shown, or it can't be done now; nothing was changed.",
    413: "Too long or too large; the sentence names the limit.",
    429: "More than a visitor or an address sends or reads, or more of a visitor's files at once; "
    "wait as many seconds as the header says, then send the same again.",
    503: "Many at once, or nothing can be written down now; nothing is lost: send the same again "
    "after a while.",
}
"""Reasons for which a request may be refused, beside those that its route names."""
OF_A_PANE = (401, 403, 404, 409, 429, 503)
SENT = (400, 408, 413)
WAITS = (408, 429, 503)
"""Statuses that say when to come again."""
REF = "#/components/{}/{}"
SCHEMAS = REF.format("schemas", "{model}")
PLACES = {
    "pane": {
        "description": "Which of the browser's panes asks, each a visitor of its own; the page's "
        "is `me`.",
        "schema": {"type": "string", "pattern": "^[a-z0-9_-]{1,32}$"}, "example": "me",
    },
    "id": {"schema": {"type": "string", "minLength": 1}, "example": "7"},
    "name": {"schema": {"type": "string", "pattern": "^[a-z0-9_]+$"}, "example": "answered"},
}  # fmt: skip
"""The parts that stand in an address."""
FILES = {"schema": {"type": "string", "minLength": 1}, "example": "app.js"}
SESSION = {
    "type": "apiKey", "in": "cookie", "name": "pb_me",
    "description": "Set by `enter`. The cookie of another pane is `pb_` and its name.",
}  # fmt: skip


@cache
def described() -> Json:
    """The description of all routes but the demo's."""
    shown = [one for one in ROUTES.values() if one.described]
    schemas, named = _schemas(shown)
    paths: Json = {}
    for one in shown:
        told = _operation(one, schemas, named)
        paths.setdefault(one.canonical, {})[one.method.lower()] = told
    return {
        "openapi": "3.1.0",
        "info": {"title": "Petition bot: the web channel", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": {"session": SESSION},
            "parameters": {"pane": _place("pane")},
            "responses": {str(status): _refusal(status) for status in REFUSALS},
            "schemas": {name: one for name, one in named.items() if name not in _queries(shown)},
        },
    }  # fmt: skip


def _schemas(shown: list[Route]) -> tuple[dict[str, Json], dict[str, Json]]:
    """Of each shape its schema, and those that others refer to by name."""
    shapes = {shape for one in shown for shape in (one.asks, one.form)} | {Refused}
    shapes |= {given.shape for one in shown for given in one.gives.values()
               if not isinstance(given.shape, dict)}  # fmt: skip
    wanted = sorted((shape for shape in shapes if shape), key=lambda shape: shape.__name__)
    mode: JsonSchemaMode = "validation"
    inputs = [(shape.__name__, mode, TypeAdapter(shape)) for shape in wanted]
    found, rest = TypeAdapter.json_schemas(inputs, ref_template=SCHEMAS)
    named = {name: _plain(one) for name, one in sorted(rest["$defs"].items())}
    return {name: one for (name, _), one in found.items()}, named


def _plain(schema: Any) -> Any:
    """A schema without the titles and defaults that say nothing."""
    if isinstance(schema, list):
        return [_plain(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        name: {key: _plain(one) for key, one in value.items()} if name == "properties" else
        _plain(value) for name, value in schema.items()
        if name not in ("title", "default") or not isinstance(value, str | int | None)
    }  # fmt: skip
    if isinstance(said := kept.get("description"), str):
        kept["description"] = " ".join(said.split())
    return kept


def _queries(shown: list[Route]) -> set[str]:
    """Shapes that are told as parameters alone."""
    return {one.asks.__name__ for one in shown if one.asks and one.method == "GET"}


def _operation(one: Route, schemas: dict[str, Json], named: dict[str, Json]) -> Json:
    parameters = [*_places(one.canonical)]
    told: Json = {"operationId": one.name, "summary": one.summary}
    if one.asks and one.method == "GET":
        parameters += _asked(one.asks, named)
    told |= {"parameters": parameters} if parameters else {}
    if one.method == "POST" and (sent := one.form or one.asks):
        mime = "multipart/form-data" if one.form else "application/json"
        content = {mime: {"schema": schemas[sent.__name__]}}
        told["requestBody"] = {"required": True, "content": content}
    refused = {str(status): {"$ref": REF.format("responses", status)} for status in _refused(one)}
    given = {str(status): _given(answer, schemas) for status, answer in one.gives.items()}
    security: list[Json] = [{"session": []}] if one.session else []
    return told | {"responses": {**refused, **given}, "security": security}


def _refused(one: Route) -> list[int]:
    if "{pane}" in one.path:
        return sorted({*OF_A_PANE, *(SENT if one.method == "POST" else ())})
    if one.of:
        return [404, 503]
    return [404] if "{" in one.path else []


def _places(path: str) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", path):
        if name == "pane":
            yield {"$ref": REF.format("parameters", name)}
        else:
            yield _place(name, FILES if path.startswith("/static/") else None)


def _place(name: str, told: Json | None = None) -> Json:
    return {"name": name, "in": "path", "required": True, **(told or PLACES[name])}


def _asked(asks: type[BaseModel], named: dict[str, Json]) -> Iterator[Json]:
    for name, schema in named[asks.__name__]["properties"].items():
        schema = dict(schema)
        told: Json = {"name": name, "in": schema.pop("in", "query")}
        if said := schema.pop("description", ""):
            told["description"] = said
        if examples := schema.pop("examples", []):
            told["example"] = examples[0]
        yield told | {"schema": schema}


def _given(answer: Given, schemas: dict[str, Json]) -> Json:
    told: Json = {"description": answer.said}
    if isinstance(answer.shape, dict):
        schema = answer.shape
    elif answer.shape:
        schema = schemas[answer.shape.__name__]
    else:
        schema = {"type": "string"}
    if answer.mime:
        told["content"] = {mime: {"schema": schema} for mime in answer.mime.split(", ")}
    return told


def _refusal(status: int) -> Json:
    schema = {"$ref": SCHEMAS.format(model=Refused.__name__)}
    told: Json = {"description": REFUSALS[status]}
    if status in WAITS:
        told["headers"] = {"Retry-After": {
            "description": "Seconds until it may be tried again.", "schema": {"type": "string"},
        }}  # fmt: skip
    return told | {"content": {"application/json": {"schema": schema}}}


@cache
def _served() -> Asset:
    return asset(dumps(described()).encode(), "openapi.json")


@route("GET", "/openapi.json", {
    200: Given("The description.", {"type": "object", "required": ["openapi", "paths"]}),
    304: Given("The client has it already (If-None-Match).", mime=""),
})  # fmt: skip
async def description(request: web.Request) -> web.Response:
    """This description."""
    return served(request, _served(), "no-cache")

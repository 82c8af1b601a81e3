"""HTTP, as little of it as is needed."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from standins.botapi.common import OBJECTS, SCALARS, Json, Upload, bad, encoded

if TYPE_CHECKING:
    from standins.botapi.server import BotApi

PHRASES = {200: "OK", 404: "Not Found", 500: "Internal Server Error", 502: "Bad Gateway"}


PART_NAME = re.compile(rb'; name="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


PART_FILE = re.compile(rb'; filename="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


PART_TYPE = re.compile(rb"^content-type: *([^;\r\n]+)", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Request:
    """One HTTP request."""

    verb: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes = b""

    def params(self) -> Json:
        """The parameters from wherever they may be, numbers and objects decoded."""
        found: Json = dict(parse_qsl(self.query, keep_blank_values=True))
        kind, _, rest = self.headers.get("content-type", "").partition(";")
        if not self.body:
            pass
        elif kind == "application/x-www-form-urlencoded":
            found |= parse_qsl(self.body.decode(), keep_blank_values=True)
        elif kind == "multipart/form-data":
            found |= multipart(self.body, rest.partition("boundary=")[2].strip(' "'))
        elif kind == "application/json":
            found |= json.loads(self.body)
        for name, value in found.items():
            if isinstance(value, str) and (name in SCALARS or name in OBJECTS):
                found[name] = decoded(name, value)
        return found


def decoded(name: str, value: str) -> Any:
    """A parameter's value from its text: JSON, unless it is a chat's @name and such."""
    try:
        return json.loads(value)
    except ValueError:
        if name in OBJECTS and value:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None
        return value.lower() in ("true", "yes") if value.lower() in ("true", "false") else value


def multipart(body: bytes, boundary: str) -> Iterator[tuple[str, str | Upload]]:
    """The fields and files of a multipart body."""
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name, filename = PART_NAME.search(head), PART_FILE.search(head)
        if name and filename:
            mime = PART_TYPE.search(head)
            kind = mime[1].decode() if mime else ""
            yield unescaped(name[1]), Upload(unescaped(filename[1]), kind, content)
        elif name:
            yield unescaped(name[1]), content.decode()


def unescaped(name: bytes) -> str:
    """A name out of its quotes, in either of the two ways clients protect them."""
    return name.replace(b"%22", b'"').replace(b'\\"', b'"').replace(b"\\\\", b"\\").decode()


def parsed(head: str) -> Request:
    """A request from its first line and headers."""
    first, *lines = head.split("\r\n")
    verb, target, _ = first.split(" ", 2)
    path, _, query = target.partition("?")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Request(verb, unquote(path), query, headers)


class Wire(asyncio.Protocol):
    """One connection: HTTP/1.1, one request at a time, kept open."""

    def __init__(self, api: BotApi) -> None:
        self._api = api
        self._in = bytearray()
        self._chunked = bytearray()
        self._request: Request | None = None
        self._transport: asyncio.Transport | None = None
        self.busy = False
        """A request is not answered yet."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._api.wires.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._api.wires.discard(self)
        self._api.updates.hang_up(self)

    def data_received(self, data: bytes) -> None:
        self._in += data
        self._run()

    @property
    def open(self) -> bool:
        return self._transport is not None

    def drop(self) -> None:
        """Close the connection without a word."""
        if self._transport:
            self._transport.abort()
            self._transport = None

    def reply_json(self, code: int, body: Json) -> None:
        extra = ""
        if "parameters" in body and "retry_after" in body["parameters"]:
            extra = f"Retry-After: {body['parameters']['retry_after']}\r\n"
        self.reply(code, encoded(body).encode(), "application/json", extra)

    def reply(self, code: int, body: bytes, mime: str, extra: str = "") -> None:
        """Answer the request at hand and go on with the next, if it has come already."""
        if self._transport is None:
            return
        self._transport.write(
            f"HTTP/1.1 {code} {PHRASES.get(code, 'Error')}\r\nServer: stand-in\r\n"
            f"Content-Type: {mime}\r\n{extra}Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        self.busy = False
        if self._in:
            asyncio.get_running_loop().call_soon(self._run)

    def _run(self) -> None:
        while not self.busy and self._transport and (request := self._next()) is not None:
            self.busy = True
            self._api.serve(self, request)

    def _next(self) -> Request | None:
        """The next complete request; None while parts of it are missing."""
        if self._request is None:
            end = self._in.find(b"\r\n\r\n")
            if end < 0:
                return None
            self._request = parsed(self._in[:end].decode("latin-1"))
            del self._in[: end + 4]
        body = self._body(self._request)
        if body is None:
            return None
        request, self._request = self._request, None
        request.body = body
        return request

    def _body(self, request: Request) -> bytes | None:
        if "chunked" in request.headers.get("transfer-encoding", ""):
            return self._chunks()
        length = int(request.headers.get("content-length", 0))
        if len(self._in) < length:
            return None
        body = bytes(self._in[:length])
        del self._in[:length]
        return body

    def _chunks(self) -> bytes | None:
        """The body that came in pieces, once the empty last one is there."""
        while (end := self._in.find(b"\r\n")) >= 0:
            size = int(self._in[:end].split(b";")[0], 16)
            stop = end + 2 + size
            if len(self._in) < stop + 2:
                return None
            self._chunked += self._in[end + 2 : stop]
            del self._in[: stop + 2]
            if size == 0:
                body, self._chunked = bytes(self._chunked), bytearray()
                return body
        return None

"""The page's routes are as `/openapi.json` describes them, whatever they are sent.

`HYPOTHESIS_PROFILE=long` tries many more.
"""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
import threading
import uuid
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from aiohttp import web
from people import Town, WebPerson, file_petition, town
from samples.pictures import PNG
from schemathesis import Case
from schemathesis.specs.openapi.checks import negative_data_rejection

from petitions.words import LANGUAGES
from webchat.description import described

WRITTEN = json.loads(json.dumps(described()))
OPEN = json.loads(json.dumps(described()))
"""Without the session: the test has one; what is asked without it is a test of its own."""
del OPEN["components"]["securitySchemes"]
for at in OPEN["paths"].values():
    for operation in at.values():
        del operation["security"]
REFUSED = [400, 401, 403, 404, 405, 409, 413]
SCHEMA = schemathesis.openapi.from_dict(OPEN, config=schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
))  # fmt: skip
FIELDS = OPEN["components"]["schemas"]["Upload"]["properties"]
ENDLESS = "events"
"""Its answer ends when the page leaves."""


KEY = re.compile("[A-Za-z0-9-]{8,64}")


@dataclass
class Served:
    """A running office, a visitor's session, and a case of theirs with a file."""

    url: str
    token: str
    line: str
    file: str
    routes: set[tuple[str, str]]


class Aside:
    """An event loop beside the test, which calls as any other program would."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(120)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


async def prepared(here: Town) -> Served:
    """Somebody who filed a petition with a picture."""
    person: WebPerson = await here.citizen("web")
    await file_petition(person)
    await person.send_file(PNG, "照片.png", "image/png")
    shown = next(x for x in person.lines.values() if x["who"] == "me" and x["files"])
    token = next(c.value for c in person.http.cookie_jar if c.key == "pb_me")
    base = f"http://127.0.0.1:{here.app.port}"
    return Served(
        base, token, str(shown["id"]), str(shown["files"][0]["id"]), routes(here.app.page)
    )


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """An office whose figures are open, over real HTTP."""
    aside, stack = Aside(), AsyncExitStack()
    with tempfile.TemporaryDirectory() as name:
        made = town(Path(name), telegram=False)
        try:
            here = aside.run(stack.enter_async_context(made))
            yield aside.run(prepared(here))
        finally:
            aside.run(stack.aclose())
            aside.stop()


def cookies(served: Served, case: Case) -> dict[str, str]:
    """The session's cookie, for whichever pane is asked."""
    pane = str((case.path_parameters or {}).get("pane", "me"))
    return {f"pb_{pane}": served.token} if re.fullmatch("[a-z0-9_-]+", pane) else {}


@SCHEMA.exclude(operation_id=ENDLESS).parametrize()
def test_no_request_gets_another_answer_than_described(case: Case, served: Served) -> None:
    without = []
    given = case.body.get("key") if isinstance(case.body, dict) else None
    if isinstance(given, str) and KEY.fullmatch(given):
        case.body["key"] = uuid.uuid4().hex  # a key is used once
    if case.operation.definition.raw["operationId"] == "upload":
        without = [negative_data_rejection]  # in a form `null` and `""` are the same
    if isinstance(case.body, dict) and "file" in case.body:
        held = {name: case.body[name] for name in FIELDS if name in case.body}
        case.body = held | {"file": held.pop("file")}  # last, as the description asks for
    case.call_and_validate(base_url=served.url, cookies=cookies(served, case), timeout=120,
                           excluded_checks=without)  # fmt: skip


def sent(body: bytes = b"{}", kind: str = "application/json", **headers: str) -> Any:
    return body, {"Content-Type": kind, **{k.replace("_", "-"): v for k, v in headers.items()}}


def part(head: bytes, content: bytes = PNG, more: bytes = b"") -> bytes:
    return b"--B\r\nContent-Disposition: form-data; " + head + b"\r\n" + more + b"\r\n" + content


def parts(head: bytes, *, more: bytes = b"", end: bytes = b"\r\n--B--\r\n") -> Any:
    first = part(b'name="key"', uuid.uuid4().hex.encode()) + b"\r\n"
    return sent(first + part(head, more=more) + end, "multipart/form-data; boundary=B")


NAMED = b'name="file"; filename="x.png"'
ODD: dict[str, tuple[str, int, Any]] = {
    "an unknown charset": ("say", 400, sent(kind="application/json; charset=nope")),
    "another charset": ("say", 400, sent(kind="application/json; charset=utf-16")),
    "a number without end": ("say", 400, sent(b'{"key": ' + b"9" * 5000 + b"}")),
    "brackets without end": ("say", 400, sent(b"[" * 60_000)),
    "a list": ("say", 400, sent(b"[]")),
    "half an emoji": ("say", 400, sent(b'{"key": "aaaaaaaa", "text": "\\ud83d"}')),
    "nothing": ("say", 400, sent(b"")),
    "too much": ("say", 413, sent(b" " * 70_000)),
    "what isn't zipped": ("say", 400, sent(Content_Encoding="gzip")),
    "another site": ("say", 403, sent(Sec_Fetch_Site="cross-site")),
    "an origin that is none": ("say", 403, sent(Origin="http://[::1")),
    "an infinite place": (
        "place", 400, sent(b'{"key": "aaaaaaaa", "latitude": 1e999, "longitude": 0}')),
    "a part's name with a control character": ("file", 400, parts(b'name="k\x01"')),
    "a part's head without end": ("file", 400, parts(NAMED, more=b"X: " + b"y" * 20_000 + b"\r\n")),
    "parts in a part": ("file", 400, parts(NAMED, more=b"Content-Type: multipart/mixed\r\n")),
    "parts cut off": ("file", 400, parts(NAMED, end=b"")),
    "no boundary": ("file", 400, sent(b"x", "multipart/form-data")),
    "no parts": ("file", 400, sent(b"x", "text/plain")),
    "a file name that is no text": ("file", 200, parts(b'name="file"; filename="\xff\xfe.png"')),
    "a file name of no charset": ("file", 200, parts(b"name=file; filename*=foo''x.png")),
}  # fmt: skip


@pytest.mark.parametrize(("path", "status", "given"), ODD.values(), ids=ODD)
def test_what_is_no_request_is_refused_in_words(
    served: Served, path: str, status: int, given: Any
) -> None:
    body, headers = given
    found = requests.post(f"{served.url}/api/me/{path}", data=body, headers=headers,
                          cookies={"pb_me": served.token}, timeout=120)  # fmt: skip
    assert found.status_code == status
    if status >= 400:
        assert set(found.json()["error"]) == set(LANGUAGES)


def test_half_an_emoji_is_dropped_and_the_rest_is_read(served: Served) -> None:
    """A page that limits the length of a text may cut one in two."""
    body = json.dumps({"key": uuid.uuid4().hex, "text": "夜里施工\ud83d"})
    found = requests.post(f"{served.url}/api/me/say", data=body, timeout=120,
                          cookies={"pb_me": served.token})  # fmt: skip
    assert found.json()["line"]["text"] == "夜里施工"


def test_a_request_that_is_refused_has_changed_nothing(served: Served) -> None:
    """The page tries again then, and would say it twice."""
    here = {"url": f"{served.url}/api/me/say", "cookies": {"pb_me": served.token}, "timeout": 20}
    asked = {"key": uuid.uuid4().hex, "text": "只说一次", "after": "x"}
    assert requests.post(**here, json=asked).status_code == 400
    log = requests.get(f"{served.url}/api/me/log", cookies=here["cookies"], timeout=120).json()
    assert all(line["key"] != asked["key"] for line in log["lines"])


OF_A_LINE = ("/api/{pane}/file/{id}", "/api/{pane}/archive")
CALLS = [
    (method, path, told) for path, at in WRITTEN["paths"].items() for method, told in at.items()
]


@pytest.mark.parametrize(
    ("method", "path"), [(m, p) for m, p, told in CALLS if told["security"]], ids=str
)
def test_nobody_is_let_in_without_a_session(served: Served, method: str, path: str) -> None:
    where = served.url + path.replace("{pane}", "me").replace("{id}", served.file)
    for token in ("", "x", served.token[:-1], "\xff"):
        found = requests.request(method, where, params={"line": served.line}, timeout=120,
                                 headers={"Cookie": f"pb_me={token}"})  # fmt: skip
        assert found.status_code == (404 if path in OF_A_LINE else 401), "no file says it is there"
        assert found.json()["error"]["zh"]


def test_a_wrong_method_is_told_the_right_ones(served: Served) -> None:
    found = requests.put(f"{served.url}/api/me/say", timeout=120)
    assert (found.status_code, found.headers["Allow"]) == (405, "POST")


def test_the_own_file_comes_whole_and_in_parts(served: Served) -> None:
    here = {"url": f"{served.url}/api/me/file/{served.file}", "params": {"line": served.line},
            "cookies": {"pb_me": served.token}, "timeout": 20}  # fmt: skip
    assert requests.get(**here).content == PNG
    for wanted, status in (("bytes=0-3", 206), ("bytes=-4", 206), ("bytes=9999-", 416),
                           ("bytes=5-1", 200), ("pages=1", 200)):  # fmt: skip
        assert requests.get(**here, headers={"Range": wanted}).status_code == status, wanted


def test_the_stream_begins_with_what_came_since(served: Served) -> None:
    with requests.get(f"{served.url}/api/me/events", params={"after": "x"}, stream=True,
                      timeout=120, cookies={"pb_me": served.token}) as found:  # fmt: skip
        assert found.headers["Content-Type"].startswith("text/event-stream")
        lines = (line for line in found.iter_lines(decode_unicode=True) if line.startswith("data"))
        assert "menu" in next(lines)
        assert '"who"' in next(lines)


def test_the_description_is_served_and_names_every_route(served: Served) -> None:
    assert requests.get(f"{served.url}/openapi.json", timeout=120).json() == WRITTEN
    described = {(method.upper(), path) for method, path, _ in CALLS}
    assert described == served.routes


def routes(app: web.Application) -> set[tuple[str, str]]:
    """Method and path of every route, the demo's left out."""
    every = {(route.method, route.resource.canonical) for route in app.router.routes()
             if route.resource}  # fmt: skip
    aside = ("/demo/", "/simulate", "/chat{")  # the last: addresses led astray, on to the chat
    return {(m, p) for m, p in every if m != "HEAD" and not p.startswith(aside)}

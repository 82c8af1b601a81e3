"""The doors of the page: headers, cookies, origins, methods, paths, and other people's files."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from people import Refused, Town, WebPerson, file_petition, town
from samples.pictures import PNG
from yarl import URL

from bot.office_files import SAMPLE

pytestmark = pytest.mark.once

PAGES = ("/", "/chat", "/figures", "/figures?lang=en", "/simulate?kind=request")
ROUTES = (
    *PAGES, "/figures.json", "/figures/answered.png", "/static/app.js", "/static/pico.css",
    "/static/nothing.js", "/nowhere", "/api/me/log", "/api/me/events", "/api/me/file/1?line=1",
    "/api/me/news", "/demo/state",
)  # fmt: skip


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[Town]:
    """The demo with open figures: every route there is."""
    async with town(tmp_path, telegram=False, demo=True, office=open_office(tmp_path)) as here:
        yield here


def open_office(folder: Path) -> Path:
    """The sample office, with its figures open to everybody."""
    text = SAMPLE.read_text("utf-8")
    if "open_figures" not in text:
        text = text.replace("[office]\n", "[office]\nopen_figures = true\n", 1)
    file = folder / "office.toml"
    file.write_text(text, "utf-8")
    return file


def root(here: Town) -> str:
    return f"http://127.0.0.1:{here.app.port}"


async def test_every_answer_has_the_safe_headers(page: Town) -> None:
    async with aiohttp.ClientSession() as http:
        for path in ROUTES:
            async with http.get(root(page) + path) as response:
                policy = response.headers["Content-Security-Policy"]
                assert "unsafe" not in policy, path
                assert "default-src 'self'" in policy or "default-src 'none'" in policy, path
                assert "frame-ancestors 'self'" in policy, path
                assert response.headers["X-Frame-Options"] == "SAMEORIGIN", path
                assert response.headers["X-Content-Type-Options"] == "nosniff", path
                assert response.headers["Referrer-Policy"] == "same-origin", path
                if path.startswith("/api/"):
                    assert response.headers["Cache-Control"] == "no-store", path


async def test_no_page_that_is_served_holds_inline_code(page: Town) -> None:
    async with aiohttp.ClientSession() as http:
        for path in PAGES:
            async with http.get(root(page) + path) as response:
                assert response.status == 200, path
                text = await response.text()
            assert "<html" in text
            found = re.search(
                r"<script(?![^>]*\bsrc=)|<style|<[^>]+\s(on\w+|style)=|javascript:", text
            )
            assert found is None, (path, found)


async def test_words_in_an_address_are_never_markup(page: Town) -> None:
    bad = "%3Cscript%3Ealert(1)%3C/script%3E%22%27"
    async with aiohttp.ClientSession() as http:
        for path in (f"/figures?period={bad}", f"/figures?lang={bad}", f"/simulate?kind={bad}",
                     f"/simulate?start={bad}", f"/simulate?late={bad}", f"/chat?start={bad}",
                     f"/static/{bad}", f"/{bad}", f"/figures/{bad}.png"):  # fmt: skip
            async with http.get(root(page) + path) as response:
                assert response.status < 500, path
                if response.content_type == "text/html":
                    assert "<script>alert" not in await response.text(), path
                else:
                    assert response.content_type == "application/json", path


async def test_a_session_cookie_is_for_the_server_and_this_site_alone(tmp_path: Path) -> None:
    for name, public in (("plain", ""), ("safe", "https://petition.example")):
        async with (
            town(tmp_path / name, telegram=False, public_url=public) as here,
            aiohttp.ClientSession() as http,
        ):
            body = {"key": uuid.uuid4().hex}
            async with http.post(f"{root(here)}/api/me/enter", json=body) as response:
                cookie = response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) == bool(public)
        assert len(cookie.partition("=")[2].partition(";")[0]) >= 43, "256 bits"


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "HERE"}, False),
        ({"Origin": "HERE"}, True),
    ],
)
async def test_a_post_from_another_site_is_refused(
    here: Town, headers: dict[str, str], taken: bool
) -> None:
    person = await here.citizen("web")
    headers = {k: root(here) if v == "HERE" else v for k, v in headers.items()}
    said = {"key": uuid.uuid4().hex, "text": "/help"}
    async with person.http.post(f"{person.base}/say", json=said, headers=headers) as response:
        assert response.status == (200 if taken else 403)
    await person.refresh()
    assert any(line["who"] == "me" for line in person.lines.values()) == taken


async def test_a_tampered_cookie_opens_nothing(here: Town) -> None:
    owner = await here.citizen("web")
    number = await file_petition(owner)
    token = cookie(owner)
    flipped = ("A" if token[0] != "A" else "B") + token[1:]
    for tried in (flipped, token[:-1], token + "A", token.lower(), "", "0", "../me", "'; --"):
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            for path in ("log", "news", "events", "file/1?line=1"):
                headers = {"Cookie": f"pb_me={tried}"}
                async with http.get(f"{owner.base}/{path}", headers=headers) as response:
                    nothing = 404 if path.startswith("file") else 401
                    assert response.status == nothing, (tried, path)
                    assert number not in await response.text()


async def test_a_cookie_the_office_never_gave_is_not_taken_over(here: Town) -> None:
    """Session fixation: a planted token doesn't become anybody's session."""
    planted = uuid.uuid4().hex + uuid.uuid4().hex
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        base, headers = f"{root(here)}/api/me", {"Cookie": f"pb_me={planted}"}
        body = {"key": uuid.uuid4().hex}
        async with http.post(f"{base}/enter", json=body, headers=headers) as response:
            given = response.headers["Set-Cookie"]
        assert planted not in given
        async with http.get(f"{base}/log", headers=headers) as response:
            assert response.status == 401


def cookie(person: WebPerson) -> str:
    return next(c.value for c in person.http.cookie_jar if c.key == "pb_me")


async def sent(person: WebPerson, name: str, mime: str = "image/png") -> dict[str, Any]:
    """Send a file; the line that shows it."""
    await person.say("/new")
    if any("同意" in b for b in person.buttons()):
        await person.press("同意，开始")
    await person.send_file(PNG, name, mime)
    return next(line for line in person.lines.values() if line["files"])


async def test_another_visitors_file_is_not_there(here: Town) -> None:
    owner, stranger = await here.citizen("web"), await here.citizen("web")
    line = await sent(owner, "a.png")
    file = line["files"][0]["id"]
    mine = f"file/{file}?line={line['id']}"
    async with owner.http.get(f"{owner.base}/{mine}") as response:
        assert response.status == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    others = max(stranger.lines)
    for path in (
        mine, f"file/{file}", f"file/{file}?line={others}", f"file/{file}?line=-1",
        f"file/-{file}?line={line['id']}", "file/99999999999999999999?line=1",
    ):  # fmt: skip
        async with stranger.http.get(f"{stranger.base}/{path}") as response:
            assert response.status == 404, path


@pytest.mark.parametrize("path", [
    "/static/..%2fapp.js", "/static/..%2f..%2fguard.py", "/static/%2e%2e/%2e%2e/pyproject.toml",
    "/static/%2fetc%2fpasswd", "/static/app.js%00.css", "/static/" + "a" * 3000,
    "/static/..%5c..%5cguard.py", "/static/index.html", "/static/pico.LICENSE.md",
    "/figures/..%2f..%2fx.png", "/api/..%2f..%2fme/log", "/api/me%00/log",
    "/api/me/file/..%2f..%2fkeys.toml?line=1", "/api/" + "p" * 200 + "/log",
])  # fmt: skip
async def test_no_path_leads_out_of_the_house(here: Town, path: str) -> None:
    address = URL(root(here) + path, encoded=True)
    async with aiohttp.ClientSession() as http, http.get(address) as response:
        assert response.status in (400, 401, 404), path
        text = await response.text()
    assert "root:" not in text
    assert "import" not in text


@pytest.mark.parametrize("name", [
    'a"; filename="x.pdf', "a%0d%0aSet-Cookie: pb_me=1.png", "../../etc/passwd",
    "合同\u202egnp.pdf", "%0d%0aX: y.png", "",
])  # fmt: skip
async def test_a_file_name_splits_no_header(here: Town, name: str) -> None:
    owner = await here.citizen("web")
    line = await sent(owner, name)
    file = line["files"][0]
    assert "/" not in file["name"]
    async with owner.http.get(f"{owner.base}/file/{file['id']}?line={line['id']}") as response:
        assert response.status == 200
        assert "Set-Cookie" not in response.headers
        shown = response.headers["Content-Disposition"]
        assert re.fullmatch(r"(inline|attachment); filename\*=UTF-8''[A-Za-z0-9%._~-]+", shown)
        assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_what_calls_itself_a_picture_is_never_a_page(here: Town) -> None:
    """A page of script under a picture's name is refused, and so is a picture under a page's."""
    owner = await here.citizen("web")
    await owner.say("/new")
    await owner.press("同意，开始")
    for content, name in ((b"<html><script>alert(1)</script>", "a.png"), (PNG, "a.html")):
        with pytest.raises(Refused, match="不能收") as refused:
            await owner.send_file(content, name, "text/html")
        assert refused.value.status == 409
    await owner.refresh()
    assert not [line for line in owner.lines.values() if line["files"]], "nothing was kept"
    await owner.send_file(PNG, "a.txt", "text/html")
    line = next(line for line in owner.lines.values() if line["files"])
    path = f"{owner.base}/file/{line['files'][0]['id']}?line={line['id']}"
    async with owner.http.get(path) as response:
        assert response.status == 200
        assert response.content_type == "image/png"
        assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_only_the_methods_there_are(here: Town) -> None:
    person = await here.citizen("web")
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "X"):
        for path in ("/", "/chat", "/api/me/log", "/api/me/say"):
            headers = {"Sec-Fetch-Site": "same-origin"}
            async with person.http.request(method, root(here) + path, headers=headers) as response:
                assert response.status in (400, 404, 405), (method, path)
    for path in ("say", "press", "enter", "file", "place"):
        async with person.http.get(f"{person.base}/{path}") as response:
            assert response.status == 405, path

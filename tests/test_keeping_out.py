"""What the page asks of browsers: its cookies, what other sites may do with it, and who we are."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from people import Town, file_petition, town
from people.page import Page, browser, person
from playwright.async_api import expect
from structlog.testing import capture_logs

from storage.tables import SESSION, SETTING

HTTPS = "https://petitions.example"


async def enter(here: Town, cookie: str = "") -> tuple[int, dict[str, Any], list[str]]:
    """Open the page as a browser with this cookie; gives the chat and the cookies it is given."""
    url = f"http://127.0.0.1:{here.app.port}/api/me/enter"
    body = {"lang": "zh", "key": uuid.uuid4().hex}
    headers = {"Cookie": cookie} if cookie else {}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(url, json=body) as answer,
    ):
        given = answer.headers.getall("Set-Cookie", [])
        return answer.status, await answer.json(), given


def token(given: list[str]) -> str:
    return given[0].partition("=")[2].partition(";")[0]


async def test_behind_https_a_cookie_is_the_hosts_own(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False, public_url=HTTPS) as here:
        _, first, given = await enter(here)
        assert given[0].startswith("__Host-pb_me=")
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(given[0].split("; "))
        assert "domain" not in given[0].lower()
        _, again, _ = await enter(here, f"__Host-pb_me={token(given)}")
        assert again["chat"] == first["chat"]


async def test_somebodys_cookie_is_not_taken_over_by_planting_it(tmp_path: Path) -> None:
    """A neighbour of the host, or who sits on the line, can set a cookie without the prefix."""
    async with town(tmp_path, telegram=False, public_url=HTTPS) as here:
        assert here.app.room
        here.app.room.host_since = here.app.clock.now()  # the town's clock was set back since
        _, attacker, given = await enter(here)
        planted = f"pb_me={token(given)}"
        _, victim, own = await enter(here, planted)
        assert victim["chat"] != attacker["chat"]
        assert own[0].startswith("__Host-pb_me=")
        assert any(x.startswith("pb_me=") and "Max-Age=0" in x for x in own), "and it is taken away"
        _, still, _ = await enter(here, f"{planted}; __Host-pb_me={token(own)}")
        assert still["chat"] == victim["chat"]
        url = f"http://127.0.0.1:{here.app.port}/api/me/log"
        async with aiohttp.ClientSession(headers={"Cookie": planted}) as http:
            assert (await http.get(url)).status == 401


async def test_who_had_a_cookie_before_keeps_the_session(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False) as here:
        _, before, given = await enter(here)
        assert given[0].startswith("pb_me=")
        old = token(given)
        long_ago = here.app.clock.now().replace(year=2020)
        here.now(lambda b: b.change("session", SESSION.c.chat > 0, created_at=long_ago))
    async with town(tmp_path, telegram=False, public_url=HTTPS) as here:
        assert here.now(lambda b: b._db.execute(SETTING.select()).all())
        _, same, given = await enter(here, f"pb_me={old}")
        assert same["chat"] == before["chat"]
        assert given[0].startswith(f"__Host-pb_me={old};"), "under the new name"


@pytest.mark.parametrize("public_url", ["", HTTPS])
async def test_every_answer_keeps_other_sites_out_and_names_no_version(
    tmp_path: Path, public_url: str
) -> None:
    async with town(tmp_path, telegram=False, public_url=public_url, metrics_port=0) as here:
        root = f"http://127.0.0.1:{here.app.port}"
        async with aiohttp.ClientSession() as http:
            for path in ("/chat", "/static/app.js", "/api/me/log", "/nowhere", "/openapi.json"):
                async with http.get(root + path) as answer:
                    said = answer.headers
                assert said["Cross-Origin-Resource-Policy"] == "same-origin", path
                assert said["Cross-Origin-Embedder-Policy"] == "require-corp"
                assert said["Cross-Origin-Opener-Policy"] == "same-origin"
                assert "trusted-types pasted" in said["Content-Security-Policy"]
                assert said["Server"] == "petition-bot"
                assert ("Strict-Transport-Security" in said) == bool(public_url)
            async with http.get(f"http://127.0.0.1:{here.app.monitor_port}/live") as answer:
                assert answer.headers["Server"] == "petition-bot"
        reader, writer = await asyncio.open_connection("127.0.0.1", here.app.port)
        writer.write(b"\x00nonsense\r\n\r\n")
        answer = await reader.read(-1)
        assert b" 400 " in answer
        assert b"aiohttp" not in answer.lower()
        assert b"python" not in answer.lower()
        writer.close()


@pytest.mark.browser
async def test_no_script_of_the_page_makes_markup_of_texts(here: Town, chromium: str) -> None:
    async with browser() as window:
        tab = await person(window)
        wrong: list[str] = []
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.on("console", lambda x: wrong.append(x.text) if x.type == "error" else None)
        page = Page(tab)
        await page.open(f"http://127.0.0.1:{here.app.port}/chat")
        await page.say("/help")
        await page.say("<img src=x onerror=alert(1)>")
        await expect(tab.get_by_text("<img src=x onerror").first).to_be_visible()
        assert not wrong
        refused = await tab.evaluate(
            "() => { try { document.body.innerHTML = '<b>x</b>'; return ''; }"
            " catch (error) { return error.name; } }"
        )
        assert refused == "TypeError", "the browser itself holds to it"


async def test_wrong_codes_invitations_and_desks_are_in_log_and_metrics(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False, metrics_port=0) as here:
        number = await file_petition(await here.citizen("web"))
        stranger, secret = await here.citizen("web"), "ABCDE-FGHJK"
        with capture_logs() as logs:
            await stranger.say("/track")
            await stranger.say(number)
            await stranger.say(secret)
            await stranger.say("/start i_never-was-an-invitation-at-all")
            token = here.invite("housing")
            officer = await here.citizen("web")
            await officer.say(f"/start i_{token}")
            [seated] = here.now(lambda b: [o for o in b.officers("housing") if o.chat])
            here.now(lambda b: b.end_officer(seated.id, here.app.clock.now()))
        said = [(x["event"], x.get("secret") or x.get("officer")) for x in logs]
        assert {x for x in said if x[0] == "secret.wrong"} >= {("secret.wrong", "invite")}
        assert len({x for x in said if x[0] == "secret.wrong"}) >= 2, "the code, too"
        for event in ("staff.invited", "staff.seated", "staff.ended"):
            assert (event, seated.id) in said
        written = str(logs)
        assert not [x for x in (token, secret, number, seated.name) if x in written]
        url = f"http://127.0.0.1:{here.app.monitor_port}/metrics"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            told = await answer.text()
        assert 'petition_wrong_secrets{secret="invite"} 1.0' in told
        assert 'petition_desks{state="ended"} 1.0' in told
        assert secret not in told

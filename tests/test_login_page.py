"""An officer's login as the browser shows it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from people import SHOTS, Town, file_petition
from people.login import strict_town
from people.page import DESK, Page, address, axe, browser, person
from playwright.async_api import Browser, Route, expect
from standins.botapi import LONG

from petitions.logged import LogEntry

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]


@pytest.fixture
async def window(chromium: str) -> AsyncIterator[Browser]:
    """A Chromium."""
    async with browser() as opened:
        yield opened


async def sit_down(here: Town, tab: Any) -> None:
    """Open an invitation's link; the login is asked for."""
    tab.set_default_timeout(LONG * 1000)
    await tab.goto(address(here, f"/chat?start=i_{here.invite('city', 'clerk')}"))
    await tab.locator("#sit-down").click()
    await expect(tab.locator("#login")).to_be_visible()


def now_code(here: Town, secret: str) -> str:
    return pyotp.TOTP(secret).at(here.app.clock.now())


async def type_code(tab: Any, code: str) -> None:
    await tab.locator("#login-value").fill(code)
    await tab.locator("#login-value").press("Enter")


async def set_code(here: Town, tab: Any) -> str:
    """Set a time code; gives its secret."""
    await tab.get_by_role("button", name="设置验证码").click()
    await expect(tab.locator("#login-picture")).to_be_visible()
    secret = (await tab.locator("#login-secret").inner_text()).replace(" ", "")
    await type_code(tab, now_code(here, secret))
    await expect(tab.locator("#login")).to_be_hidden()
    return secret


def problems(tab: Any) -> list[str]:
    """What the browser complains of: the policy that keeps scripts out, errors of ours."""
    found: list[str] = []
    tab.on("pageerror", lambda error: found.append(str(error)))
    tab.on(
        "console",
        lambda line: (
            found.append(line.text)
            if line.type == "error" and "401" not in line.text and "409" not in line.text
            else None
        ),
    )
    return found


async def test_a_desk_is_opened_by_a_time_code_and_nothing_that_was_written_is_lost(
    tmp_path: Path, window: Browser
) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        tab = await person(window, size=DESK)
        found = problems(tab)
        await sit_down(here, tab)
        assert await tab.locator(".line").count() == 0, "nothing of the desk is seen"
        await tab.keyboard.press("Escape")
        await expect(tab.locator("#login")).to_be_visible()
        secret = await set_code(here, tab)
        desk = Page(tab)
        await desk.expect("工作台")
        await desk.say(f"/desk {number}")
        await desk.expect(number)

        await here.set_clock(here.app.clock.now() + timedelta(minutes=31))
        await tab.locator("#text").fill("/desk")
        await tab.locator("#send").click()
        await expect(tab.locator("#login")).to_be_visible()
        assert await tab.locator(".line:not(.pending)").count() == 0, "what was shown is gone"
        assert await axe(tab) == []
        await tab.screenshot(path=SHOTS / "login.png")
        await type_code(tab, "000000")
        await expect(tab.locator("#login-error")).to_contain_text("验证码不对")
        await type_code(tab, now_code(here, secret))
        await expect(tab.locator("#login")).to_be_hidden()
        await desk.expect(number)
        await expect(tab.locator(".line.mine", has_text="/desk").last).to_be_visible()
        await expect(tab.locator("#pending .line")).to_have_count(0)

        await here.set_clock(here.app.clock.now() + timedelta(minutes=6))
        await desk.say(f"/desk {number}")
        await desk.press("查看姓名")
        await desk.expect("再确认一次")
        await desk.press("确认是我本人")
        await type_code(tab, now_code(here, secret))
        await desk.expect("查看是为了什么")  # it goes on by itself with what was pressed
        assert found == []


async def test_a_login_that_was_asked_for_cannot_be_closed_once_the_session_is_over(
    tmp_path: Path, window: Browser
) -> None:
    async with strict_town(tmp_path) as here:
        number = await file_petition(await here.citizen())
        tab = await person(window, size=DESK)
        await tab.clock.install()
        await sit_down(here, tab)
        secret = await set_code(here, tab)
        desk = Page(tab)
        await here.set_clock(here.app.clock.now() + timedelta(minutes=6))
        await desk.say(f"/desk {number}")
        await desk.press("查看姓名")
        await desk.press("确认是我本人")
        await expect(tab.locator("#login-close")).to_be_visible()

        streams: list[str] = []
        tab.on("request", lambda r: streams.append(r.url) if "/events" in r.url else None)
        chat = here.now(lambda book: next(o.chat for o in book.officers("city") if o.chat))
        await here.set_clock(here.app.clock.now() + timedelta(minutes=31))
        await here.app.visitors.append(chat, LogEntry("office", "来了一件新的"))
        await expect(tab.locator("#login-close")).to_be_hidden()
        assert await tab.locator(".line").count() == 0
        await tab.keyboard.press("Escape")
        await expect(tab.locator("#login")).to_be_visible()
        await tab.clock.fast_forward(5000)
        await tab.evaluate("""() => fetch("api/me/login", {method: "POST", body: "{}"})""")
        assert streams == [], "nobody asks again for what is shut"
        await type_code(tab, now_code(here, secret))
        await expect(tab.locator("#login")).to_be_hidden()
        await desk.expect("来了一件新的")


@pytest.mark.parametrize("kept", [True, False], ids=["ended", "never kept"])
async def test_a_page_whose_session_is_gone_asks_for_no_login(
    tmp_path: Path, window: Browser, kept: bool
) -> None:
    async with strict_town(tmp_path) as here:
        tab = await person(window)
        if not kept:
            await tab.route("**/enter", without_cookie)
            await tab.goto(address(here, f"/chat?start=i_{here.invite('city', 'clerk')}"))
            await tab.locator("#sit-down").click()
            await expect(tab.locator("#net")).to_contain_text("Cookie")
            await expect(tab.locator("#login")).to_be_hidden()
            return
        await sit_down(here, tab)
        await expect(tab.get_by_role("button", name="设置验证码")).to_be_visible()
        await tab.context.clear_cookies()
        await tab.get_by_role("button", name="设置验证码").click()
        await expect(tab.locator("#login")).to_be_hidden()
        await Page(tab).expect("提交信访事项")


async def without_cookie(route: Route) -> None:
    """A browser that keeps no cookies."""
    answer = await route.fetch()
    given = {k: v for k, v in answer.headers.items() if k != "set-cookie"}
    await route.request.frame.page.context.clear_cookies()  # fetched for it, it kept one
    await route.fulfill(status=answer.status, headers=given, body=await answer.body())


async def authenticator(tab: Any) -> tuple[Any, str]:
    """A device with passkeys in this tab, whose owner says yes."""
    devices = await tab.context.new_cdp_session(tab)
    await devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = await devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devices, made["authenticatorId"]


async def passkey_set(tab: Any) -> None:
    await tab.get_by_role("button", name="设置通行密钥").click()
    await expect(tab.locator("#login")).to_be_hidden()


async def test_a_passkey_opens_the_desk_and_nothing_else_does(
    tmp_path: Path, window: Browser
) -> None:
    port = free_port()
    url = f"http://localhost:{port}"
    async with strict_town(tmp_path, web_port=port, public_url=url) as here:
        tab = await person(window, size=DESK)
        found = problems(tab)
        devices, device = await authenticator(tab)
        tab.set_default_timeout(LONG * 1000)
        await tab.goto(f"{url}/chat?start=i_{here.invite('city', 'clerk')}")
        await tab.locator("#sit-down").click()
        await expect(tab.locator("#login")).to_be_visible()
        await tab.screenshot(path=SHOTS / "login-passkey.png")
        await passkey_set(tab)
        desk = Page(tab)
        await desk.expect("工作台")

        await here.set_clock(here.app.clock.now() + timedelta(minutes=31))
        await tab.reload()
        await expect(tab.locator("#login")).to_be_visible()
        assert await tab.locator(".line").count() == 0
        await expect(tab.locator("#login-asked")).to_be_hidden()
        kept: list[str] = []
        tab.on("request", lambda r: kept.append(r.post_data or "") if "login" in r.url else None)
        await devices.send(
            "WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False}
        )
        await tab.get_by_role("button", name="用通行密钥").click()
        await expect(tab.locator("#login-error")).not_to_be_empty()  # its owner wasn't there
        await tab.get_by_role("button", name="返回").click()
        await devices.send(
            "WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True}
        )
        await tab.get_by_role("button", name="用通行密钥").click()
        await expect(tab.locator("#login")).to_be_hidden()
        await desk.expect("工作台")

        signed = next(data for data in reversed(kept) if '"signed"' in data)
        await here.set_clock(here.app.clock.now() + timedelta(minutes=31))
        again = """async (body) => (await fetch("api/me/login", {method: "POST", body})).status"""
        assert await tab.evaluate(again, signed) == 409, "what was signed once opens nothing more"
        ask = """async () => (await fetch("api/me/login", {method: "POST",
            body: JSON.stringify({do: "key"})})).status"""
        assert await tab.evaluate(ask) == 200
        assert await tab.evaluate(again, signed) == 409, "nor what was signed for another question"
        assert found == []


async def test_without_an_address_for_passkeys_only_a_code_is_offered(
    tmp_path: Path, window: Browser
) -> None:
    async with strict_town(tmp_path) as here:
        tab = await person(window, size=DESK)
        await sit_down(here, tab)
        await expect(tab.get_by_role("button", name="设置验证码")).to_be_visible()
        await expect(tab.get_by_role("button", name="设置通行密钥")).to_have_count(0)


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])

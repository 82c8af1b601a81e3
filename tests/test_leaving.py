"""Leaving a shared phone takes everything along: the page's store in the browser, all its tabs,
what is on the screen, an officer's desk; on Telegram what held a secret. What stays is said.
"""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from people import Town, code_in, file_petition, told, until
from people.page import Page, browser, person
from playwright.async_api import expect

from petitions.book import Notice
from petitions.case.notices import ANSWER
from petitions.message import Message, Of
from petitions.telling.ports import Delivery

pytestmark = pytest.mark.sqlite
HERS = "她写了一半的话：邻居的工地"
LEFT = """async () => {
    const found = { local: {...localStorage}, session: {...sessionStorage}, files: [] };
    found.databases = (await indexedDB.databases()).map((one) => one.name);
    for (const name of found.databases) {
        const base = await new Promise((done) => {
            const open = indexedDB.open(name);
            open.onsuccess = () => done(open.result);
        });
        for (const store of base.objectStoreNames) {
            const all = base.transaction(store).objectStore(store).getAllKeys();
            await new Promise((done) => { all.onsuccess = done; });
            found.files.push(...all.result);
        }
        base.close();
    }
    found.caches = window.caches ? await caches.keys() : [];
    found.workers = (await navigator.serviceWorker.getRegistrations()).length;
    found.page = document.documentElement.outerHTML;
    const fields = [...document.querySelectorAll("textarea, input")];
    found.fields = fields.map((one) => one.value).join("");
    found.address = location.href + history.length + JSON.stringify(history.state);
    found.downloads = [...document.querySelectorAll("a[download], a[href*='file/']")].length;
    return found;
}"""
"""All that a second person could find of the first."""


async def test_leaving_takes_everything_on_this_phone_along(here: Town, tmp_path: Path) -> None:
    async with browser() as chrome:
        first = Page(await person(chrome))
        second = Page(await first.whole.context.new_page())
        await first.open(f"http://127.0.0.1:{here.app.port}/chat")
        await first.say("/new")
        await first.press("同意，开始")
        await first.say("小区楼下的工地每天夜里施工到两点")
        await second.open(f"http://127.0.0.1:{here.app.port}/chat")
        program = tmp_path / "工资单.exe"
        program.write_bytes(b"MZ" + b"\0" * 200)
        await first.tab.locator("#pick-file").set_input_files(str(program))
        await first.tab.locator("#caption").fill("这是他们欠我的工资")
        await first.tab.locator("#confirm-send").click()
        await expect(first.tab.locator("#pending .line.failed")).to_have_count(1)
        before = await first.tab.evaluate(LEFT)
        assert before["files"], "the refused file lies in the browser"
        assert "欠我的工资" in json.dumps(before["local"], ensure_ascii=False)
        await second.box.fill(HERS)
        await first.box.fill(HERS)
        await first.tab.locator("#menu-open").click()
        await first.tab.locator("#menu-list button", has_text="个人信息与隐私").click()
        for label in ("退出登录", "是，退出"):
            await first.key(label).click()
        await first.expect("已退出")
        await expect(second.box).to_have_value("")
        await second.expect("已退出")
        for page in (first, second):
            await nothing_of_her(page)
            await page.tab.reload()
            await page.expect("已退出")
            await nothing_of_her(page)


async def nothing_of_her(page: Page) -> None:
    found = await page.tab.evaluate(LEFT)
    said = json.dumps(found, ensure_ascii=False)
    for hers in ("工资", "她写了", "施工到两点", "邻居"):
        assert hers not in said, hers
    assert not found["files"]
    assert not found["caches"]
    assert not found["workers"]
    assert not found["downloads"]
    assert not [n for n in (*found["local"], *found["session"]) if n.startswith("pb-out")]


async def test_the_browser_is_told_to_forget_and_nobody_else_is(here: Town) -> None:
    citizen = await here.citizen("web")
    heard: list[tuple[str, str]] = []

    async def said(path: str, body: dict[str, Any]) -> None:
        async with citizen.http.post(f"{citizen.base}/{path}", json=body) as response:
            heard.append((path, response.headers.get("Clear-Site-Data", "")))
        await citizen.refresh()

    await said("say", {"key": "a" * 12, "text": "/privacy"})
    for label, key in (("退出登录", "b" * 12), ("是，退出", "c" * 12)):
        line = max(x["id"] for x in citizen._said() if label in str(x["buttons"]))
        data = next(b["data"] for row in citizen.lines[line]["buttons"] for b in row
                    if label in b["text"])  # fmt: skip
        await said("press", {"key": key, "message": line, "data": data})
    assert [h for _, h in heard] == ["", "", '"cache", "storage"']


async def test_an_officer_who_leaves_a_phone_leaves_the_desk(here: Town, channel: str) -> None:
    officer = await here.officer("housing", "handler", channel)
    await officer.say("/privacy")
    assert "工作台也会一起退出" in await officer.press("退出登录")
    with contextlib.suppress(KeyError):  # on the page the session has ended with it
        await officer.press("是，退出")
    assert not [o for o in here.now(lambda b: b.officers("housing")) if o.chat]
    assert "只供工作人员" in await officer.say("/desk")


async def test_secrets_are_deleted_from_telegram_when_they_were_read(here: Town) -> None:
    filer, guest = await here.citizen(), await here.citizen()
    number = await file_petition(filer)
    code = code_in("\n".join(told(filer)))
    await guest.say(f"/track {number}")
    await guest.say(code)
    await guest.say(f"/track {number} {code}")
    await guest.say(f"／track {number} {code}")
    await guest.say(f"我的编号 {number} 查询码 {code}")
    await guest.say("我的身份证号是 11010519491231002X，请核对")
    mine = [m.get("text", "") for m in guest.phone.messages if m["from"]["id"] == guest.phone.id]
    assert not [text for text in mine if code in text or "11010519491231002X" in text]
    assert f"/track {number}" in mine, "a number alone is no secret"


async def test_what_telegram_does_not_delete_is_said_at_once(here: Town) -> None:
    citizen = await here.citizen()
    await citizen.say("/privacy")
    await citizen.press("设密码")
    here.api.stays.add(citizen.phone.messages[-1]["message_id"] + 1)
    said = await citizen.say("2468")
    assert "没让我们删除" in said
    assert "密码已设好" in said


async def test_leaving_telegram_deletes_the_receipt_or_says_that_it_stays(here: Town) -> None:
    soon, late = await here.citizen(), await here.citizen()
    for one in (soon, late):
        await file_petition(one)
    code = code_in("\n".join(told(soon)))
    assert "正在删除" in await leaves(soon)
    await until(lambda: code not in str(soon.phone.messages))
    await here.pass_time(days=3)
    assert re.search("还有[0-9]+条更早的（包括回执", await leaves(late))


@pytest.mark.parametrize("kind", ["petitioner.closed", ANSWER])
async def test_words_that_arrived_before_a_file_broke_off_are_deleted_too(
    here: Town, kind: str
) -> None:
    assert here.api
    person = await here.citizen()
    await file_petition(person)
    chat = here.now(lambda book: book.chat("telegram", str(person.phone.id)))
    file = await here.app.vault.keep("意见".encode(), "意见书.txt", "text/plain")
    message = Message("只到了一半的话", files=(file,), of=Of(cases=(1,)))
    here.api.fault("sendDocument", person.phone.id, kind="drop", times=-1)
    now = here.app.clock.now()
    notice = Notice(10**6, kind, 1, "1", f"chat:{chat.id}", now, "sending", 1, {})
    delivery = Delivery((notice,), chat, message)
    settled = await here.app.reminders._deliver("telegram", delivery)
    assert settled[0].step.state != "sent"
    await here.app.ledger.settle(settled, now)
    assert "只到了一半的话" in str(person.phone.messages)
    await leaves(person)
    await until(lambda: "只到了一半的话" not in str(person.phone.messages))


async def leaves(person: Any) -> str:
    await person.say("/privacy")
    await person.press("退出登录")
    return str(await person.press("是，退出"))

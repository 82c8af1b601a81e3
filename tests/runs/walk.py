"""Walks through an office in one language, on the page, and tells what was shown: for the test
that finds sentences which are in no catalogue. Runs by itself, on a copy of the words."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
from pathlib import Path
from typing import Any

from people import FILING, Refused, Town, WebPerson, town

from petitions.words import say

LANG = sys.argv[2]
PRESSES = 30
"""How many more buttons each person tries, after the journey."""
NEVER = ("person:", "priv:erase", "lang:")
"""What would end the walk: leaving, erasing, another language."""


class Walker(WebPerson):
    """Somebody on the page who keeps everything that was shown to them."""

    def __init__(self, here: Town) -> None:
        super().__init__(here.app)
        self.shown: list[str] = []
        self.tried: set[str] = set()

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await super().post(path, body)
        self.shown.append(answer.get("toast") or "")
        return answer

    async def refresh(self) -> None:
        await super().refresh()
        for line in self._said():
            self.shown += [line["text"], *(b["text"] for row in line["buttons"] for b in row)]

    async def key(self, key: str, **values: Any) -> str:
        """Press the button of a key."""
        return await self.press(say(LANG, key, **values))

    async def wander(self) -> None:
        """Every command, and buttons nobody pressed yet, the newest first."""
        self.shown += [one["text"] for one in self.entered["menu"]]
        commands = [one["command"] for one in self.entered["menu"]]
        for command in (*commands, "help", "lang", "desk", "tasks", "units", "figures"):
            with contextlib.suppress(Refused):
                await self.say(f"/{command}")
            for _ in range(3):
                await self._try()
        for _ in range(PRESSES):
            await self._try()

    async def _try(self) -> None:
        for line in reversed(self._said()):
            for row in line["buttons"]:
                for button in row:
                    kind = re.sub(r"\d+", "", button.get("data", ""))
                    if kind and kind not in self.tried and not kind.startswith(NEVER):
                        self.tried.add(kind)
                        body = {"key": f"walk-{len(self.tried):08}", "message": line["id"],
                                "data": button["data"]}  # fmt: skip
                        with contextlib.suppress(Refused):
                            await self._done("press", body)
                        return


async def someone(here: Town, unit: str = "", role: str = "handler") -> Walker:
    """A citizen, or an officer at a desk."""
    person = Walker(here)
    await person.enter(LANG)
    if unit:
        await person.say(f"/start i_{here.invite(unit, role)}")
        await person.enter(LANG)
    return person


async def walk(here: Town) -> list[str]:
    """From the first word to the opinion, a notice and a rating; then everybody looks around."""
    office = here.app.office
    unit = next(u for u in office.units.values() if not u.is_bureau).id
    citizen, clerk = await someone(here), await someone(here, office.bureau, "clerk")
    handler = await someone(here, unit)
    admin = await someone(here, office.bureau, "administrator")
    await citizen.say("/new")
    await citizen.key("button.agree")
    for words in FILING.values():
        await citizen.say(words)
    await citizen.say("no")
    await citizen.key("form.petition.submit")
    people = (citizen, clerk, handler, admin)
    for one in people:
        await one.wander()
    await here.pass_time(days=16)
    for one in people:
        await one.refresh()
        await one.wander()
    shown = [text for one in people for text in one.shown]
    for one in people:
        await one.close()
    return shown


SHOWN = """() => [
  document.title, document.body.innerText,
  ...[...document.querySelectorAll("[aria-label], [placeholder], [title], [alt]")].flatMap((el) =>
    ["aria-label", "placeholder", "title", "alt"].map((name) => el.getAttribute(name) || "")),
  ...[...document.querySelectorAll(".sr")].map((el) => el.textContent),
]"""
"""Whatever a page says: to the eye, to a screen reader."""


async def look(here: Town, folder: Path) -> list[str]:
    """The page's own words: its frame, its panels and windows, a file, a place, no network."""
    from people.page import Page, browser, expect, person

    empty = folder / "a.txt"
    empty.write_bytes(b"")
    async with browser() as window:
        tab = await person(window, "en-XA")
        page = Page(tab)
        shown: list[str] = []

        async def seen() -> None:
            shown.extend(await tab.evaluate(SHOWN))

        await page.open(f"http://127.0.0.1:{here.app.port}/chat")
        await seen()
        for button, close in (
            ("#about-open", "#about button"),
            ("#lang", "#languages > form > button"),
            ("#menu-open", "#menu-open"),
            ("#attach-open", "#attach-place"),
        ):
            await tab.locator(button).click()
            await seen()
            await tab.locator(close).click()
        await page.settled()
        await tab.locator("#pick-file").set_input_files(empty)
        await seen()
        await tab.locator("#confirm button[value=no]").click()
        await page.box.fill("1" * 11000)
        await seen()
        await page.box.fill("2")
        await tab.context.set_offline(True)
        await expect(tab.locator("#net")).not_to_be_empty()
        await page.box.press("Enter")
        await expect(tab.locator("#pending .line")).to_be_visible()
        await seen()
    return shown


async def main(folder: Path) -> None:
    """The texts, as a list."""
    async with town(folder, telegram=False) as here:
        shown = await (look(here, folder) if "browser" in sys.argv else walk(here))
    print(json.dumps(sorted({text for text in shown if text})))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

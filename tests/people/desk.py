"""What officers do at their desks."""

from __future__ import annotations

import re
from typing import Any

from people.citizen import FILING
from people.town import Town
from people.web_person import WebPerson


class Office:
    """The officers of a journey."""

    def __init__(self, here: Town, channel: str) -> None:
        self.here, self.channel = here, channel
        self.seated: dict[str, Any] = {}

    async def at(self, unit: str, role: str = "handler") -> Any:
        key = f"{unit}:{role}"
        if key not in self.seated:
            self.seated[key] = await self.here.officer(unit, role, self.channel)
        return self.seated[key]


async def does(officer: Any, number: str, action: str, *answers: str) -> str:
    """Open the case and take one step: the answers are labels to press or words to say, the
    last one is the button that ends it."""
    await officer.say(f"/desk {number}")
    said = await officer.press(action)
    for answer in answers:
        shown = any(b == answer for b in officer.buttons()[-40:])
        said = await (officer.press(answer) if shown else officer.say(answer))
    return str(said)


async def passed(office: Office, number: str, unit: str = "云川市住房和城乡建设局") -> None:
    clerk = await office.at("city", "clerk")
    await does(clerk, number, "登记", "登记")
    await does(clerk, number, "转送", unit, "转送")


async def accepted(office: Office, number: str) -> Any:
    await passed(office, number)
    unit = await office.at("housing")
    await does(unit, number, "受理", "受理")
    return unit


async def answered(office: Office, number: str, outcome: str = "予以支持") -> Any:
    unit = await accepted(office, number)
    await unit.say(f"/desk {number}")
    await opinion(unit, "经查属实，已责令停工。", outcome)
    return unit


async def opinion(unit: Any, text: str, outcome: str = "予以支持") -> str:
    """Give the written opinion on a request that is open at this desk."""
    await unit.press("答复")
    await unit.press(outcome)
    await unit.say("现场查看，属实。")
    await unit.say(text)
    await unit.say("《噪声污染防治法》")
    await unit.press("跳过")
    return str(await unit.press("发出意见书"))


async def registered(
    clerk: Any, way: str = "信件", pin: str = "", proxy: str = "", on: str = ""
) -> str:
    """Register a petition for somebody; gives what the clerk is told."""
    await clerk.say("/desk")
    await clerk.press("代为登记")
    await clerk.press(way)
    await (clerk.say(on) if on else clerk.press("今天"))
    await clerk.say("测试乙")
    await clerk.say(FILING["address"])
    await clerk.say("13800138000")
    for part in ("facts", "request", "place"):
        await clerk.say(FILING[part])
    await clerk.press("没有")
    if proxy:
        await clerk.say(proxy)
        await clerk.press("本人在场同意")
    else:
        await clerk.press("跳过")
    said = str(await clerk.press("登记并打印回执"))
    if pin:
        await at_the_link(clerk.app, said, pin)
    return said


def setting_code(said: str) -> str:
    """The one-time code by which the PIN is set: the last of two codes."""
    return re.findall(r"[2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5}", said)[-1]


async def at_the_link(app: Any, said: str, pin: str) -> Any:
    """The petitioner, on the window's second screen, sets a PIN."""
    screen = WebPerson(app)
    await screen.enter(start=f"s_{setting_code(said)}")
    try:
        assert "密码已设好" in await screen.say(pin)
        await screen.refresh()
        assert not any(pin in line["text"] for line in screen.lines.values()), "it isn't echoed"
    finally:
        await screen.close()


async def looked(here: Town, channel: str, number: str) -> tuple[Any, str]:
    """An officer who looks at the attachments, and what is said."""
    clerk = await here.officer("city", "clerk", channel)
    await clerk.say(f"/desk {number}")
    return clerk, await clerk.press("附件")

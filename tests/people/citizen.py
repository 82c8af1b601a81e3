"""What citizens do: file, read, show what they were told."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

from samples.pictures import PNG

from people.telegram_person import speak
from people.town import Town
from petitions.values.codes import read_number

FILING = {
    "facts": "小区楼下的工地每天夜里施工到两点，已经一个月，老人和孩子都睡不好。",
    "request": "请让工地夜里停工。",
    "place": "云川市和平路",
    "name": "测试甲",
    "address": "云川市和平路3号",
    "contact": "13800138000",
}
"""Answers of a filing, in the order they are asked."""


async def file_petition(person: Any, *spoken: str, **answers: str) -> str:
    """File a petition from the first button to the receipt; gives its number. `spoken`: what is
    said by voice; `hidden`: who must not see it."""
    from petitions.values.codes import read_number

    given = FILING | {"hidden": ""} | answers
    await person.say("/new")
    if any("同意" in b for b in person.buttons()):
        await person.press("同意，开始")
    for part, words in given.items():
        if part in spoken:
            await speak(person)
        elif words:
            await person.say(words)
        else:
            await person.press("没有")
    text = await person.press("提交")
    number = read_number(text)
    assert number, text
    await person.expect(f"{number}：用手机扫")
    return number


def code_in(text: str) -> str:
    """The query code of a receipt."""
    import re

    found = re.search(r"([2-9A-HJ-NP-Z]{5}-[2-9A-HJ-NP-Z]{5})", text)
    assert found, text
    return found.group(1)


def told(person: Any) -> list[str]:
    """Everything the office said to somebody, as far as they have seen it."""
    if person.channel == "telegram":
        return [m.get("text") or m.get("caption") or "" for m in person.phone.received]
    return [line["text"] for line in person._said()]


async def begin(person: Any) -> None:
    await person.say("/new")
    await person.press("同意，开始")


async def finish(person: Any, start: str = "facts") -> str:
    """Answer what is left and submit; nothing was lost on the way."""
    parts = list(FILING)
    for part in parts[parts.index(start) :]:
        await person.say(FILING[part])
    await person.press("没有")
    number = read_number(await person.press("提交"))
    assert number
    return number


async def hidden(here: Town, channel: str, who: str) -> tuple[Any, str]:
    """Somebody files what a unit must not see."""
    citizen = await here.citizen(channel)
    number = await file_petition(citizen, hidden=who)
    return citizen, number


def everything(person: Any) -> str:
    """All that a person was ever told."""
    return " ".join(told(person))


async def opened(here: Town, channel: str, number: str, code: str) -> Any:
    """A new person who opens a case by number and code."""
    guest = await here.citizen(channel)
    await guest.say(f"/track {number}")
    assert "凭编号和查询码打开" in await guest.say(code)
    return guest


async def enters(person: Any) -> list[str]:
    """What the page shows when it begins anew with the cookie it has."""
    person.lines.clear()
    await person.enter()
    return [line["text"] for line in person._said()]


async def steps(person: Any, *labels: str) -> str:
    """Press one button after the other; gives the last answer."""
    said = ""
    for label in labels:
        said = await person.press(label)
    return said


def names_on(person: Any) -> list[str]:
    """The files a person was sent, in order; a photo has no name on Telegram."""
    if person.channel == "web":
        said = [x for _, x in sorted(person.lines.items()) if x["who"] == "office"]
        return [unquote(f["name"]) for line in said for f in line["files"]]
    files = [m for m in person.phone.received if m.keys() & {"document", "photo", "voice"}]
    return [m["document"]["file_name"] if "document" in m else "photo" for m in files]


GIVEN = "zhangsan-identity.png"


async def with_photo(here: Town, channel: str) -> tuple[Any, str]:
    """Somebody files with a photo that they named; gives them and the number."""
    person = await here.citizen(channel)
    await person.say("/new")
    await person.press("同意，开始")
    await person.send_file(PNG, GIVEN, "image/png")
    for part in FILING.values():
        await person.say(part)
    await person.press("没有")
    number = read_number(await person.press("提交"))
    assert number
    return person, number

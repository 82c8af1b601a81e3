"""Attachments on their way to people: one that the channel won't have stops no other."""

from __future__ import annotations

from typing import Any

import pytest
from offices.carried import carried
from people import FILING, Town, begin, file_petition, finish, looked, names_on
from samples.pictures import picture
from samples.texts import PDF

from files.uploads import kind_of
from petitions.case.notices import Outcome
from petitions.message import Message

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)

SENT = {
    "长截图.png": picture(40, 9000),
    "手机.heic": HEIC,
    "坏了.jpg": picture(900, 900, "JPEG")[:-300],
    "合同.pdf": PDF,
    "最后.png": picture(30, 20),
}
"""What people attach, the last of it a picture that is well."""
CALLED = ("照片1.png", "照片2.heic", "照片3.jpg", "文件1.pdf", "照片4.png")
"""The same, as officers read it."""


async def filed(here: Town, channel: str) -> tuple[Any, str]:
    citizen = await here.citizen(channel)
    await begin(citizen)
    await citizen.say(FILING["facts"])
    for name, content in SENT.items():
        await citizen.send_file(content, name, kind_of(content))
    return citizen, await finish(citizen, "request")


async def test_pictures_that_are_no_photos_arrive_as_files_at_the_desk(
    here: Town, channel: str
) -> None:
    _, number = await filed(here, channel)
    clerk, said = await looked(here, channel, number)
    assert "不接收" not in said
    expected = list(CALLED)
    assert names_on(clerk) == (expected if channel == "web" else [*expected[:-1], "photo"])


async def test_a_file_that_telegram_will_not_have_is_named_and_stops_no_other(here: Town) -> None:
    assert here.api
    _, number = await filed(here, "telegram")
    here.api.fault("sendDocument", kind="wrong_file")
    clerk, said = await looked(here, "telegram", number)
    assert "照片1.png\nTelegram 不接收这个文件" in said
    assert names_on(clerk) == [*CALLED[1:-1], "photo"]
    here.api.fault("sendDocument", kind="too_large", times=2)
    said = await clerk.press("附件")
    assert said.count("不接收这个文件") == 2, "not sent again and again until it is given up"
    assert names_on(clerk)[-3:] == [*CALLED[2:4], "photo"]


async def test_a_voice_that_somebody_will_not_hear_is_a_file(here: Town) -> None:
    assert here.api
    number = await file_petition(await here.citizen(), "facts")
    here.api.fault("sendVoice", kind="no_voices", times=-1)
    clerk = await here.officer("city", "clerk")
    await clerk.say(f"/desk {number}")
    await clerk.press("听语音")
    await clerk.press("其他")
    await clerk.say("要写成文字。")
    await clerk.press("听语音")
    assert [n.rpartition(".")[2] for n in names_on(clerk)] == ["ogg"]


async def test_notices_carry_all_files_or_name_the_one(here: Town, channel: str) -> None:
    on = await carried(here, channel)
    files = tuple(
        [await here.app.vault.keep(c, name, kind_of(c)) for name, c in SENT.items()]
    )  # fmt: skip
    tried = await on.carry(Message("文书", files=files))
    assert tried.outcome is Outcome.SENT
    if channel == "web":
        await on.person.refresh()
        return
    assert here.api
    assert names_on(on.person) == [*list(SENT)[:-1], "photo"]
    here.api.fault("sendDocument", kind="wrong_file")
    here.api.fault("sendDocument", kind="too_large")
    tried = await on.carry(Message("又一份", files=files), 2)
    assert tried.outcome is Outcome.SENT, "not failed, and not said again"
    said = [m.get("text", "") for m in on.person.phone.received]
    assert [s.split("\n")[0] for s in said if "不接收" in s] == list(SENT)[:2]
    assert names_on(on.person)[-3:] == ["坏了.jpg", "合同.pdf", "photo"]


async def test_a_long_notice_with_a_qr_picture_loses_no_word(here: Town) -> None:
    on = await carried(here, "telegram")
    text = "很长的说明。" * 300
    assert (await on.carry(Message(text, qr="c_x"))).outcome is Outcome.SENT
    assert text in [m.get("text") for m in on.person.phone.received]
    assert names_on(on.person) == ["photo"]


async def test_a_paper_that_cannot_be_printed_stops_no_other(
    here: Town, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> bytes:
        raise ArithmeticError("a glyph")

    citizen, number = await filed(here, channel)
    monkeypatch.setattr("papers.qr.png", broken)
    await citizen.say("/my")
    await citizen.press(number)
    await citizen.press("更多")
    said = await citizen.press("签名回执")
    assert "receipt.png\n这个文件没能生成" in said
    assert any(name.endswith(".json") for name in names_on(citizen)), "the receipt itself"

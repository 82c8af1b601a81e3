"""One contract over both couriers: whatever carries a notice behaves the same."""

from __future__ import annotations

import pytest
from offices.carried import carried
from people import Town

from petitions.book import Chat
from petitions.case.notices import Outcome
from petitions.message import Archive, Button, Message
from petitions.telling.ports import OutOfReach

LONG = "很长的答复。" * 1000
TWICE = "😀好" * 2000
"""Characters that count twice where Telegram counts."""


async def test_words_and_buttons_arrive(here: Town, channel: str) -> None:
    on = await carried(here, channel)
    tried = await on.carry(Message("有新消息", ((Button("打开", "my:list:0"),),)))
    assert tried.outcome is Outcome.SENT
    assert tried.message
    assert "有新消息" in await on.person.expect("有新消息")
    assert on.person.buttons()[-1] == "打开"


async def test_markup_stays_words(here: Town, channel: str) -> None:
    on = await carried(here, channel)
    await on.carry(Message("<b>粗</b> *星* [链接](http://x)"))
    assert "<b>粗</b> *星* [链接](http://x)" in await on.person.expect("粗")


@pytest.mark.parametrize("text", [LONG, TWICE])
async def test_a_long_text_arrives_whole(here: Town, channel: str, text: str) -> None:
    on = await carried(here, channel)
    tried = await on.carry(Message(text))
    assert tried.outcome is Outcome.SENT
    said = [m.get("text", "") for m in on.person.phone.received] if channel == "telegram" else []
    if channel == "web":
        await on.person.refresh()
        said = [line["text"] for line in on.person.lines.values()]
    assert "".join(t for t in said if t and t in text) == text


async def test_files_and_pictures_arrive(here: Town, channel: str) -> None:
    on = await carried(here, channel)
    file = await here.app.vault.keep("意见".encode(), "意见书.txt", "text/plain")
    tried = await on.carry(Message("文书", files=(file,), qr="c_x"))
    assert tried.outcome is Outcome.SENT
    await on.person.expect("文书")
    if channel == "telegram":
        kinds = [k for m in on.person.phone.received for k in m if k in ("photo", "document")]
        assert kinds == ["photo", "document"]
    else:
        names = [f["name"] for line in on.person.lines.values() for f in line["files"]]
        assert sorted(names) == ["qr.png", "意见书.txt"]


async def test_a_card_is_edited_in_place_and_the_same_again_is_no_error(
    here: Town, channel: str
) -> None:
    on = await carried(here, channel)
    first = await on.carry(Message("进展：已收到，待登记"))
    for _ in range(2):
        again = await on.carry(Message("进展：已转送"), 2, replaces=first.message)
        assert (again.outcome, again.message) == (Outcome.SENT, first.message)
    await on.person.expect("已转送")


async def test_a_card_that_is_gone_ends_without_an_error_raised(here: Town, channel: str) -> None:
    on = await carried(here, channel)
    tried = await on.carry(Message("进展"), replaces="987654")
    assert tried.outcome is Outcome.FAILED
    assert tried.reason


async def test_records_that_go_away_after_the_words_are_no_second_try_of_the_words(
    here: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = await carried(here, "telegram")

    async def away(*given: object) -> list[int]:
        raise OutOfReach

    monkeypatch.setattr("bot.desk.OfficeDesk.steps", away)
    tried = await on.carry(Message("全部资料", archive=Archive(1, "", 1)))
    assert await on.person.expect("全部资料")
    assert tried.outcome is Outcome.UNKNOWN, "it is sent again, once, with the word that it may be"


async def test_nobody_there_is_an_outcome(here: Town, channel: str) -> None:
    on = await carried(here, channel)
    nobody = Chat(9, channel, "987654321")
    tried = await on.carry(Message("在吗"), chat=nobody)
    expected = Outcome.BLOCKED if channel == "telegram" else Outcome.SENT
    assert tried.outcome is expected, "the page's log waits for whoever comes"

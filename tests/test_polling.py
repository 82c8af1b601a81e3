"""What Telegram sends that can't be read stops nobody: not the updates beside it, not the next."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from people import Town
from structlog.testing import capture_logs

pytestmark = pytest.mark.once

WORDS = "没有人应当在日志里读到这句话"

UNREADABLE: dict[str, dict[str, Any]] = {
    "a date that is none": {
        "message": {"message_id": 1, "date": "昨天", "chat": {"id": 9, "type": "private"},
                    "text": WORDS}},
    "a chat without a number": {
        "message": {"message_id": 1, "date": 0, "chat": {"type": "private"}, "text": WORDS}},
    "a text that is a list": {
        "message": {"message_id": 1, "date": 0, "chat": {"id": 9, "type": "private"},
                    "text": [WORDS]}},
    "a message that is a number": {"message": 5},
    "a press by nobody": {"callback_query": {"id": "1", "chat_instance": "1", "data": WORDS}},
    "a member of no known kind": {
        "my_chat_member": {"chat": {"id": 9, "type": "private"}, "date": 0,
                           "from": {"id": 9, "is_bot": False, "first_name": WORDS},
                           "old_chat_member": {"status": "ghost"},
                           "new_chat_member": {"status": "member"}}},
}  # fmt: skip


async def confirmed(here: Town) -> None:
    """Until Telegram has nothing more to send."""
    for _ in range(2400):
        if not len(here.api.updates):  # type: ignore[union-attr]
            return
        await asyncio.sleep(0.05)
    raise AssertionError("updates are sent again and again")


async def test_an_update_that_cant_be_read_is_passed_over_and_its_neighbours_are_answered(
    here: Town,
) -> None:
    before, after = await here.citizen(), await here.citizen()
    with capture_logs() as logs:
        first = await before.phone.say("/start")
        broken = [here.api.feed(content)["update_id"] for content in UNREADABLE.values()]  # type: ignore[union-attr]
        last = await after.phone.say("/start")
        assert first["update_id"] < min(broken) <= max(broken) < last["update_id"]
        await before.expect("信访服务")
        await after.expect("信访服务")
        assert "信访服务" in await before.say("/start")
    await confirmed(here)
    passed_over = ("update.unreadable", "update.unknown")
    told = [entry for entry in logs if entry["event"] in passed_over]
    assert [entry["update"] for entry in told] == broken
    assert WORDS not in repr(logs)


TOMORROW: dict[str, dict[str, Any]] = {
    "a new field": {"text": "/start", "aura": {"colour": "blue"}},
    "a new kind of sender": {
        "text": "/start", "forward_origin": {"type": "hologram", "date": 0, "star": 1}},
    "a field of another shape": {"text": "/start", "reply_to_message": 17},
    "a medium of tomorrow": {"hologram": {"file_id": "x"}},
    "a text of another shape": {"text": [{"plain": "/start"}]},
}  # fmt: skip


async def test_what_telegram_adds_tomorrow_is_passed_over_and_its_sender_is_answered(
    here: Town,
) -> None:
    person = await here.citizen()
    for name, content in TOMORROW.items():
        answer = await person._done(person.phone.send(content))
        assert ("信访服务" if content.get("text") == "/start" else "请用文字") in answer, name


async def test_a_kind_of_update_that_comes_tomorrow_is_neither_answered_nor_printed(
    here: Town, recwarn: pytest.WarningsRecorder
) -> None:
    person = await here.citizen()
    message = {"chat": {"id": 1, "type": "private"}, "text": WORDS}
    with capture_logs() as logs:
        await here.app.poller._handle(1, {"update_id": 1, "telepathy": message})  # type: ignore[union-attr]
        assert "信访服务" in await person.say("/start")
    assert [entry["event"] for entry in logs] == ["update.unknown"]
    assert WORDS not in repr(logs) + repr([str(one.message) for one in recwarn])


async def test_an_answer_that_is_no_json_is_waited_out(here: Town) -> None:
    person = await here.citizen()
    here.api.fault("getUpdates", kind="502_html")  # type: ignore[union-attr]
    await person.phone.say("/start")
    await person.expect("信访服务")
    assert "信访服务" in await person.say("/start")

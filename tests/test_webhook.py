"""Telegram's webhook: kept before it is confirmed, handled once, from Telegram alone."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from offices.called import called as called  # a fixture
from offices.called import post
from offices.records import count
from people import Town, file_petition, handled
from people.journey import journey
from sqlalchemy import insert
from standins.botapi import LONG

from petitions.values.codes import read_number
from storage.inbox import SqlInbox
from storage.tables import HANDLED, INBOX, PETITION
from telegramchat.updates import chat_of


async def test_the_whole_journey_by_webhook(called: Town) -> None:
    await journey(called, "telegram")
    assert count(called, INBOX) == 0, "what was answered isn't kept"


async def test_a_forged_webhook_call_is_refused(called: Town) -> None:
    person = await called.citizen()
    update = {"update_id": 5, "message": {"message_id": 1, "date": 1, "text": "/new",
              "chat": {"id": 77, "type": "private"}, "from": {"id": 77}}}  # fmt: skip
    for secret in ("", "none", "wrong", called.app.webhook.secret[:-1]):  # type: ignore[union-attr]
        assert await post(called, update, secret) == 403
    assert await post(called, update, path="/telegram/guess") == 404
    assert count(called, INBOX) == count(called, HANDLED) == 0
    assert "信访服务" in await person.say("/start")


async def test_a_gateways_page_at_the_start_is_waited_out_and_calls_are_heard(
    called: Town,
) -> None:
    """Instead of Telegram's word on where it is to call."""
    app = called.app
    assert app.webhook
    assert app._hearing
    app._hearing.cancel()
    await asyncio.gather(app._hearing, return_exceptions=True)
    called.api.fault("setWebhook", kind="502_html", times=2)  # type: ignore[union-attr]
    app._hearing = asyncio.create_task(app.webhook.run(app.settings.webhook_url))
    person = await called.citizen()
    assert "信访服务" in await person.say("/start")
    async with asyncio.timeout(LONG):
        while len(called.api.called("setWebhook")) < 4:  # type: ignore[union-attr] # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert "信访服务" in await person.say("/start")
    assert not app._hearing.done()


async def test_a_replayed_update_is_answered_from_its_stored_result(called: Town) -> None:
    person = await called.citizen()
    await file_petition(person)
    update = next(
        u for u in called.api.updates.posted if "提交" in json.dumps(u, ensure_ascii=False)
    )  # type: ignore[union-attr]
    said = [m for m in person.phone.received if "查询码" in str(m.get("text"))]
    heard = len(person.phone.received)
    assert await post(called, update) == 200
    await handled(called.app, update["update_id"])
    again = [m for m in person.phone.received[heard:] if "查询码" in str(m.get("text"))]
    assert read_number(again[0]["text"]) == read_number(said[0]["text"])
    assert count(called, PETITION) == 1, "filed once"


async def test_the_same_call_several_times_at_once_is_confirmed_and_answered_once(
    called: Town,
) -> None:
    person = await called.citizen()
    await person.say("/start")
    heard = len(person.phone.received)
    last = called.api.updates.posted[-1]
    update = json.loads(json.dumps(last))
    update["update_id"] += 1
    update["message"]["message_id"] += 1
    async with asyncio.timeout(LONG):
        assert await asyncio.gather(*(post(called, update) for _ in range(8))) == [200] * 8
    await handled(called.app, update["update_id"])
    await person.say("/help")
    greeted = [m for m in person.phone.received[heard:] if "信访服务" in str(m.get("text"))]
    assert len(greeted) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"update_id": "x"}', b"\xff\xfe"])
async def test_an_unreadable_call_is_refused_and_the_next_is_heard(
    called: Town, body: bytes
) -> None:
    assert await post(called, body) == 400
    assert "信访服务" in await (await called.citizen()).say("/start")


async def test_an_update_nobody_understands_doesnt_hold_up_its_chat(called: Town) -> None:
    person = await called.citizen()
    await person.say("/start")
    chat = {"id": person.phone.chat.id, "type": "private"}
    broken = {"update_id": 1, "message": {"message_id": "?", "date": [], "chat": chat}}
    assert await post(called, broken) == 200
    assert "信访服务" in await person.say("/start")
    assert count(called, INBOX) == 0


async def test_what_cant_be_opened_is_set_aside_and_its_chat_goes_on(called: Town) -> None:
    """An update sealed with a key that is gone; after a start with the key it is answered."""
    person = await called.citizen()
    await person.say("/start")
    row = {"update": 2, "chat": person.phone.chat.id, "holder": 0, "body": b"\xff" * 40,
           "at": called.app.clock.now()}  # fmt: skip
    called.app.database.write_now(lambda c: c.execute(insert(INBOX).values(row)))
    assert "信访服务" in await person.say("/start")
    await asyncio.sleep(2.5)  # whoever looks after what was left doesn't take it either
    assert "信访服务" in await person.say("/start")
    assert count(called, INBOX) == 1, "kept"


async def test_a_failing_turn_is_taken_again(called: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await called.citizen()
    broken = iter([True, True])
    whole = SqlInbox._turn

    def failing(*given: Any) -> Any:
        if next(broken, False):
            raise RuntimeError("once or twice")
        return whole(*given)

    monkeypatch.setattr(SqlInbox, "_turn", failing)
    assert "信访服务" in await person.say("/start")
    assert count(called, INBOX) == 0


async def test_a_call_that_is_too_large_is_refused(called: Town) -> None:
    assert await post(called, b" " * (2 * 1024 * 1024)) in (400, 413)


async def test_without_webhook_the_office_asks_again(called: Town, tmp_path: Path) -> None:
    """An office that had a webhook and is started without one."""
    api = called.api
    assert api
    await called.app.stop()
    from bot.settings import load_settings
    from bot.wiring import build

    app = build(load_settings(data_dir=tmp_path, web_port=0, telegram_token=api.token,
                              telegram_api=api.url))  # fmt: skip
    await app.start(ticking=False)
    phone = api.phone(4321, "Citizen")
    await phone.say("/start")
    await phone.expect("信访服务")
    await app.stop()


def test_every_kind_that_is_asked_for_has_a_chat() -> None:
    place = {"chat": {"id": 7}}
    assert chat_of({"message": place}) == 7
    assert chat_of({"edited_message": place}) == 7
    assert chat_of({"callback_query": {"message": place, "from": {"id": 8}}}) == 7
    assert chat_of({"callback_query": {"from": {"id": 8}}}) == 8
    assert chat_of({"my_chat_member": place}) == 7
    assert chat_of({"poll": {}}) is None

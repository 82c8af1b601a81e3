"""A chat that floods the office is worked off in its order, loses nothing and holds up nobody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from offices.fleet import free_port
from people import Town, handled, town

FLOOD = 90
"""Messages of one chat at once: fewer than one batch of Telegram's, which is 100."""


@pytest.fixture(params=["asks", "is called"])
async def here(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """An office that asks Telegram, and one that Telegram calls."""
    port = free_port()
    called = {"webhook_url": f"http://127.0.0.1:{port}", "webhook_port": port}
    async with town(tmp_path, **(called if request.param == "is called" else {})) as made:
        yield made


def answered(here: Town) -> list[int]:
    """Whose messages were answered, in order."""
    assert here.api
    return [params["chat_id"] for name, params in here.api.calls if name == "sendMessage"]


async def test_who_writes_beside_a_flood_does_not_wait_for_its_end(here: Town) -> None:
    flood, calm = await here.citizen(), await here.citizen()
    for person in (flood, calm):
        await person.say("/start")
    assert here.api
    here.api.fault("sendMessage", flood.phone.id, kind="late", times=-1, seconds=0.03)
    before = len(answered(here))
    for number in range(FLOOD):
        last = await flood.phone.say(f"/track {number}")
    for _ in range(12000):
        await asyncio.sleep(0.01)
        if len(answered(here)) >= before + 5:
            break
    await calm.phone.say("/help")
    await calm.expect("人工服务")
    order = answered(here)[before:]
    assert order.index(calm.phone.id) < FLOOD / 3
    await handled(here.app, last["update_id"])
    assert answered(here)[before:].count(flood.phone.id) >= FLOOD, "nothing of it is dropped"


async def test_a_flood_is_answered_in_its_order(here: Town) -> None:
    flood = await here.citizen()
    await flood.say("/new")
    await flood.press("同意，开始")
    for number in range(40):
        last = await flood.phone.say(f"/xyz{number}" if number % 2 else f"/lang {number}")
    for part in ("第一件事", "第二件事", "第三件事"):
        last = await flood.phone.say(part)
    await handled(here.app, last["update_id"])
    draft = here.now(lambda b: b.draft(b.chat("telegram", str(flood.phone.id)).draft))
    answers = draft.data["answers"]
    said = [answers[part] for part in ("facts", "request", "place")]
    assert said == ["第一件事", "第二件事", "第三件事"]

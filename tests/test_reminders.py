"""Couriers and the ledger: whatever the channel answers, the row ends right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from people import Town, file_petition

from petitions.book import Notice, Planned
from petitions.case.notices import PAUSES, Outcome, next_step
from petitions.telling.ports import Delivery

NOW = datetime(2026, 2, 2, 3, 0, tzinfo=UTC)


def notice(kind: str = "petitioner.closed", attempts: int = 1) -> Notice:
    return Notice(1, kind, 1, "9", "chat:1", NOW, "sending", attempts, {})


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.SENT, "sent"),
        (Outcome.BLOCKED, "blocked"),
        (Outcome.FAILED, "failed"),
        (Outcome.RETRY, "planned"),
        (Outcome.UNKNOWN, "unknown"),
    ],
)
def test_each_outcome_has_its_next_state(outcome: Outcome, state: str) -> None:
    assert next_step(outcome, notice(), NOW).state == state


def test_pauses_grow_and_end_loudly() -> None:
    pauses = [next_step(Outcome.RETRY, notice(attempts=n + 1), NOW).again_at for n in range(5)]
    assert pauses == [NOW + timedelta(seconds=s) for s in PAUSES]
    assert next_step(Outcome.RETRY, notice(attempts=6), NOW).state == "failed"


def test_the_channels_own_pause_is_kept() -> None:
    assert next_step(Outcome.RETRY, notice(), NOW, 17).again_at == NOW + timedelta(seconds=17)


def test_small_talk_with_an_unknown_outcome_is_not_sent_again() -> None:
    assert next_step(Outcome.UNKNOWN, notice("card"), NOW).again_at is None
    again = next_step(Outcome.UNKNOWN, notice("petitioner.refused"), NOW)
    assert (again.state, again.again_at) == ("unknown", NOW + timedelta(seconds=PAUSES[0]))


async def told(here: Town, kind: str) -> list[Any]:
    rows = await here.app.ledger.rows()
    return [r for r in rows if r.kind == kind and r.to.startswith("chat:")]


async def closing(here: Town) -> Any:
    """A citizen with a case, and a legal notice planned for them but not yet sent."""
    person = await here.citizen()
    number = await file_petition(person)
    await person.expect("二维码")

    def plan(book: Any) -> None:
        case = book.by_number(number).id
        now = here.app.clock.now()
        book.plan(Planned("petitioner.closed", case, "x", "petitioner", now, {"seq": 1}))

    return person, plan


@pytest.mark.parametrize(
    ("kind", "state"),
    [("429", "planned"), ("500", "planned"), ("502", "planned"), ("drop", "unknown"),
     ("drop_after", "unknown"), ("blocked", "blocked"), ("not_found", "blocked")],
)  # fmt: skip
async def test_whatever_telegram_answers_the_row_ends_right(
    here: Town, kind: str, state: str
) -> None:
    person, plan = await closing(here)
    here.api.fault("sendMessage", person.phone.id, kind=kind, times=1, retry_after=3)  # type: ignore[union-attr]
    here.now(plan)
    await here.app.reminders.tick()
    assert [r.state for r in await told(here, "petitioner.closed")] == [state]
    if state in ("planned", "unknown"):
        await here.pass_time(minutes=5)
        rows = await told(here, "petitioner.closed")
        assert [(r.state, r.attempts) for r in rows] == [("sent", 2)]
        said = await person.expect("已结案")
        assert ("再发一次" in said) == (state == "unknown"), "what may come twice says so"


async def test_one_failing_recipient_holds_up_nobody(here: Town) -> None:
    first, plan_first = await closing(here)
    second, plan_second = await closing(here)
    here.api.fault("sendMessage", first.phone.id, kind="500", times=-1)  # type: ignore[union-attr]
    here.now(plan_first)
    here.now(plan_second)
    await here.app.reminders.tick()
    assert await second.expect("已结案")


async def test_a_blocked_chat_gets_nothing_more(here: Town) -> None:
    person, plan = await closing(here)
    await person.phone.block()
    here.now(plan)
    await here.app.reminders.tick()
    rows = [r for r in await here.app.ledger.rows() if r.kind == "petitioner.closed"]
    assert "blocked" in {r.state for r in rows}
    assert not any(r.sent_at for r in rows)


async def test_the_page_gets_a_notice_once_even_if_it_is_tried_twice(here: Town) -> None:
    person = await here.citizen("web")
    await file_petition(person)
    delivered = await told(here, "receipt_qr")
    await person.expect("二维码")
    ledger, reminders = here.app.ledger, here.app.reminders
    here.now(
        lambda b: b.plan(Planned("petitioner.closed", 1, "x", "petitioner", here.app.clock.now()))
    )
    now = here.app.clock.now()
    while await ledger.split(now):
        pass
    batch: list[Delivery] = []
    for composed in await ledger.compose(await ledger.claim(now, "web"), now):
        batch += composed.deliveries
    for delivery in [*batch, *batch]:
        await reminders.couriers["web"].deliver(delivery)
    await person.refresh()
    assert sum("已结案" in line["text"] for line in person.lines.values()) == 1
    assert delivered is not None

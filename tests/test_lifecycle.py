"""The table: every state has a way out, every word of it means something, and any sequence of
actions keeps the file in order.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.settings import load_office
from petitions import history, lifecycle, office
from petitions.book import NewText
from petitions.errors import PetitionError
from petitions.petition import FINAL, Actor, Identity, Status
from storage.database import Database, make_engine
from storage.migrate import check_schema
from storage.records import Records
from storage.seal import KeyRing

OFFICE = load_office(None)
NOW = datetime(2026, 2, 2, 3, 0, tzinfo=UTC)
ACTORS = (Actor.petitioner(1), Actor("officer", 1, "city", "clerk"),
          Actor("officer", 2, "housing", "handler"), Actor("officer", 3, "labour", "handler"),
          Actor("officer", 4, "city", "supervisor"),
          Actor("officer", 5, "city", "administrator"))  # fmt: skip
DATA: dict[str, Any] = {
    "kind": "request", "category": "0205", "unit": "housing", "reason": "litigation",
    "where": "去法院", "reply": "已办", "ask": "请补充", "write": "您好", "note": "内部",
    "transcript": "文字", "spoken": "1:facts", "why": "核实", "question": "何时", "channel": "web",
    "chats": 1,
}  # fmt: skip
ACTIONS = sorted({rule.action for rule in lifecycle.RULES})


def test_every_status_has_a_way_out_or_is_an_end() -> None:
    assert all(lifecycle.way_out(status) for status in Status)


def test_every_row_speaks_of_known_things() -> None:
    clocks = set(office.regulation().clocks)
    for rule in lifecycle.RULES:
        assert {*rule.stops, *rule.starts} <= clocks
        assert all(t.split(":")[0] in ("petitioner", "desk", "supervisor") for t in rule.tells)
        assert all(need in DATA for need in rule.needs)


def test_an_administrator_works_no_cases() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database, case = opened(folder)
        petition = run(database, lambda b: b.petition(case))
        assert lifecycle.possible(petition, ACTORS[5], OFFICE) == []
        database.close()


def opened(folder: str) -> tuple[Database, int]:
    """A database with one case."""
    database = Database(make_engine(f"sqlite:///{Path(folder) / 'x.sqlite3'}"), KeyRing.fresh())
    check_schema(database.engine)

    def submit(book: Records) -> int:
        chat = book.new_chat("web", "1", "zh", NOW)
        filing = office.Filing(
            NewText("facts", "", file=1),
            NewText("request", "求"),
            NewText("place", "处"),
            Identity("甲"),
        )
        return office.submit(book, OFFICE, chat, chat.person, filing, NOW).petition.id

    return database, run(database, submit)


def run(database: Database, work: Any) -> Any:
    return database.write_now(lambda c: work(Records(c, database.ring)))


def state(database: Database, case: int) -> tuple[Any, ...]:
    """Everything a refused action must leave as it is."""
    return run(database, lambda b: (b.petition(case), b.history(case), b.texts(case),
                                    b.clocks(case), b.identity(case)))  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.sampled_from(ACTORS), st.integers(0, 9)),
                max_size=25))  # fmt: skip
def test_any_sequence_of_actions_keeps_the_file_in_order(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database, case = opened(folder)
        now = NOW
        for action, actor, days in steps:
            now += timedelta(days=days)
            before = state(database, case)
            try:
                when = now
                run(database, lambda b, a=action, who=actor, t=when: office.act(
                    b, OFFICE, case, a, who, dict(DATA), t))  # fmt: skip
            except PetitionError:
                assert state(database, case) == before
                continue
            petition, entries, _, clocks, _ = state(database, case)
            assert len(entries) == len(before[1]) + 1
            running = [c for c in clocks if c.ended_at is None]
            assert len(running) <= 1
            assert all(c.due_on >= c.started_on for c in clocks)
            if petition.status in FINAL:
                assert running == []
                assert petition.ended_at is not None
        held = run(database, lambda b: b.commitments(case))
        entries = run(database, lambda b: b.history(case))
        assert history.first_broken(case, [(e, held.get(e.seq, [])) for e in entries]) is None
        database.close()

"""The table: every state has a way out, every word of it means something, and any sequence of
actions keeps the file in order.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offices.template import empty
from samples.answers import DATA, NOW, OFFICE, run

from petitions.book import NewText
from petitions.case import lifecycle
from petitions.errors import PetitionError
from petitions.law.clocks import local_day
from petitions.values import history
from petitions.values.person import Actor, Identity
from petitions.values.petition import FINAL, Status
from petitions.verbs import acting
from petitions.verbs.acts import CHANGES
from petitions.verbs.filing import Filing, submit
from storage.database import Database, make_engine
from storage.records import Records
from storage.seal import KeyRing

ACTORS = (Actor.petitioner(1), Actor("officer", 1, "city", "clerk"),
          Actor("officer", 2, "housing", "handler"), Actor("officer", 3, "labour", "handler"),
          Actor("officer", 4, "city", "supervisor"), Actor("officer", 6, "housing", "head"),
          Actor("officer", 7, "housing", "deputy"), Actor("officer", 8, "province", "handler"),
          Actor("officer", 9, "city", "visitor"),
          Actor("officer", 5, "city", "administrator"))  # fmt: skip

ACTIONS = sorted({rule.action for rule in lifecycle.RULES})


def test_every_status_has_a_way_out_or_is_an_end() -> None:
    assert all(lifecycle.way_out(status) for status in Status)


def test_every_row_speaks_of_known_things() -> None:
    rules = OFFICE.law.editions[-1]
    sides = (
        "petitioner",
        "desk",
        "bureau",
        "head",
        "helpers",
        "visitor",
        "host",
        "supervisor",
        "leader",
        "up",
    )
    for rule in lifecycle.RULES:
        assert {*rule.stops, *rule.starts} - {"*"} <= set(rules.clocks)
        assert all(t.split(":")[0] in sides for t in rule.tells)
        assert all(need in DATA for need in rule.needs)
        assert {rule.paper, rule.report} - {""} <= rules.papers.keys()
    assert set(CHANGES) <= {rule.action for rule in lifecycle.RULES}


def test_an_administrator_works_no_cases() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database, case = opened(folder)
        petition = run(database, lambda b: b.petition(case))
        assert lifecycle.possible(petition, ACTORS[-1], OFFICE) == []
        database.close()


def opened(folder: str) -> tuple[Database, int]:
    """A database with one case."""
    database = Database(make_engine(empty(Path(folder) / "x.sqlite3")), KeyRing.fresh())

    def file_it(book: Records) -> int:
        chat = book.new_chat("web", "1", "zh", NOW)
        filing = Filing(
            NewText("facts", "", file=1),
            NewText("request", "求"),
            NewText("place", "处"),
            Identity("甲"),
        )
        return submit(book, OFFICE, chat, chat.person, filing, NOW).petition.id

    return database, run(database, file_it)


def state(database: Database, case: int) -> tuple[Any, ...]:
    """Everything a refused action must leave as it is."""
    return run(database, lambda b: (b.petition(case), b.history(case), b.texts(case),
                                    b.clocks(case), b.identity(case)))  # fmt: skip


REACHED: set[Status] = set()
"""Statuses that the sequences came to."""


@settings(max_examples=max(60, settings().max_examples))
@given(
    st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.sampled_from(ACTORS), st.integers(0, 40),
                  st.integers(0, 200)),
        min_size=10,
        max_size=40,
    )
)  # fmt: skip
def walk(steps: list[Any]) -> None:
    """One of four steps is anything by anybody, the others are possible ones."""
    with tempfile.TemporaryDirectory() as folder:
        database, case = opened(folder)
        now = NOW
        for action, actor, days, pick in steps:
            now += timedelta(days=days)
            before = state(database, case)
            moves = [
                (who, a) for who in ACTORS
                for a in lifecycle.possible(before[0], who, OFFICE) if a in MOVES
            ]  # fmt: skip
            if pick % 4 and moves:
                actor, action = moves[pick % len(moves)]
            data = dict(DATA) | {
                "date": local_day(now, OFFICE.zone).isoformat(),
                "unit": UNITS[pick % len(UNITS)],
                "kind": "suggestion" if pick % 17 == 3 else "request",
                "way": {2: "4", 3: "4", 5: "5"}.get(pick % 7, "6"),
            }
            try:
                run(database, lambda b, a=action, who=actor, d=data, t=now: acting.act(
                    b, OFFICE, case, a, who, d, t))  # fmt: skip
            except PetitionError:
                assert state(database, case) == before
                continue
            petition, entries, _, clocks, _ = state(database, case)
            REACHED.add(petition.status)
            added = entries[len(before[1]) :]
            assert added[0].action == action
            by_rule = [e for e in added[1:] if e.action != "not_done"]  # its own finding does that
            assert all(e.actor.kind == "office" for e in by_rule), "what a rule sets off"
            running = [c.clock for c in clocks if c.ended_at is None]
            assert len(running) == len(set(running)), "no clock runs twice"
            assert all(c.started_on <= c.due_on <= c.rolled_on for c in clocks)
            assert not (set(running) & STAGE[petition.status] ^ set(running)), "of its stage only"
            if petition.status in FINAL:
                assert running == []
                assert petition.ended_at is not None
            else:
                assert any(
                    rule.to not in (None, petition.status)
                    for who in ACTORS
                    for rule in lifecycle.RULES
                    if rule.action in lifecycle.possible(petition, who, OFFICE)
                    and petition.status in rule.at
                ), "somebody can always move it on"
        held = run(database, lambda b: b.commitments(case))
        entries = run(database, lambda b: b.history(case))
        assert history.first_broken(case, [(e, held.get(e.seq, [])) for e in entries]) is None
        database.close()


@pytest.mark.once  # the table is what is walked
def test_any_sequence_of_actions_keeps_the_file_in_order() -> None:
    """They come far, too: they could hold by refusing everything."""
    walk()
    far = {Status.ANSWERED, Status.EXTENDING, Status.LED, Status.REVIEW_ASKED}
    assert far <= REACHED, far - REACHED


ENDINGS = {"withdraw", "refuse", "merge", "refuse_rereview"}
MOVES = {rule.action for rule in lifecycle.RULES if rule.to is not None} - ENDINGS | {"received"}
UNITS = ("housing", "labour", "discipline", "housing", "housing")
ARRIVING = {"notify", "object", "simple_accept", "assigned"}
HANDLING = {"answer", "simple_answer", "suggestion", "assigned", "duty"}
STAGE: dict[Status, set[str]] = {
    Status.SUBMITTED: {"pass_on"},
    Status.REGISTERED: {"pass_on"},
    Status.LED: {"external"},
    Status.PASSED: ARRIVING,
    Status.OBJECTED: ARRIVING,
    Status.COORDINATED: ARRIVING,
    Status.ACCEPTED: HANDLING,
    Status.EXTENDING: HANDLING,
    Status.ANSWERED: {"review_ask"},
    Status.REVIEW_ASKED: {"review"},
    Status.REVIEWING: {"review"},
    Status.REVIEWED: {"rereview_ask"},
    Status.REREVIEW_ASKED: {"rereview"},
    Status.REREVIEWING: {"rereview"},
    Status.CARRYING: {"carry_out", "review_ask"},
    **{status: set() for status in FINAL},
}
"""Which clocks may run where: one stage is open at a time."""

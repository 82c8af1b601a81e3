"""Any shown, stale or forged button, any message, in any order, in both roles: no unhandled
error, no state without a way out, no case and no draft lost, no word to the wrong person.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from offices.template import empty
from samples.presses import FORGED, TEXTS
from sqlalchemy import func, select

from bot.app import App
from bot.settings import load_settings
from bot.wiring import build
from handlers.converse import converse, refuse
from petitions.case.lifecycle import RULES
from petitions.case.parties import By
from petitions.errors import PetitionError
from petitions.hearing import Incoming
from petitions.message import MAX_CALLBACK_BYTES, FileRef, Message, split
from petitions.values import history
from petitions.values.person import Role
from petitions.verbs import seating
from reminders.round import ListeningCourier, Reminders
from storage.records import Records
from storage.tables import PETITION

pytestmark = pytest.mark.once

DONE: Counter[str] = Counter()
"""What happened to the cases of all runs."""
CITIZENS = ("ann", "bob", "eve")
DESKS = {"clerk": ("city", Role.CLERK), "super": ("city", Role.SUPERVISOR),
         "house": ("housing", Role.HANDLER), "road": ("transport", Role.HANDLER)}  # fmt: skip
EVERYBODY = (*CITIZENS, *DESKS)
NOTE = "内部机密XQZ"
"""Stands in every internal note; no citizen may ever read it."""

ACTIONS = sorted({rule.action for rule in RULES if rule.by != {By.PETITIONER}})

people = st.sampled_from(EVERYBODY)


class Office(RuleBasedStateMachine):
    """An office with three citizens and four desks, driven without the network."""

    app: App

    @initialize()
    def open_office(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        folder = Path(self.folder.name)
        url = empty(folder / "petitions.sqlite3")
        self.app = build(load_settings(data_dir=folder, database_url=url, telegram_token=""))
        self.shown: dict[str, list[list[str]]] = {p: [] for p in EVERYBODY}
        self.labels: dict[str, str] = {}
        self.heard: dict[str, list[str]] = {p: [] for p in EVERYBODY}
        self.updates: list[tuple[str, Incoming, list[Message]]] = []
        self.count = 0
        self.filed = 0
        for name, (unit, role) in DESKS.items():
            token = self.book(
                lambda b, u=unit, r=role, n=name: seating.invite(
                    b, self.app.office, u, r, n, self.app.clock.now(), alone=True
                )
            )
            self.send(name, "text", f"/start i_{token}")
        for name in EVERYBODY:
            self.send(name, "text", "/start")

    def book(self, work: Any) -> Any:
        database = self.app.database
        return database.write_now(lambda c: work(Records(c, database.ring)))

    def send(self, who: str, kind: str, text: str = "", **more: Any) -> list[Message]:
        self.count += 1
        incoming = Incoming("telegram", who, str(self.count), kind, lang="zh", text=text, **more)
        answer = self.handle(who, incoming)
        self.updates.append((who, incoming, answer))
        return answer

    def handle(self, who: str, incoming: Incoming) -> list[Message]:
        house, now = self.app.desk.house, self.app.clock.now()
        try:
            answer = self.book(lambda b: converse(b, house, incoming, now))
        except PetitionError as error:
            refusal = error
            answer = self.book(lambda b: refuse(b, house, incoming, now, refusal))
        self.hear(who, answer)
        return list(answer)

    def hear(self, who: str, answer: list[Message]) -> None:
        for message in answer:
            self.heard[who].append(message.text)
            assert all(len(piece) <= 4096 for piece in split(message.text))
            data = [b.data for row in message.rows for b in row]
            assert all(len(d.encode()) <= MAX_CALLBACK_BYTES for d in data)
            assert all(b.text.strip() for row in message.rows for b in row)
            self.labels |= {b.data: b.text for row in message.rows for b in row}
            if data:
                self.shown[who].append(data)

    # What people do

    @rule(who=people, pick=st.integers(0, 30))
    def press_shown(self, who: str, pick: int) -> None:
        if self.shown[who]:
            data = self.shown[who][-1]
            answer = self.send(who, "press", data[pick % len(data)])
            assert answer, data[pick % len(data)]

    @rule(who=people, back=st.integers(1, 12), pick=st.integers(0, 30))
    def press_stale(self, who: str, back: int, pick: int) -> None:
        if self.shown[who]:
            data = self.shown[who][-min(back, len(self.shown[who]))]
            assert self.send(who, "press", data[pick % len(data)])

    @rule(who=people, other=people, pick=st.integers(0, 30))
    def press_of_another(self, who: str, other: str, pick: int) -> None:
        if self.shown[other]:
            data = self.shown[other][-1]
            assert self.send(who, "press", data[pick % len(data)])

    @rule(who=people, data=FORGED)
    def press_forged(self, who: str, data: str) -> None:
        assert self.send(who, "press", data)

    @rule(who=people, text=TEXTS)
    def write(self, who: str, text: str) -> None:
        draft = self.book(lambda b: b.draft(b.chat("telegram", who).draft))
        if draft and draft.form == "desk_note" and not text.startswith("/"):
            text = NOTE
        assert self.send(who, "text", text)

    @rule(
        who=people,
        kind=st.sampled_from(["file", "voice", "place", "contact", "edited", "unsupported",
                              "too_big", "refused_type", "file_lost", "group"]),
    )  # fmt: skip
    def send_something(self, who: str, kind: str) -> None:
        if kind in ("file", "voice"):
            now = self.app.clock.now()
            ref: FileRef = self.book(lambda b: b.add_file("aa/x", "照片.jpg", "image/jpeg", 3, now))
            answer = self.send(who, "file", file=ref, voice=kind == "voice")
        elif kind == "place":
            answer = self.send(who, kind, place=(38.4, 106.2))
        else:
            answer = self.send(who, kind, "13800138000" if kind == "contact" else "")
        assert answer

    @rule(who=st.sampled_from(CITIZENS))
    def file_quickly(self, who: str) -> None:
        """A whole filing, so that there are cases to work on."""
        self.send(who, "text", "/new")
        for _ in range(14):
            data = self.shown[who][-1] if self.shown[who] else []
            wanted = [d for d in data if d.endswith((":agree", ":fresh", ":submit:"))]
            done = [d for d in data if ":submit:" in d]
            if done:
                self.send(who, "press", done[0])
                break
            if wanted:
                self.send(who, "press", wanted[0])
                continue
            draft = self.book(lambda b: b.draft(b.chat("telegram", who).draft))
            step = draft.data["at"] if draft else ""
            phone = step == "contact"
            picks = [d for d in data if ":pick:" in d]
            if step == "hidden" and picks:
                self.send(who, "press", picks[0])
            else:
                self.send(who, "text", "13800138000" if phone else f"和平路施工{who}")

    @rule(case=st.integers(1, 3), who=st.sampled_from([*DESKS]), action=st.sampled_from(ACTIONS))
    def work_a_case(self, case: int, who: str, action: str) -> None:
        """An officer goes straight to a step; the form's own buttons do the rest."""
        self.send(who, "press", f"d:{case}:{action}")
        self.go_through(who)

    def go_through(self, who: str) -> None:
        """Answer an open form to its end."""
        for _ in range(9):
            data = self.shown[who][-1]
            ready = [d for d in data if ":submit:" in d]
            skips = [d for d in data if ":skip:" in d]
            picks = [d for d in data if ":pick:" in d]
            picks = [d for d in picks if "住房" in self.labels[d]] or picks
            if ready or picks or skips:
                self.send(who, "press", (ready or picks or skips)[0])
                if ready:
                    break
            else:
                self.write(who, "请到窗口办理。")

    @rule(case=st.integers(1, 3), steps=st.integers(1, 5))
    def advance(self, case: int, steps: int) -> None:
        """The office does the next things, as it should."""
        for _ in range(steps):
            self.next_step(case)

    def next_step(self, case: int) -> None:
        found = self.case(case)
        if found is None:
            return
        status, unit = found
        holder = {"housing": "house", "transport": "road"}.get(unit, "clerk")
        step = {"submitted": ("clerk", "register"), "registered": ("clerk", "pass_on"),
                "passed": (holder, "accept"), "accepted": (holder, "reply"),
                "answered": (holder, "deliver")}.get(status)  # fmt: skip
        if step:
            who, action = step
            self.send(who, "press", f"d:{case}:{action}")
            self.go_through(who)

    def case(self, id: int) -> tuple[str, str] | None:
        found = select(PETITION.c.status, PETITION.c.unit).where(PETITION.c.id == id)
        row = self.book(lambda b: b._db.execute(found).first())
        return (row.status, row.unit) if row else None

    @rule()
    def repeat(self) -> None:
        """The same update again: the same answer."""
        who, incoming, answer = self.updates[-1]
        assert self.handle(who, incoming) == answer

    @rule(who=st.sampled_from(CITIZENS))
    def block_and_return(self, who: str) -> None:
        self.send(who, "blocked")
        assert self.send(who, "unblocked")

    @rule(days=st.integers(0, 20))
    def days_pass(self, days: int) -> None:
        """Time passes and everything due is delivered."""
        clock, ledger = self.app.clock, self.app.ledger
        clock.offset += timedelta(days=days)

        async def deliver() -> None:
            heard = ListeningCourier()
            await Reminders(ledger, clock, {"web": heard}).tick()
            for delivery in heard.deliveries:
                self.hear(delivery.chat.address, [delivery.message])

        asyncio.run(deliver())

    # What must hold

    @invariant()
    def no_case_is_lost(self) -> None:
        if not hasattr(self, "app"):
            return
        filed = self.book(lambda b: b._db.execute(
            select(func.count()).select_from(PETITION)).scalar_one())  # fmt: skip
        assert filed >= self.filed
        self.filed = filed

    @invariant()
    def nothing_is_said_to_the_wrong_person(self) -> None:
        if not hasattr(self, "app"):
            return
        for who in CITIZENS:
            assert not any(NOTE in text for text in self.heard[who])
            for other in CITIZENS:
                if other != who:
                    assert not any(f"和平路施工{other}" in text for text in self.heard[who])
            assert not any("出了错" in text for text in self.heard[who])

    def teardown(self) -> None:
        if not hasattr(self, "app"):
            return
        try:
            ids = self.book(lambda b: [r.id for r in b._db.execute(select(PETITION.c.id))])
            for case in ids:
                entries, texts = self.book(lambda b, c=case: (b.history(c), b.commitments(c)))
                DONE.update(e.action for e in entries)
                chain = [(e, texts.get(e.seq, [])) for e in entries]
                assert history.first_broken(case, chain) is None
            for who in EVERYBODY:
                assert self.send(who, "text", "/start")
                assert self.shown[who], "no way out"
        finally:
            self.app.database.close()
            self.folder.cleanup()


def test_whatever_is_pressed_no_state_is_without_a_way_out() -> None:
    run_state_machine_as_test(Office)
    through = {"submit", "register", "pass_on", "accept", "reply"}
    assert through <= DONE.keys(), f"it got no case through the whole table: {DONE}"

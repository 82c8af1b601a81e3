"""Forged buttons: whatever a press says it is, nobody changes or reads what isn't theirs.

Every prefix of the one table of presses is tried with other people's cases, drafts, bookings,
tasks and desks, and so is every button that was ever shown to somebody else.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from offices.filled import CANARIES, OTHERS, SAID, Filled
from people import Office as Desks
from people import Town, WebPerson, answered, file_petition, town
from sqlalchemy import select

from handlers.routes import PRESSES
from petitions.hearing import Incoming
from petitions.message import Message
from petitions.values.person import Actor
from petitions.verbs import acting
from storage.copying import tables
from storage.records import Records

ASIDE = {"handled", "try", "journal", "uncounted"}
"""Tables of answers and of sums, which any reading may bring up to date."""


def test_every_prefix_is_forged() -> None:
    assert OTHERS.keys() == PRESSES.keys()


class Forger:
    """Somebody who presses what was never shown to them."""

    def __init__(self, here: Town, person: WebPerson) -> None:
        self.here, self.chat = here, int(person.entered["chat"])
        chat = here.now(lambda b: b.chat_by_id(self.chat))
        self.officer, self.person = chat.officer, chat.person

    async def press(self, data: str, kind: str = "press") -> list[Message]:
        key = uuid.uuid4().hex
        incoming = Incoming("web", str(self.chat), key, kind, lang="zh", text=data)
        return await self.here.app.desk.converse(incoming)

    async def press_through(self, data: str) -> list[Message]:
        """Press; and where that opens a form, answer it to its end."""
        before = self._form()
        said = [*await self.press(data)]
        for _ in range(8):
            if data.partition(":")[0] not in ASK or self._form() in (0, before):
                break
            shown = [b.data for row in said[-1].rows for b in row]
            sure = [d for d in shown if ":submit:" in d] or [d for d in shown if ":pick:" in d]
            said += await (self.press(sure[0]) if sure else self.press("核实过了。", "text"))
        return said

    def _form(self) -> int:
        return int(self.here.now(lambda b: b.chat_by_id(self.chat).draft))

    def others(self) -> dict[str, list[Any]]:
        """All rows there are but the forger's own."""

        def mine(table: str, row: Any) -> bool:
            if (table, row.get("id")) == ("chat", self.chat) or row.get("chat") == self.chat:
                return True
            own = {r.id for r in persons}
            if (table == "person" and row["id"] in own) or row.get("person") in own:
                return True
            return bool(self.officer) and row.get("officer") == self.officer

        def read(book: Records) -> dict[str, list[Any]]:
            persons.extend(book.persons_in(self.chat))
            return {
                table.name: [
                    tuple(row.values())
                    for row in book._db.execute(select(table)).mappings()
                    if not mine(table.name, row)
                ]
                for table in tables()
                if table.name not in ASIDE
            }

        persons: list[Any] = []
        return self.here.now(read)  # type: ignore[no-any-return]


WHO = [
    ("transport", role)
    for role in ("handler", "head", "supervisor", "mediator", "visitor", "administrator")
]
ADMINISTERS = {"staff", "unit", "cal"}
"""What an administrator may."""
ASK = {"duty", "d", "task", "sv", "cp", "hot", "lane", "joint", "cal", "reply", "batch"}
"""Prefixes whose forms are nobody's but those who may: answered to their end."""
ANYBODYS = {"f", "new", "loose", "my", "m", "track", "priv", "person", "lang", "hear", "rate", "fu",
            "join"}  # fmt: skip
"""Prefixes that ask for the person, never for a role: tried by two."""


async def still(here: Town) -> None:
    """From now on the office does nothing by itself."""
    assert here.app._clockwork
    await here.app._clockwork.stop()
    here.app._clockwork = None


async def forgers(here: Town) -> list[tuple[str, Forger]]:
    """A citizen with a case of their own, and officers who have nothing to do with the others'."""
    stranger = await here.citizen("web")
    await file_petition(stranger, place="别处")
    found = [("citizen", Forger(here, stranger))]
    for unit, role in WHO:
        found.append((role, Forger(here, await here.officer(unit, role, "web"))))
    return found


@pytest.mark.slow
async def test_nothing_of_others_is_changed_or_read_by_a_forged_press(tmp_path: Path) -> None:
    wrong: list[tuple[str, str, str]] = []
    async with town(tmp_path, telegram=False) as here:
        filled = Filled(here)
        await filled.fill()
        pressing = await forgers(here)
        await still(here)
        for role, by in pressing:
            before = by.others()
            for prefix in PRESSES:
                if (role == "administrator" and prefix in ADMINISTERS) or (
                    role not in ("citizen", "handler") and prefix in ANYBODYS
                ):
                    continue
                for data in filled.forged(prefix):
                    wrong += [
                        (role, data, y) for y in await read(here, await by.press_through(data))
                    ]
                after = by.others()
                wrong += [(role, prefix, f"{t} changed") for t in before if before[t] != after[t]]
                before = after
    assert not wrong, "\n".join(map(str, wrong[:40]))


async def packed(here: Town, answer: list[Message]) -> list[object]:
    """What the archives of an answer bring."""
    found: list[object] = []
    for asked in (m.archive for m in answer if m.archive):
        for step in await here.app.desk.steps(asked):
            found += [held for _, held in await here.app.desk.entries(asked, step)]
    return found


async def read(here: Town, answer: list[Message]) -> list[str]:
    """What an answer to a forged press mustn't hold."""
    said = " ".join([m.text + "".join(b.text for row in m.rows for b in row) for m in answer])
    held = await packed(here, answer)
    found = {
        "no answer": not answer,
        "words of others": SAID in said or any(SAID in str(one) for one in held),
        "a fault of ours": "出了错" in said,
        "files": any(m.files or m.sheets for m in answer) or any(type(x) is int for x in held),
    }
    return [why for why, true in found.items() if true]


async def test_the_page_takes_no_press_that_it_does_not_show(tmp_path: Path) -> None:
    async with town(tmp_path, telegram=False) as here:
        owner, stranger = await here.citizen("web"), await here.citizen("web")
        await file_petition(owner, **CANARIES)
        line = max(owner.lines)
        for message in (line, max(stranger.lines)):
            body = {"key": uuid.uuid4().hex, "message": message, "data": "m:1:card"}
            async with stranger.http.post(f"{stranger.base}/press", json=body) as response:
                assert response.status == 409
                assert SAID not in await response.text()


async def test_a_rating_is_its_givers_and_a_units_supervisor_reads_none(here: Town) -> None:
    owner, signer = await here.citizen("web"), await here.citizen("web")
    number = await file_petition(owner)
    await file_petition(signer)
    await answered(Desks(here, "web"), number)
    other = Forger(here, signer)

    def rate(book: Records) -> int:
        now, office = here.app.clock.now(), here.app.office
        case = book.by_number(number)
        assert case
        who = Actor.petitioner(case.person)
        acting.act(book, office, case.id, "received", who, {}, now)
        rating = next(r for r in book.ratings(case.id) if r.body == "unit")
        about = {"rating": str(rating.id)}
        acting.act(book, office, case.id, "rate", who, about | {"level": "dissatisfied"}, now)
        words = about | {"rating_words": "暗号麒麟"}
        acting.act(book, office, case.id, "rate_more", who, words, now)
        book.follow(case.id, other.person, "signed", now)
        return rating.id

    rating = here.now(rate)
    for verb in ("ask", "more", "fine", "mute", "why:slow"):
        answer = await other.press(f"rate:{rating}:{verb}")
        assert "只有信访人本人" in answer[-1].text, verb
    period = f"{here.app.clock.now():%Y-%m}"
    for unit, reads in (("housing", False), ("city", True)):
        watching = Forger(here, await here.officer(unit, "supervisor", "web"))
        told = await watching.press(f"fig:words:{period}:housing:-:-:-:-")
        assert ("暗号麒麟" in told[-1].text) == reads, unit


async def test_saved_replies_are_for_those_who_work_the_cases(here: Town) -> None:
    for role, may in (("mediator", False), ("visitor", False), ("handler", True)):
        officer = Forger(here, await here.officer("city", role, "web"))
        said = (await officer.press("reply:list"))[-1].text
        assert ("不由您处理" not in said) == may, role

"""One contract over both databases: SQLite, and a real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from offices.stored import NOW, OFFICE, SECRET, carry, filed, run
from offices.stored import database as database  # a fixture
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from bot.clock import OfficeClock
from petitions.book import Draft, NewText, Notice, Planned, Queue
from petitions.case.notices import Outcome, next_step
from petitions.errors import BadSetting, Changed, FileGone
from petitions.logged import LogEntry
from petitions.telling.ports import Settled
from petitions.values import codes, history
from petitions.values.person import Actor, Audience, Officer, Role
from petitions.values.petition import Entry, Status
from petitions.verbs import seating
from storage.database import Database, make_engine
from storage.keyfile import load_keys
from storage.ledger import LEASE, SqlLedger
from storage.peers import FilePeers
from storage.records import Records
from storage.records.drafts import NO_ANSWERS
from storage.seal import KeyRing
from storage.store import FolderStore
from storage.tables import HISTORY, METADATA
from storage.vault import SealedVault
from storage.visitors import SqlVisitors


def test_what_was_filed_is_read_back_whole(database: Database) -> None:
    chat, receipt = filed(database)
    case = receipt.petition.id
    petition = run(database, lambda b: b.petition(case))
    assert petition.received_at == NOW
    assert petition.received_at.tzinfo is not None
    assert run(database, lambda b: b.identity(case)).name == "测试甲"
    texts = run(database, lambda b: b.texts(case))
    assert [(t.part, t.audience) for t in texts][-1] == ("hidden", Audience.BUREAU)
    assert run(database, lambda b: b.follows(case, chat.person))
    assert run(database, lambda b: b.code_hash(case) == b.hash_code(receipt.code.lower()))


def test_no_plain_word_is_in_the_database(database: Database) -> None:
    chat, _ = filed(database)
    with database.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            for row in connection.execute(select(table)):
                for value in row:
                    raw = value if isinstance(value, bytes) else str(value).encode()
                    assert SECRET.encode() not in raw
                    assert "测试甲".encode() not in raw
                    assert chat.address.encode() not in raw, f"{table.name} says whose chat it is"


def test_a_chat_is_found_by_its_address_and_answered_there(database: Database) -> None:
    chat, _ = filed(database)
    assert run(database, lambda b: b.chat("telegram", chat.address)).id == chat.id
    assert run(database, lambda b: b.chat_by_id(chat.id)).address == chat.address
    assert run(database, lambda b: b.chats_of(chat.person))[0].address == chat.address
    assert run(database, lambda b: b.chat("web", chat.address)) is None
    with pytest.raises(IntegrityError):
        run(database, lambda b: b.new_chat("telegram", chat.address, "zh", NOW))


def test_a_case_saved_by_somebody_else_is_not_overwritten(database: Database) -> None:
    case = filed(database)[1].petition.id
    mine, theirs = (run(database, lambda b: b.petition(case)) for _ in range(2))
    run(database, lambda b: b.save(theirs))
    with pytest.raises(Changed):
        run(database, lambda b: b.save(mine))


def test_numbers_are_unique_under_many_threads(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: run(database, lambda b: b.next_serial(date(2026, 2, 2))),
                              range(40)))  # fmt: skip
    assert sorted(found) == list(range(1, 41))


def test_the_chain_holds_after_erasing_and_breaks_when_tampered_with(database: Database) -> None:
    case = filed(database)[1].petition.id
    entry = Entry(0, NOW, Actor.petitioner(1), "supplement", Status.SUBMITTED, Audience.EVERYBODY)
    run(database, lambda b: b.write(case, entry, [NewText("supplement", "补充")]))

    def chain(book: Records) -> Any:
        held = book.commitments(case)
        return history.first_broken(case, [(e, held.get(e.seq, [])) for e in book.history(case)])

    assert run(database, chain) is None
    run(database, lambda b: b.erase_text(case, 1, "facts"))
    assert run(database, lambda b: b.texts(case))[0].body == ""
    assert run(database, chain) is None
    change = update(HISTORY).where(HISTORY.c.case == case, HISTORY.c.seq == 2)
    database.write_now(lambda c: c.execute(change.values(action="withdraw")))
    assert run(database, chain) == 2


def test_a_draft_is_there_tomorrow(database: Database) -> None:
    chat = run(database, lambda b: b.new_chat("web", "1", "zh", NOW))
    draft = Draft(0, chat.id, chat.person, "petition", data={"answers": {"facts": SECRET}})
    kept = run(database, lambda b: b.new_draft(draft, NOW))
    kept.rev, kept.data["at"] = 3, "request"
    run(database, lambda b: b.save_draft(kept, NOW + timedelta(days=1)))
    found = run(database, lambda b: b.drafts_of(chat.person))
    assert [(d.rev, d.data) for d in found] == [(3, kept.data)]


def test_an_invitation_works_once_and_not_too_late(database: Database) -> None:
    def work(book: Records) -> list[bool]:
        first = seating.invite(book, OFFICE, "housing", Role.HANDLER, "a", NOW)
        late = seating.invite(book, OFFICE, "housing", Role.HANDLER, "b", NOW)
        hashes = [codes.token_hash(t) for t in (first, late)]
        return [
            book.use_invite(hashes[0], NOW) is not None,
            book.use_invite(hashes[0], NOW) is None,
            book.use_invite(hashes[1], NOW + timedelta(days=8)) is None,
        ]

    assert run(database, work) == [True, True, True]


def test_a_queue_is_ordered_by_the_next_due_date(database: Database) -> None:
    cases = [filed(database)[1].petition.id for _ in range(3)]
    run(database, lambda b: b.set_next_due(cases[2], date(2026, 1, 5)))
    queue = run(database, lambda b: b.queue(Queue(("city",)), 0, 10))
    assert [q.petition.id for q in queue] == [cases[2], cases[0], cases[1]]
    assert run(database, lambda b: b.queue_size(Queue(("city",), 0))) == 3
    assert run(database, lambda b: b.queue_size(Queue(("housing",)))) == 0


def test_what_fails_among_others_takes_back_only_itself(database: Database) -> None:
    """On SQLite what waits at the same time shares one commit."""

    def put(c: Connection, key: str, fails: bool) -> str:
        Records(c, database.ring).keep_handled("web", key, 1, "", "{}", NOW)
        if fails:
            raise Changed("bad.changed")
        return key

    async def all_at_once() -> list[Any]:
        works = [database.write(put, str(n), n % 3 == 1) for n in range(60)]
        return await asyncio.gather(*works, return_exceptions=True)

    results = asyncio.run(all_at_once())
    for number, result in enumerate(results):
        kept = run(database, lambda b, k=str(number): b.handled("web", k, 1)[1])
        if number % 3 == 1:
            assert isinstance(result, Changed)
            assert kept is None
        else:
            assert (result, kept) == (str(number), "{}")


async def claimed(ledger: SqlLedger, now: datetime) -> list[Notice]:
    """What is due, split and claimed but not yet carried."""
    while await ledger.split(now):
        pass
    batches = [await ledger.claim(now, channel) for channel in ("web", "telegram")]
    return [n for batch in batches for waiting in batch for n in waiting.notices]


def test_the_same_notice_is_planned_once_and_claimed_once(database: Database) -> None:
    _, receipt = filed(database)
    case = receipt.petition.id
    for _ in range(3):
        run(database, lambda b: b.plan(Planned("petitioner.closed", case, "9", "petitioner", NOW)))
    ledger = SqlLedger(database, OFFICE)

    async def race() -> list[int]:
        found = await asyncio.gather(*(claimed(ledger, NOW) for _ in range(4)))
        return [n.id for batch in found for n in batch]

    ids = asyncio.run(race())
    assert ids
    assert len(ids) == len(set(ids))
    rows = asyncio.run(ledger.rows(case))
    told = [r for r in rows if r.kind == "petitioner.closed"]
    assert [(r.to[:5], r.state) for r in told] == [("petit", "shared"), ("chat:", "sending")]


def test_what_was_left_in_sending_is_unknown_and_legal_notices_go_again(
    database: Database,
) -> None:
    filed(database)
    ledger = SqlLedger(database, OFFICE)
    run(database, lambda b: b.plan(Planned("petitioner.refused", 1, "9", "petitioner", NOW)))
    asyncio.run(claimed(ledger, NOW))
    assert asyncio.run(ledger.sweep(NOW + LEASE / 2)) == 0
    later = NOW + LEASE * 2
    assert asyncio.run(ledger.sweep(later)) >= 1
    rows = {r.kind: r for r in asyncio.run(ledger.rows()) if r.chat}
    assert {r.state for r in rows.values()} == {"unknown"}
    assert rows["receipt_qr"].next_at is None, "small talk isn't sent again"
    refused = rows["petitioner.refused"]
    assert refused.next_at
    assert refused.due_at == NOW, "when it fell due is kept"
    said = carry(database, refused.next_at)
    assert [n.id for n in said[0].notices] == [refused.id]
    assert "再发一次" in said[0].message.text


def test_a_clock_that_was_set_back_leaves_nothing_in_sending(database: Database) -> None:
    filed(database)
    ledger = SqlLedger(database, OFFICE)
    asyncio.run(claimed(ledger, NOW))
    assert asyncio.run(ledger.sweep(NOW - timedelta(days=300))) >= 1
    assert not [r for r in asyncio.run(ledger.rows()) if r.state == "sending"]


def test_machines_whose_clocks_differ_by_a_minute_leave_each_others_notices(
    database: Database,
) -> None:
    filed(database)
    ledger = SqlLedger(database, OFFICE)
    taken = asyncio.run(claimed(ledger, NOW))
    assert taken
    for minutes in (-1, 1):
        assert asyncio.run(ledger.sweep(NOW + timedelta(minutes=minutes))) == 0


def test_a_reminder_of_a_clock_that_ended_is_cancelled(database: Database) -> None:
    case = filed(database)[1].petition.id
    for clock in run(database, lambda b: b.clocks(case)):
        run(database, lambda b, c=clock: b.save_clock(replace(c, ended_at=NOW)))
    carry(database, NOW + timedelta(days=40))
    rungs = [r for r in asyncio.run(SqlLedger(database, OFFICE).rows(case)) if r.to == "ladder"]
    assert {(r.state, r.reason) for r in rungs} == {("cancelled", "the clock has stopped")}


def test_a_blocked_chat_is_marked_and_left_alone(database: Database) -> None:
    chat, receipt = filed(database)
    ledger = SqlLedger(database, OFFICE)
    first = next(n for n in asyncio.run(claimed(ledger, NOW)) if n.chat == chat.id)
    step = next_step(Outcome.BLOCKED, first, NOW)
    asyncio.run(ledger.settle([Settled(first, step)], NOW))
    assert run(database, lambda b: b.chat_by_id(chat.id)).blocked
    case = receipt.petition.id
    run(database, lambda b: b.plan(Planned("petitioner.closed", case, "9", "petitioner", NOW)))
    assert carry(database, NOW) == []


def test_the_pages_log_is_kept_in_order_and_each_line_once(
    database: Database, tmp_path: Path
) -> None:
    visitors = SqlVisitors(database, OfficeClock(), FilePeers(tmp_path, True), "web")

    async def talk() -> None:
        visitor = await visitors.enter(b"token", "zh", "test")
        assert await visitors.find(b"token") == replace(visitor, who=f"{visitor.chat}.0")
        assert await visitors.find(b"other") is None
        first = await visitors.append(visitor.chat, LogEntry("me", SECRET, key="k1"))
        again = await visitors.append(visitor.chat, LogEntry("me", "anders", key="k1"))
        assert again == first
        await visitors.append(visitor.chat, LogEntry("office", "二"))
        edited = await visitors.edit(visitor.chat, first.id, LogEntry("me", "改"))
        assert edited is not None
        assert [x.entry.text for x in await visitors.since(visitor.chat, 0)] == ["二", "改"]
        assert [x.entry.text for x in await visitors.before(visitor.chat, 0)] == ["改", "二"]
        assert await visitors.edit(visitor.chat + 1, first.id, LogEntry("me", "x")) is None
        assert await visitors.wait(visitor.chat, 0, 1)
        assert not await visitors.wait(visitor.chat, edited.seq, 0.05)

    asyncio.run(talk())


def test_files_are_sealed_on_disk(database: Database, tmp_path: Path) -> None:
    vault = SealedVault(database, FolderStore(tmp_path / "files"), OfficeClock())

    async def keep() -> None:
        ref = await vault.keep(SECRET.encode(), "../../evil/名字.txt", "text/plain")
        assert ref.name == "名字.txt"
        assert (await vault.read(ref.id)).decode() == SECRET
        held = [p for p in (tmp_path / "files").rglob("*") if p.is_file()]
        assert len(held) == 1
        assert SECRET.encode() not in held[0].read_bytes()
        held[0].unlink()
        with pytest.raises(FileGone):
            await vault.read(ref.id)
        with pytest.raises(FileGone):
            await vault.ref(999)

    asyncio.run(keep())


def test_files_nobody_needs_are_swept_and_all_others_stay(
    database: Database, tmp_path: Path
) -> None:
    clock, folder = OfficeClock(), tmp_path / "files"
    vault = SealedVault(database, FolderStore(folder), clock)
    visitors = SqlVisitors(database, clock, FilePeers(tmp_path, True), "web")
    chat, receipt = filed(database)
    draft = run(database, lambda b: b.new_draft(
        Draft(0, chat.id, chat.person, "petition", data=dict(NO_ANSWERS)), NOW))  # fmt: skip

    def entry(book: Records, file: int) -> None:
        actor = Actor.petitioner(chat.person)
        supplement = Entry(0, NOW, actor, "supplement", Status.SUBMITTED, Audience.EVERYBODY)
        case = receipt.petition.id
        seq = book.write(case, supplement, [NewText("supplement", "", file=file)])
        book.attach(case, seq, [], Audience.EVERYBODY)

    def attach(book: Records, file: int) -> None:
        book.attach(receipt.petition.id, 1, [file], Audience.EVERYBODY)

    def add_to_draft(book: Records, file: int) -> None:
        draft.data["files"] = [file]
        book.save_draft(draft, NOW)

    async def sweep(ahead: timedelta) -> int:
        await clock.set_to(clock.now() + ahead, database)
        return await vault.sweep()

    async def all_of_it() -> None:
        kept = [await vault.keep(b"x", f"{n}.txt", "text/plain") for n in range(5)]
        inside, spoken, drafted, shown, lost = kept
        run(database, lambda b: attach(b, inside.id))
        run(database, lambda b: entry(b, spoken.id))
        run(database, lambda b: add_to_draft(b, drafted.id))
        line = await visitors.append(chat.id, LogEntry("me", "", files=[{"id": shown.id}]))
        assert await sweep(timedelta(hours=1)) == 0, "a new file may be on its way to a form"
        assert await sweep(timedelta(days=2)) == 1
        with pytest.raises(FileGone):
            await vault.read(lost.id)
        for ref in kept[:4]:
            assert await vault.read(ref.id) == b"x"
        run(database, lambda b: b.drop_draft(draft.id))
        await visitors.edit(chat.id, line.id, LogEntry("me", ""))
        assert await sweep(timedelta(days=2)) == 2
        assert len([p for p in folder.rglob("*") if p.is_file()]) == 2

        stray = folder / "00" / ("0" * 32)
        stray.parent.mkdir(exist_ok=True)
        stray.write_bytes(b"bytes of a process that was killed before the row")
        os.utime(stray, (0, 0))
        for _ in range(24):
            await sweep(timedelta(hours=1))
        assert not stray.exists()
        assert await vault.read(inside.id) == await vault.read(spoken.id) == b"x"

    asyncio.run(all_of_it())


def test_an_erased_draft_gives_its_number_to_no_other(database: Database) -> None:
    def make(book: Records) -> int:
        return book.new_draft(Draft(0, 1, 1, "petition", data={"answers": {"a": SECRET}}), NOW).id

    first = run(database, make)
    run(database, lambda b: b.drop_draft(first))
    assert run(database, make) != first
    erased = run(database, lambda b: b.draft(first))
    assert erased.done
    assert SECRET not in str(erased.data)


def test_officers_sit_at_one_desk_and_leave_it(database: Database) -> None:
    def work(book: Records) -> tuple[Any, Any]:
        chat = book.new_chat("web", "7", "zh", NOW)
        officer = book.add_officer(Officer(0, "city", Role.CLERK, "窗口", 0), NOW)
        book.seat_officer(officer.id, chat.id)
        seated = book.chat_by_id(chat.id).officer == officer.id
        book.end_officer(officer.id, NOW)
        return seated, (book.officer(officer.id), book.chat_by_id(chat.id).officer)

    assert run(database, work) == (True, (None, 0))


def test_wrong_keys_are_told_in_words() -> None:
    ring, other = KeyRing.fresh(), KeyRing.fresh()
    sealed = ring.seal(SECRET, "petition.name")
    with pytest.raises(BadSetting) as wrong:
        other.open(sealed, "petition.name")
    assert "PETITION_KEYS" in wrong.value.sentence("en")
    with pytest.raises(BadSetting):
        ring.open(sealed, "petition.address")
    assert ring.seal(SECRET, "x") != ring.seal(SECRET, "x")
    for short in (sealed[:1], sealed[:5], sealed[:20]):
        with pytest.raises(BadSetting):
            ring.open(short, "petition.name")


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.toml"
    ring, made = load_keys(path)
    again, made_again = load_keys(path)
    assert (made, made_again) == (True, False)
    assert again.open(ring.seal(SECRET, "a"), "a") == SECRET
    assert path.stat().st_mode & 0o077 == 0
    good = path.read_text()
    pepper = next(line for line in good.splitlines() if line.startswith("pepper"))
    for broken in ("broken = ", "x = " + "[" * 3000, good.replace(pepper, "pepper = 5"),
                   good.replace(pepper, 'pepper = "AAAA"'), "key = 5\n" + pepper):  # fmt: skip
        path.write_text(broken)
        with pytest.raises(BadSetting) as wrong:
            load_keys(path)
        assert str(path) in wrong.value.sentence("zh")


async def test_who_waited_for_news_leaves_nothing_behind(
    database: Database, tmp_path: Path
) -> None:
    visitors = SqlVisitors(database, OfficeClock(), FilePeers(tmp_path, True), "web")
    waiting = [asyncio.create_task(visitors.wait(chat, 0, 0.2)) for chat in range(50)]
    await asyncio.sleep(0.05)
    assert len(visitors._news) == 50
    await asyncio.gather(*waiting)
    waiting.clear()
    assert len(visitors._news) == 0


async def test_a_process_whose_number_is_taken_lives_under_another(tmp_path: Path) -> None:
    first, second = FilePeers(tmp_path, False), FilePeers(tmp_path, False)
    second.me = first.me
    for peers in (first, second):
        await peers.start()
    assert first.me != second.me
    with make_engine(f"sqlite:///{tmp_path / 'x.sqlite3'}").connect() as db:
        assert set(first.living(db)) == {first.me, second.me}
    for peers in (first, second):
        await peers.stop()

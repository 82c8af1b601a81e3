"""The index of words gives nothing to whoever has the database without the keys."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import combinations, count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from alembic import command
from offices.lived_in import bot
from offices.template import fresh_postgres
from people import Town, file_petition, town
from sqlalchemy import Connection, func, insert, select, text

from petitions.values import search
from storage import index, joining, rotate, segments
from storage.database import Database, make_engine
from storage.index import Indexer
from storage.keyfile import add_key, drop_key, put_back
from storage.migrate import check_schema, config
from storage.records import Records, finding
from storage.seal import KeyRing
from storage.tables import METADATA, PETITION, TODO, WORDS

FILINGS = range(9)
CODES = [set(c) for many in range(2, 8) for c in combinations(FILINGS, many)][:450]
"""In which of nine filings each chosen word stands: in others for every word."""
CHOSEN = [chr(0x4E10 + n) + chr(0x6210 + n) for n in range(len(CODES))]
SAID = CHOSEN[3:450:19]
"""The words of somebody else's petition, 24 of the chosen ones."""
OTHERS = [chr(0x7A10 + n) + chr(0x7E10 + n) for n in range(len(SAID))]
Rows = Mapping[tuple[Any, ...], Mapping[str, Any]]
"""Table and key → the values of a row."""
Seen = set[tuple[Any, ...]]
"""What a thief can compare: a value of a column; that a row was touched."""


async def indexed(here: Town) -> None:
    for _ in range(2):  # the first time it sees that somebody has just been writing
        await here.app.reminders.follow()


def stolen(here: Town) -> Rows:
    """The whole database, as whoever took it reads it without keys."""

    def read(db: Connection) -> Rows:
        return {
            (table.name, *(row[key.name] for key in table.primary_key)): dict(row)
            for table in METADATA.tables.values() for row in db.execute(select(table)).mappings()
        }  # fmt: skip

    return here.app.database.read_now(read)


def compared(before: Rows, after: Rows) -> Seen:
    """What is new, changed or gone between two looks."""
    seen: Seen = set()
    for key in before.keys() | after.keys():
        row = after.get(key, {})
        if before.get(key) != row:
            seen.add(("touched", *key))
            seen |= {(key[0], name, str(value)) for name, value in row.items()}
    return seen


def recovered(filings: Sequence[Seen], victims: Iterable[Seen]) -> set[str]:
    """Words that must be the victim's: what is theirs was there in just the filings that held the
    word."""
    when: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    for n, seen in enumerate(filings):
        for one in seen:
            when[one].add(n)
    words = {frozenset(code): word for code, word in zip(CODES, CHOSEN, strict=True)}
    theirs = {one for seen in victims for one in seen}
    return {words[code] for one in theirs if (code := frozenset(when.get(one, ()))) in words}


def parts(words: Sequence[str]) -> dict[str, str]:
    """A petition that says these words: some in what happened, some in what is asked for."""
    half = len(words) // 2
    return {"facts": "，".join(words[:half]), "request": "，".join(words[half:])}


async def attack(here: Town, said: Sequence[str]) -> tuple[list[Seen], list[Seen], list[Rows]]:
    """Somebody files, a thief files nine times, somebody files again; the thief looks before and
    after each. Gives what was seen of the thief's, of the others', and all looks."""
    looks = [stolen(here)]

    async def file(words: Sequence[str]) -> Seen:
        await file_petition(await here.citizen(), **parts(words))
        for _ in range(2):  # as it comes, and as it is later
            await indexed(here)
        looks.append(stolen(here))
        return compared(looks[-2], looks[-1])

    victims = [await file(said)]
    filings = []
    for n in FILINGS:
        filings.append(await file([w for w, code in zip(CHOSEN, CODES, strict=True) if n in code]))
    victims.append(await file(said))
    return filings, victims, looks


async def test_nobody_recovers_anothers_words_by_filing_chosen_ones(here: Town) -> None:
    filings, victims, _ = await attack(here, SAID)
    clerk = await here.officer("city", "clerk")
    assert "找到的件" in await clerk.say(f"/find {SAID[0]}"), "it is indexed"
    assert recovered(filings, victims) & set(SAID) == set()


def test_the_same_attack_reads_a_table_of_keyed_hashes() -> None:
    """Of what was there before: a row for each hash and case."""
    ring = KeyRing.fresh()

    def rows(case: int, words: Sequence[str]) -> Seen:
        hashed = (ring.hash_code(term.encode()) for word in words for term in search.terms(word))
        touched = [("touched", "case_token", one, case) for one in hashed]
        return {seen for one in touched for seen in (one, ("case_token", "token", one[2]))}

    filings = [rows(n, [w for w, code in zip(CHOSEN, CODES, strict=True) if n in code])
               for n in FILINGS]  # fmt: skip
    assert recovered(filings, [rows(99, SAID)]) == set(SAID)


def shape(rows: Rows) -> list[tuple[Any, ...]]:
    """Which rows the index has, and how long all that is sealed in them is."""
    return sorted(
        (key, *((name, len(v) if isinstance(v, bytes) else v) for name, v in row.items()))
        for key, row in rows.items() if key[0].startswith("index_")
    )  # fmt: skip


async def test_no_size_and_no_row_tells_whether_two_texts_share_words(tmp_path: Path) -> None:
    """The same attack beside two others: one who says the chosen words, one who says none."""
    seen = []
    for name, words in (("same", SAID), ("none", OTHERS)):
        async with town(tmp_path / name) as here:
            seen.append([shape(look) for look in (await attack(here, words))[2]])
    assert seen[0][-1]
    assert seen[0] == seen[1]


# Many texts, without the conversations


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    url = (f"sqlite:///{tmp_path / 'index.sqlite3'}" if request.param == "sqlite"
           else fresh_postgres(request.getfixturevalue("postgres")))  # fmt: skip
    made = Database(make_engine(url), KeyRing.fresh())
    check_schema(made.engine)
    yield made
    made.close()


def write(database: Database, said: Mapping[int, str], part: str = "facts") -> None:
    """Cases with a text each."""
    ring, at = database.ring, datetime(2026, 3, 2, tzinfo=UTC)

    def put(db: Connection) -> None:
        known = set(db.execute(select(PETITION.c.id)).scalars())
        new = [{"id": case, "number": str(case), "channel": "web", "status": "submitted",
                "person": case, "unit": "city", "received_at": at, "received_on": date(2026, 3, 2)}
               for case in said if case not in known]  # fmt: skip
        if new:
            db.execute(insert(PETITION), new)
        db.execute(insert(WORDS), [
            {"case": case, "seq": 1, "part": part, "audience": "everybody", "salt": b"",
             "commitment": b"", "body": ring.seal(body, "words.body"), "file": 0}
            for case, body in said.items()
        ])  # fmt: skip

    database.write_now(put)
    rotate.bind(database.engine, ring)


def sentence(n: int) -> str:
    """Sixty characters of chance, and a word that everybody says."""
    return "施工，" + "".join(chr(one) for one in Random(n).choices(range(0x4E00, 0x9000), k=60))


def found(database: Database, words: str, limit: int = 1000) -> list[int]:
    def look(db: Connection) -> list[int]:
        book = Records(db, database.ring)
        terms = search.asked(words)
        cases = finding.find(book, db, database.ring, terms, (), True, 0, limit)
        return [case.id for case in cases]

    return database.read_now(look)


def everything(database: Database) -> list[bytes]:
    """Every record of the index, in whatever block of whatever state."""
    held = METADATA.tables["index_block"]

    def read(db: Connection) -> list[bytes]:
        ids = db.execute(select(held.c.id)).scalars().all()
        opened = segments.blocks(db, database.ring, ids)
        return [one for block in opened for one in segments.split(block) if one != segments.FILLER]

    return database.read_now(read)


def due(database: Database, said: Mapping[int, str]) -> list[bytes]:
    """The records that there should be."""
    with database.engine.connect() as db:
        book = Records(db, database.ring)
        return sorted(segments.record(book.token(t), case) for case, body in said.items()
                      for t in search.terms(body))  # fmt: skip


def work_off(indexer: Indexer) -> int:
    return next(n for n in count() if not indexer.now())


def test_thousands_are_found_the_newest_first_and_each_once(database: Database) -> None:
    said = {n: sentence(n) for n in range(1, 2501)}
    write(database, said)
    work_off(Indexer(database))
    assert sorted(everything(database)) == due(database, said)
    assert found(database, "施工") == [*range(2500, 1500, -1)]
    for case in (1, 777, 2500):
        assert found(database, said[case][3:9]) == [case]
        assert found(database, f"施工 {said[case][3:9]}") == [case]
    assert found(database, f"{said[1][3:7]} {said[2][3:7]}") == []
    with database.engine.connect() as db:
        there = segments.segments(db, database.ring)
    assert len(there) <= 12
    assert not joining.due(there)


def test_what_is_half_written_is_gone_on_with_by_another_process(database: Database) -> None:
    said = {n: sentence(n) for n in range(1, 1501)}
    write(database, said)
    for n in count():  # each step by a process that has just begun
        if not Indexer(database).now():
            break
        if n % 7 == 0 and n > 20:
            assert found(database, "施工", 5)[0] >= 1000, "found all the while"
    assert sorted(everything(database)) == due(database, said)


def test_processes_at_once_lose_nothing_and_keep_nothing_twice(database: Database) -> None:
    said = {n: sentence(n) for n in range(1, 801)}
    write(database, said)
    wrong: list[str] = []

    def look() -> None:
        while any(t.is_alive() for t in workers):
            cases = found(database, "施工", 5)
            if cases != sorted(cases, reverse=True):
                wrong.append(str(cases))

    workers = [threading.Thread(target=work_off, args=[Indexer(database)]) for _ in range(3)]
    for thread in workers:
        thread.start()
    look()
    for thread in workers:
        thread.join()
    assert not wrong
    assert sorted(everything(database)) == due(database, said)


def test_erased_words_leave_the_index_whatever_holds_them(database: Database) -> None:
    said = {n: sentence(n) for n in range(1, 901)}
    write(database, said)
    write(database, {5: "围墙倒了。"}, "supplement")
    indexer = Indexer(database)
    work_off(indexer)

    def erase(db: Connection) -> None:
        book = Records(db, database.ring)
        for case in (5, 444, 900):
            book.erase_text(case, 1, "facts")

    database.write_now(erase)
    for case in (5, 444, 900):
        assert found(database, said[case][3:9]) == [], "at once"
    assert found(database, "围墙") == [5], "what is left of the case"
    assert 900 not in found(database, "施工")
    work_off(indexer)
    left = {case: body for case, body in said.items() if case not in (5, 444, 900)}
    assert sorted(everything(database)) == sorted(
        due(database, left) + due(database, {5: "围墙倒了。"})
    )
    assert found(database, "围墙") == [5]
    with database.engine.connect() as db:
        assert db.execute(select(func.count()).select_from(TODO)).scalar_one() == 0


def test_words_erased_while_others_are_taken_out_go_too(database: Database) -> None:
    said = {n: sentence(n) for n in range(1, 301)}
    write(database, said)
    write(database, {5: "围墙倒了。"}, "supplement")
    indexer = Indexer(database)
    work_off(indexer)

    def erase(part: str) -> None:
        database.write_now(lambda db: Records(db, database.ring).erase_text(5, 1, part))

    erase("facts")
    for _ in range(2):
        indexer.now()
    erase("supplement")
    work_off(indexer)
    assert sorted(everything(database)) == due(database, {n: b for n, b in said.items() if n != 5})


def test_words_whose_key_was_away_are_found_when_it_is_back(tmp_path: Path) -> None:
    from storage.keyfile import load_keys

    path = tmp_path / "keys.toml"
    ring, _ = load_keys(path)
    database = Database(make_engine(f"sqlite:///{tmp_path / 'index.sqlite3'}"), ring)
    check_schema(database.engine)
    write(database, {1: "夜里施工吵闹。"})
    add_key(path)
    kept = drop_key(path, 1)
    away = Database(make_engine(f"sqlite:///{tmp_path / 'index.sqlite3'}"), load_keys(path)[0])
    write(away, {2: "夜里施工吵闹。"})
    indexer = Indexer(away)
    assert work_off(indexer) < 10, "what can't be read isn't tried for ever"
    assert found(away, "施工吵闹") == [2]
    put_back(path, 1, kept)
    away.ring._look(at_once=True)
    work_off(indexer)
    assert found(away, "施工吵闹") == [2, 1]
    with away.engine.connect() as db:
        assert db.execute(select(func.count()).select_from(TODO)).scalar_one() == 0
    for one in (database, away):
        one.close()


def of_before(engine: Any, ring: KeyRing, said: Mapping[int, str]) -> bytes:
    """What an older program has left: texts, and a table of keyed hashes. Gives a hash."""
    command.upgrade(config(engine), "0024")
    token = ring.hash_code("term:施工".encode())[:8]
    with engine.begin() as db:
        for case, body in said.items():
            db.execute(insert(WORDS), {
                "case": case, "seq": 1, "part": "facts", "audience": "everybody", "salt": b"",
                "commitment": b"", "body": ring.seal(body, "words.body"), "file": 0})  # fmt: skip
            held = {"token": int.from_bytes(token, "big", signed=True), "case": case}
            db.execute(text('INSERT INTO case_token (token, "case") VALUES (:token, :case)'), held)
        db.execute(text("INSERT INTO setting (name, value) VALUES ('indexed', :last)"),
                   {"last": str(len(said))})  # fmt: skip
    return token


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_what_an_older_program_indexed_is_indexed_anew_the_newest_first(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = (f"sqlite:///{tmp_path / 'old.sqlite3'}" if kind == "sqlite"
           else fresh_postgres(request.getfixturevalue("postgres")))  # fmt: skip
    engine, ring = make_engine(url), KeyRing.fresh().lenient()
    said = {n: sentence(n) for n in range(1, 251)}
    token = of_before(engine, ring, said)
    check_schema(engine)
    database = Database(engine, ring)
    assert not everything(database)
    indexer = Indexer(database)
    indexer.now()
    write(database, {251: sentence(251)})
    indexer.now()
    said |= {251: sentence(251)}
    held = sorted({segments.case_of(one) for one in everything(database)})
    assert held == [*range(151, 252)], "the newest first, and what is filed meanwhile before them"
    with engine.connect() as db:
        assert index.behind(Records(db, ring)), "which officers are told"
    work_off(Indexer(database))
    with engine.connect() as db:
        assert not index.behind(Records(db, ring))
    assert sorted(everything(database)) == due(database, said)
    database.close()
    if kind == "sqlite":
        assert not any(token in file.read_bytes() for file in tmp_path.iterdir())


async def test_officers_are_told_while_earlier_cases_are_still_being_indexed(here: Town) -> None:
    clerk = await here.officer("city", "clerk")
    await file_petition(await here.citizen())
    await indexed(here)
    assert "可能不全" not in await clerk.say("/find 夜里施工")
    here.now(lambda b: b.set_setting(index.BACK, "1"))
    assert "可能不全" in await clerk.say("/find 夜里施工")
    assert "可能不全" in await clerk.say("/find 火星移民")


async def test_a_new_key_seals_the_index_too_and_all_is_still_found(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    async with town(folder) as here:
        clerk = await here.officer("city", "clerk")
        number = await file_petition(await here.citizen())
        await indexed(here)
        assert bot(folder, "keys", "rotate").exit_code == 0
        assert number in await clerk.say("/find 夜里施工")
        later = await file_petition(await here.citizen())
        await indexed(here)
    assert bot(folder, "keys", "rotate").exit_code == 0
    for old in ("1", "2"):
        dropped = bot(folder, "keys", "drop", old)
        assert dropped.exit_code == 0, dropped.output
    async with town(folder) as here:
        clerk = await here.officer("city", "clerk")
        told = await clerk.say("/find 夜里施工")
        assert number in told
        assert later in told

"""A step at the desk reads a case once: its parties, clocks, words and appointments."""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from people import Office, Town, accepted, does, file_petition, passed
from sqlalchemy import Result, delete, event, insert, select, update
from sqlalchemy.engine import Engine

from petitions.values.task import TaskKind
from storage.once import Once
from storage.tables import PETITION, SETTING

MOST = 43
"""Statements of an acceptance and the page that follows it, with the lines of the web page: all in
one transaction. Seven of them are the lines'."""


@contextlib.contextmanager
def counted() -> Iterator[list[list[str]]]:
    """The statements meanwhile, by transaction."""
    found: list[list[str]] = [[]]

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(("BEGIN", "SAVEPOINT job")):
            found.append([])
        found[-1].append(statement)

    def begun(_conn: Any) -> None:
        found.append([])

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "begin", begun)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        event.remove(Engine, "begin", begun)


def reads(statements: list[str]) -> Counter[str]:
    """Table → how often it was read."""
    found = Counter[str]()
    for statement in statements:
        if statement.startswith("SELECT") and "max(" not in statement:
            found += Counter({re.findall(r'FROM "?(\w+)', statement)[-1]: 1})
    return found


@pytest.mark.sqlite
async def test_an_acceptance_reads_each_thing_once(here: Town) -> None:
    office = Office(here, "web")
    number = await file_petition(await here.citizen("web"))
    await passed(office, number)
    unit = await office.at("housing")
    await unit.say(f"/desk {number}")
    await unit.press("受理")
    with counted() as transactions:
        done = await unit.press("受理")
    assert "已受理" in done
    (mine,) = [t for t in transactions if any("INSERT INTO document " in s for s in t)]
    found = reads(mine)
    for table in ("follower", "chat_person", "words", "appointment", "task", "supervision",
                  "case_link", "listed", "rating", "case_file", "officer"):  # fmt: skip
        assert found[table] == 1, (table, found)
    assert found["clock"] == 2, "once before its clocks were moved, once afterwards"
    assert found["petition"] <= 2, [s for s in mine if "FROM petition" in s]
    assert len([s for s in mine if not s.startswith(("BEGIN", "SAVEPOINT"))]) <= MOST, mine


async def test_the_page_after_a_step_shows_what_the_step_did(here: Town) -> None:
    office = Office(here, "web")
    number = await file_petition(await here.citizen("web"))
    unit = await accepted(office, number)
    page = await does(unit, number, "调查", "现场看过，属实。", "调查")
    assert "现场看过，属实。" in page
    clerk, labour = await office.at("city", "clerk"), "云川市人力资源和社会保障局"
    page = await does(clerk, number, "增加协办单位", labour, "2099-01-01", "增加协办单位")
    kinds = here.now(lambda b: [t.kind for t in b.tasks(case=b.by_number(number).id)])
    assert kinds == [TaskKind.ASSIST]
    assert f"{labour}" in page


def test_what_was_written_is_read_anew(here: Town) -> None:
    def work(connection: Any) -> list[Any]:
        once = Once(connection)
        of = select(SETTING.c.value).where(SETTING.c.name == "x")
        other = select(PETITION.c.id).where(PETITION.c.id == 0).exists()
        both = of.where(other)

        def now() -> list[Any]:
            return [row.value for row in once.read(of, {}, Result.all)]

        seen = [now()]
        connection.execute(insert(SETTING), {"name": "x", "value": "0"})
        seen.append(now())  # not read again: nobody wrote by this connection
        connection.execute(delete(SETTING).where(SETTING.c.name == "x"))
        once.execute(insert(SETTING), {"name": "x", "value": "1"})
        seen.append(now())
        once.execute(update(SETTING).where(SETTING.c.name == "x").values(value="2"))
        seen.append(now())
        once.read(both, {}, Result.all)
        kept = {key[0] for key in once._kept}
        once.execute(update(PETITION).where(PETITION.c.id == 0).values(version=1))
        return [*seen, kept - {key[0] for key in once._kept} == {both}]

    assert here.app.database.write_now(work) == [[], [], ["1"], ["2"], True]

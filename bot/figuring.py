"""`petition-bot figures`: the journal written anew, and held against the history."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection, func, select

from bot import publishing as publishing_of
from bot.office_files import load_office
from bot.opening import open_current
from bot.settings import load_settings
from petitions.book import Planned
from petitions.law import periods
from petitions.law.clocks import local_day
from petitions.values.person import Role
from petitions.words import say
from storage import journal, publishing
from storage.database import Database
from storage.journal import HISTORY
from storage.own import make_folder
from storage.records import Records

SLICE = 500
"""Cases written anew in one transaction."""
NAMED = 20
"""Cases or numbers that are named when something is wrong."""


def rebuild(check: bool, lang: str, console: Console) -> int:
    """Compute everything from the history; gives 1 where what was counted or published differs."""
    settings = load_settings()
    office, database = load_office(settings.office), open_current(settings)
    every: Any = select(func.count(HISTORY.c.case.distinct()))
    total = database.read_now(lambda c: int(c.execute(every).scalar_one()))
    wrong: list[int] = []
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(say(lang, "rebuild.bar"), total=total)
        if check:
            while database.write_now(journal.count_some, office.zone, SLICE):
                pass
            wrong = database.read_now(journal.check, office.zone, lambda: bar.advance(task))
        else:
            after = 0
            while done := database.write_now(journal.rebuild, office.zone, after, SLICE):
                after = done[-1]
                bar.advance(task, len(done))
    found = database.read_now(publishing.check, office)
    if wrong or found:
        database.write_now(_alarm, database, len(wrong), len(found))
    database.close()
    for case in wrong[:NAMED]:
        console.print(say(lang, "rebuild.case", case=case))
    for bulletin, (name, whose), published, counted in found[:NAMED]:
        console.print(say(lang, "rebuild.bulletin", period=bulletin.period.name(lang), name=name,
                          whose=whose or "—", published=published, counted=counted))  # fmt: skip
    key = "rebuild.differs" if wrong or found else "rebuild.same"
    console.print(say(lang, key, cases=total, wrong=len(wrong), numbers=len(found)))
    return 1 if wrong or found else 0


def _alarm(connection: Connection, database: Database, wrong: int, numbers: int) -> None:
    """Tell supervisors and administrators, once a day, that figures don't follow."""
    book, now = Records(connection, database.ring), datetime.now(UTC)
    facts = {"wrong": wrong, "numbers": numbers}
    for officer in book.seated():
        if officer.role in (Role.SUPERVISOR, Role.ADMINISTRATOR):
            book.plan(Planned("officer.figures_differ", 0, str(now.date()),
                              f"chat:{officer.chat}", now, facts))  # fmt: skip


def report(text: str, folder: Path, lang: str, console: Console) -> None:
    """A period's bulletin as files. Raises BadAnswer for a period that can't be read."""
    settings = load_settings()
    office, database = load_office(settings.office), open_current(settings)
    now = datetime.now(UTC)
    period = periods.read(text, local_day(now, office.zone))
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(say(lang, "rebuild.bar"), total=3)
        while database.write_now(journal.count_some, office.zone, SLICE):
            pass
        bar.advance(task)
        made = database.read_now(publishing_of.compose, database, office, period, now)
        suggested = database.read_now(publishing_of.suggestions, database, period)
        bar.advance(task)
        drawn = publishing_of.files(office, made, suggested, lang)
        bar.advance(task)
    database.close()
    make_folder(folder)
    for content, name, _ in drawn:
        (folder / name).write_bytes(content)
        console.print(str(folder / name))
    console.print(made[0].texts.get(lang) or next(iter(made[0].texts.values())))

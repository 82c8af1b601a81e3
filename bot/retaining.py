"""`petition-bot retention`: what has had its time, said first and let go when asked to."""

from __future__ import annotations

import asyncio
from datetime import date, datetime

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bot.clock import OfficeClock
from bot.office_files import load_office
from bot.opening import open_attachments, open_current
from bot.settings import Settings, load_settings
from petitions.keeping import retention
from petitions.law.clocks import local_day
from petitions.law.units import Office
from petitions.words import say
from storage.database import Database
from storage.retention import LetGo, Retention, look, tidied
from storage.vault import SealedVault

COLUMNS = ("what", "after", "count", "oldest")


def retain(apply: bool, lang: str, console: Console) -> None:
    """Say what has had its time; `apply`: let it go. Raises BadSetting."""
    settings = load_settings()
    office, database = load_office(settings.office), open_current(settings)
    clock = OfficeClock()
    found = database.read_now(look, office, clock.now())
    _show(found, office, lang, console)
    _warn_of_jump(database.read_now(tidied), clock.now(), office, lang, console)
    total = sum(due.count for due in found)
    if apply:
        asyncio.run(_let_go(settings, database, office, clock, total, lang, console))
        left = sum(due.count for due in database.read_now(look, office, clock.now()))
        if left:
            console.print(say(lang, "retention.left", count=left))
    else:
        console.print(say(lang, "retention.dry", count=total))
    if not office.keep_cases:
        console.print(say(lang, "retention.unset"), markup=False)
    database.close()


def _warn_of_jump(
    last: datetime | None, now: datetime, office: Office, lang: str, console: Console
) -> None:
    if last and retention.jumped(last, now):
        days = (_day(last, office), _day(now, office))
        console.print(say(lang, "retention.jumped", last=days[0], today=days[1]), markup=False)


def _show(found: list[LetGo], office: Office, lang: str, console: Console) -> None:
    table = Table(*(say(lang, f"retention.{column}") for column in COLUMNS))
    for due in found:
        years = say(lang, "retention.years", count=office.keep_cases)
        days = say(lang, "retention.days", count=due.rule.days) if due.rule.days else years
        kept = say(lang, "retention.ever") if due.kept else days
        table.add_row(say(lang, f"retention.{due.rule.name}"), kept, str(due.count),
                      _day(due.oldest, office))  # fmt: skip
    console.print(table)


def _day(oldest: datetime | date | None, office: Office) -> str:
    if isinstance(oldest, datetime):
        oldest = local_day(oldest, office.zone)
    return oldest.isoformat() if oldest else "—"


async def _let_go(
    settings: Settings, database: Database, office: Office, clock: OfficeClock, total: int,
    lang: str, console: Console,
) -> None:  # fmt: skip
    letting_go = Retention(database, office, clock)
    await letting_go.confirm()
    count = 0
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(say(lang, "retention.bar"), total=total)
        while gone := await letting_go.step():
            count += gone
            bar.advance(task, gone)
    files = await SealedVault(database, open_attachments(settings), clock).sweep()
    console.print(say(lang, "retention.done", count=count, files=files))

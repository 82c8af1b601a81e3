"""The command line's answers on the rules: limits, dates and lists of days off."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table
from sqlalchemy import func, select

from bot.clock import OfficeClock
from bot.office_files import load_office
from bot.opening import open_current
from bot.plain import parsed, read_plain
from bot.settings import load_settings
from bot.simulate import counted, read_day, side_name, simulate, title_of
from petitions.case import explain
from petitions.errors import BadAnswer, BadCalendar, BadSetting
from petitions.law.calendar import calendar
from petitions.law.clocks import Length, due, local_day
from petitions.law.clocks import explain as count
from petitions.law.regulation import PROFILES, Law, regulation
from petitions.law.regulation.values import Limit, Regulation
from petitions.values.petition import Running
from petitions.verbs.days import calendar_of, import_calendar
from petitions.words import day, has, listed, name_in, say
from storage.records import Records
from storage.recount import Recount
from storage.tables import CLOCK

BATCH = 2000
"""Clocks counted again in one transaction from the command line."""


def show_regulation(law: Law, lang: str, console: Console) -> None:
    """Every edition of the rules, each with its days."""
    for edition in law.editions:
        until = law.until(edition)
        last = day(lang, until - timedelta(days=1)) if until else say(lang, "rules.no_end")
        first = day(lang, edition.since)
        console.print(name_in(lang, edition.names))
        console.print(say(lang, "rules.holds", first=first, last=last))
        if edition.replaces:
            console.print(say(lang, "rules.step", first=first))
        _show(edition, lang, console)


def _show(rules: Regulation, lang: str, console: Console) -> None:
    """The rules as tables; what is a setting says so."""
    names = (say(lang, f"rules.{column}") for column in ("what", "length", "duty", "article"))
    table = Table("", *(Column(name, overflow="fold") for name in names))
    for name, limit in {**rules.clocks, **rules.limits}.items():
        what = say(lang, f"clock.{name}.what") if has(f"clock.{name}.what") else name
        length = str(limit.length) if limit.length else say(lang, "rules.set")
        more = f" +{limit.extension}" if limit.extension else ""
        table.add_row(name, what, length + more, limit.duty, _source(limit, lang))
    console.print(table)
    table = Table("", say(lang, "rules.what"), say(lang, "rules.article"))
    for code, refusal in rules.refusals.items():
        table.add_row(code, say(lang, f"reason.{code}"), refusal.article)
    for way, article in rules.ways.items():
        table.add_row(way, say(lang, f"way.{way}"), article)
    for kind, paper in rules.papers.items():
        table.add_row(kind, f"{say(lang, f'document.{kind}')} {paper.mark}", paper.article)
    for rung in rules.ladder.office:
        sides = listed(lang, (say(lang, f"side.{side}") for side in rung.to))
        text = say(lang, "rules.rung", sides=sides, least=rung.least)
        table.add_row(rung.step, text, say(lang, "rules.setting"))
    days = ", ".join(str(step) for step in rules.ladder.petitioner)
    table.add_row(days, say(lang, "rules.rights"), say(lang, "rules.setting"))
    console.print(table)


def _source(limit: Limit, lang: str) -> str:
    return limit.article if limit.law else say(lang, "rules.setting")


def read_pauses(args: list[str]) -> list[tuple[date, date]]:
    """`--pause FROM TO`, any number of times. Raises BadAnswer for anything else."""
    pauses = []
    rest = list(args)
    while rest:
        if rest[0] != "--pause" or len(rest) < 3:
            raise BadAnswer("bad.pause", text=" ".join(rest)[:60])
        first, last = read_day(rest[1]), read_day(rest[2])
        if last < first:
            raise BadAnswer("bad.pause", text=" ".join(rest[:3]))
        pauses.append((first, last))
        rest = rest[3:]
    return pauses


def show_deadline(
    start: date,
    limit: Length,
    profile: str,
    pauses: list[tuple[date, date]],
    as_json: bool,
    lang: str,
    console: Console,
) -> None:
    """When a limit ends and why; as JSON: nominal, rolled, provisional, steps."""
    try:
        days = calendar(profile)
    except FileNotFoundError:
        raise BadSetting("bad.rules", name=profile, known="cn, weekends") from None
    found = due(start, limit, days, pauses)
    if not as_json:
        clock = Running(
            0, 0, "limit", start, found.nominal, rolled_on=found.rolled,
            provisional=found.provisional, length=str(limit), pauses=tuple(pauses),
        )  # fmt: skip
        rules = next(r for r in map(regulation, PROFILES) if r.calendar == profile)
        said = explain.why(clock, rules, days, str(limit), lang, Limit(None))
        console.print(said, highlight=False)
        return
    steps = [
        {"date": d.day.isoformat(), "day": d.number, "why": d.kind,
         **({"name": d.names} if d.names else {})}
        for d in count(start, limit, days, pauses)
    ]  # fmt: skip
    answer = {
        "start": start.isoformat(), "limit": str(limit), "nominal": found.nominal.isoformat(),
        "rolled": found.rolled.isoformat(), "provisional": found.provisional, "steps": steps,
    }  # fmt: skip
    console.print_json(json.dumps(answer, ensure_ascii=False))


async def show_simulation(
    kind: str, start: str, late: str, end: str, number: int, count: bool, lang: str,
    console: Console,
) -> None:  # fmt: skip
    """A case day by day, as a table; or only how much is said."""
    office = load_office(load_settings().office)
    day = read_day(start) if start else local_day(datetime.now(UTC), office.zone)
    lines = await simulate(office, kind, day, late, lang, number, end)
    console.print(title_of(kind, day, late, number, lang, end))
    if count:
        console.print(counted(lines, lang), highlight=False)
        return
    table = Table(say(lang, "simulate.day"), "", Column("", overflow="fold"), show_lines=True)
    for line in lines:
        table.add_row(line.day.isoformat(), side_name(line.side, lang), line.text)
    console.print(table)


def import_list(file: Path, lang: str, console: Console) -> None:
    """Keep a list and count again, with a bar; what is stopped goes on at the next start."""
    settings = load_settings()
    office, database = load_office(settings.office), open_current(settings)
    text = read_plain(file)
    try:
        parsed(text)
    except (ValueError, RecursionError) as error:
        raise BadCalendar("bad.calendar_file", source=file.name, what=error) from None
    found = database.write_now(
        lambda c: import_calendar(
            Records(c, database.ring), office, text, file.name, datetime.now(UTC)
        )
    )
    running: Any = select(func.count()).select_from(CLOCK).where(CLOCK.c.ended_at.is_(None))
    total = database.read_now(lambda c: int(c.execute(running).scalar_one()))
    recount = Recount(database, office, OfficeClock())
    with Progress(console=console) as bar:
        task = bar.add_task(str(found.year), total=total)
        while count := database.write_now(recount.some, BATCH):
            bar.advance(task, count)
    console.print(say(lang, "done.calendar", year=found.year))
    database.close()


def check_lists(lang: str, console: Console) -> int:
    """Say which years are known; 1 when one is missing that should be there."""
    settings = load_settings()
    office, database = load_office(settings.office), open_current(settings)
    days = database.read_now(lambda c: calendar_of(Records(c, database.ring), office))
    today = local_day(datetime.now(UTC), office.zone)
    wanted = [today.year, *([today.year + 1] if today.month >= 11 else [])]
    missing = [year for year in wanted if not days.known(year)]
    key = "calendar.missing" if missing else "calendar.known"
    years = listed(lang, sorted(days.lists)) or "—"
    console.print(say(lang, key, years=years, missing=listed(lang, missing)))
    database.close()
    return 1 if missing else 0

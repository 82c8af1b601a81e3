""" "Why this date?": what was counted, what wasn't and why, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from petitions.case import running
from petitions.law.calendar import Calendar
from petitions.law.clocks import Day
from petitions.law.regulation import Limit
from petitions.values.petition import Running
from petitions.words import day, listed, name_in, say


def cite(limit: Limit, lang: str) -> str:
    """The article of a legal limit; that it is a setting, where it is one."""
    if limit.law:
        return say(lang, "cite.law", article=limit.article)
    return say(lang, "cite.setting") if limit.length else ""


def mark(clock: Running, lang: str) -> str:
    """What stands behind a date: the rolled one where it differs, and that it may move."""
    rolled = clock.rolled_on or clock.due_on
    text = say(lang, "clock.rolled", day=day(lang, rolled)) if rolled != clock.due_on else ""
    return text + (say(lang, "clock.provisional") if clock.provisional else "")


def why(clock: Running, limit: Limit, calendar: Calendar, number: str, lang: str) -> str:
    """The whole reason for a clock's date."""
    what = say(lang, f"clock.{clock.clock}.what")
    lines = [say(lang, "why.head", number=number, what=what, due=day(lang, clock.due_on))]
    if not clock.length:
        lines.append(say(lang, "why.set"))
        return "\n".join([*lines, *_end(clock, calendar, lang)])
    lines.append(say(lang, "why.start", day=day(lang, clock.started_on)))
    days = "".join(c for c in clock.length if c.isdigit())
    kind = "working" if clock.length.endswith("wd") else "calendar"
    lines.append(say(lang, f"why.{kind}", days=days, cite=cite(limit, lang)))
    counted = running.days_of(clock, calendar)
    if kind == "working":
        lines += _listed(counted, ("weekend", "holiday"), "why.skipped", lang)
        lines += _listed(counted, ("made_up",), "why.made_up", lang)
    lines += _listed(counted, ("paused",), "why.paused", lang)
    if clock.extension:
        old = running.counted(replace(clock, extension=""), calendar).nominal
        lines.append(say(lang, "why.extended", days=clock.extension, old=day(lang, old)))
    return "\n".join([*lines, *_end(clock, calendar, lang)])


def _listed(counted: list[Day], kinds: tuple[str, ...], key: str, lang: str) -> list[str]:
    days = [d for d in counted if d.kind in kinds and (d.number or key != "why.made_up")]
    return [say(lang, key, days=stretches(days, lang))] if days else []


def stretches(days: Iterable[Day], lang: str) -> str:
    """Days as people read them: a run of one reason from its first to its last day."""
    runs: list[list[Day]] = []
    for one in days:
        last = runs[-1][-1] if runs else None
        if last and (one.day - last.day).days == 1 and one.names == last.names:
            runs[-1].append(one)
        else:
            runs.append([one])
    return listed(lang, (_run(run, lang) for run in runs))


def _run(run: list[Day], lang: str) -> str:
    first, last = run[0].day, run[-1].day
    name = name_in(lang, run[0].names)
    if not name and run[0].kind == "weekend":
        name = say(lang, "why.weekend")
    text = f"{first:%m-%d}" if first == last else f"{first:%m-%d}–{last:%m-%d}"
    return f"{text} {name}".strip()


def _end(clock: Running, calendar: Calendar, lang: str) -> list[str]:
    rolled = clock.rolled_on or clock.due_on
    lines = [say(lang, "why.nominal", day=day(lang, clock.due_on))]
    if rolled != clock.due_on:
        lines.append(say(lang, "why.rolled", day=day(lang, rolled)))
    if clock.provisional:
        lines.append(say(lang, "why.provisional", year=unknown_year(clock, calendar)))
    return lines


def unknown_year(clock: Running, calendar: Calendar) -> int:
    """The first year of a clock whose list isn't known."""
    last: date = clock.rolled_on or clock.due_on
    years = range(clock.started_on.year, last.year + 1)
    return next((year for year in years if not calendar.known(year)), last.year)

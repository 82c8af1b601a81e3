""" "Why this date?": what was counted, what wasn't and why, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from petitions.case import running
from petitions.law import citing
from petitions.law.calendar import Calendar
from petitions.law.clocks import Day
from petitions.law.regulation.values import Limit, Regulation
from petitions.values.petition import Entry, Running
from petitions.words import day, listed, name_in, say


def mark(clock: Running, lang: str) -> str:
    """The words behind a date: the rolled one where it differs, and that it may move."""
    rolled = clock.rolled_on or clock.due_on
    text = say(lang, "clock.rolled", day=day(lang, rolled)) if rolled != clock.due_on else ""
    return text + (say(lang, "clock.provisional") if clock.provisional else "")


def why(
    clock: Running, rules: Regulation, calendar: Calendar, number: str, lang: str,
    limit: Limit | None = None, by: str = "",
) -> str:  # fmt: skip
    """The whole reason for a clock's date. `by`: who set a date that was set by hand; `limit`: what
    the clock goes by, where the rules don't name it."""
    limit = limit or rules.clocks[clock.clock]
    what = say(lang, f"clock.{clock.clock}.what")
    lines = [say(lang, "why.head", number=number, what=what, due=day(lang, clock.due_on))]
    if clock.length:
        lines += _counted(clock, rules, limit, calendar, lang)
    else:
        lines.append(say(lang, "why.set", unit=by) if by else say(lang, "why.set_in_case"))
    return "\n".join([*lines, *_end(clock, rules, limit, calendar, lang)])


def _counted(
    clock: Running, rules: Regulation, limit: Limit, calendar: Calendar, lang: str
) -> list[str]:
    """From when, how long, what was left out and what was added."""
    first = clock.started_on + timedelta(days=1)
    lines = [say(lang, "why.start", day=day(lang, clock.started_on), first=day(lang, first),
                 law=_law(rules, "first_day", lang))]  # fmt: skip
    kind, counted = _kind(clock.length), running.days_of(clock, calendar)
    cite = citing.of_limit(rules, limit, lang)
    lines.append(say(lang, f"why.{kind}", days=_days(clock.length), cite=cite))
    if kind == "working":
        lines += _listed(counted, ("weekend", "holiday"), "why.skipped", lang)
        lines += _listed(counted, ("made_up",), "why.made_up", lang)
    lines += _listed(counted, ("paused",), "why.paused", lang)
    if clock.extension:
        old = running.counted(replace(clock, extension=""), calendar).nominal
        lines.append(say(lang, f"why.extended_{_kind(clock.extension)}",
                         days=_days(clock.extension), old=day(lang, old)))  # fmt: skip
    return lines


def _days(length: str) -> str:
    return "".join(c for c in length if c.isdigit())


def _kind(length: str) -> str:
    return "working" if length.endswith("wd") else "calendar"


def _law(rules: Regulation, statement: str, lang: str) -> str:
    return citing.bracketed(citing.said(rules, statement, lang), lang)


SET_BY = {"assign": "assigned", "external_date": "external", "accept": "duty",
          "record_limit": "duty"}  # fmt: skip
"""Actions that set a date by hand → the clock that ends on it."""


def setter(history: Iterable[Entry], clock: Running) -> str:
    """The unit that set a clock's date by hand; empty: nobody is known to have."""
    found = [e.actor.unit for e in history
             if SET_BY.get(e.action) == clock.clock
             and e.facts.get("assigned") == clock.due_on.isoformat()]  # fmt: skip
    return found[-1] if found else ""


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


def _end(
    clock: Running, rules: Regulation, limit: Limit, calendar: Calendar, lang: str
) -> list[str]:
    """The last day; of a duty the rolled day decides whether it was kept, a right had better be
    used before."""
    rolled = clock.rolled_on or clock.due_on
    lines = [say(lang, "why.nominal", day=day(lang, clock.due_on))]
    if rolled != clock.due_on:
        key = "why.rolled_right" if limit.duty == "petitioner" else "why.rolled"
        law = _law(rules, "last_day", lang)
        lines.append(say(lang, key, day=day(lang, rolled), due=day(lang, clock.due_on), law=law))
    if clock.provisional:
        lines.append(say(lang, "why.provisional", year=unknown_year(clock, calendar)))
    return lines


def unknown_year(clock: Running, calendar: Calendar) -> int:
    """The first year of a clock whose list isn't known."""
    last: date = clock.rolled_on or clock.due_on
    years = range(clock.started_on.year, last.year + 1)
    return next((year for year in years if not calendar.known(year)), last.year)

"""/calendar: which years' days off are known, and a new list, for the administrator."""

from __future__ import annotations

from handlers import forms
from handlers.forms import Form, Step, drafts
from handlers.officer.staff import administrator
from handlers.talk import Answer, Talk
from petitions.book import Draft
from petitions.law.calendar import read_list
from petitions.law.clocks import local_day
from petitions.verbs.days import calendar_of, import_calendar


def calendar(talk: Talk, rest: str = "") -> Answer:
    """The known years, and a button to add one."""
    administrator(talk)
    days = calendar_of(talk.book, talk.office)
    today = local_day(talk.now, talk.office.zone)
    years = talk.listed(sorted(days.lists)) or "—"
    missing = [y for y in (today.year, today.year + 1) if not days.known(y)]
    key = "calendar.missing" if missing else "calendar.known"
    add = talk.button("button.add_year", "cal", "add")
    return talk.tell(key, (add,), years=years, missing=talk.listed(missing))


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """Add a list."""
    administrator(talk)
    return drafts.start(talk, "calendar") if parts == ["add"] else calendar(talk)


def _check(talk: Talk, text: str) -> str:
    """A list that can be used; refused by name otherwise."""
    days = calendar_of(talk.book, talk.office)
    read_list(days, text, talk.say("calendar.here"))
    return text


def _submit(talk: Talk, draft: Draft) -> Answer:
    administrator(talk)
    text = draft.data["answers"]["list"]
    found = import_calendar(talk.book, talk.office, text, "", talk.now)
    return talk.tell("done.calendar", year=found.year)


forms.register(Form("calendar", (Step("list", _check, long=True),), _submit, files=False))

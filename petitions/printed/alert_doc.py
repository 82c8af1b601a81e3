"""The ladder as a document: `docs/alerts.md` is what this prints, and a test keeps it so."""

from __future__ import annotations

from datetime import date

from petitions.law.calendar import Calendar
from petitions.law.ladder import Alert, sample
from petitions.law.regulation.values import Regulation

LIMITS = ("3wd", "5wd", "10wd", "15d", "30d", "60d")
START = date(2026, 3, 2)
"""A Monday; the weeks after it have a holiday (Qingming) and a make-up day or none."""
LATE = 6
"""Working days after the end that the table shows."""

HEAD = """# When the office reminds itself

Printed from the ladder of {name} (since {since}) in `petitions/law/regulation/` by
`petition-bot reminders ladder`; don't edit
it here. An imagined limit begins on Monday, {start} (day 0, not counted). A rung on a day of rest
moves to the working day before it; where two meet, the nearer one is said, to everybody of both.
Lateness is counted in working days after the rolled date and goes on each working day. Everything
goes out at the office's opening, in each person's one morning list; the last day and the day
before it are worth a message of their own, as long as there are no more than a few.
The petitioner hears of lateness once, and may urge each working day.

"""


def document(rules: Regulation, calendar: Calendar) -> str:
    """The whole document, in Markdown."""
    parts = [HEAD.format(start=START, name=rules.names["zh"], since=rules.since)]
    parts += [_table(text, rules, calendar) for text in LIMITS]
    parts.append(_rights(rules))
    return "".join(parts)


def _table(text: str, rules: Regulation, calendar: Calendar) -> str:
    unit = "working" if text.endswith("wd") else "calendar"
    days = "".join(c for c in text if c.isdigit())
    lines = [f"## {days} {unit} days", "", "| day | rung | who |", "|---|---|---|"]
    lines += [_row(a) for a in sample(text, START, rules.ladder, calendar, LATE)]
    return "\n".join([*lines, "", ""])


def _row(alert: Alert) -> str:
    late = alert.step.isdecimal() and alert.step != "0"
    name = {"half": "half of the period", "0": "the last day"}.get(alert.step)
    if name is None:
        count = int(alert.step)
        name = f"{abs(count)} day{'s' if abs(count) != 1 else ''} {'late' if late else 'before'}"
    return f"| {alert.day:%a %Y-%m-%d} | {name} | {', '.join(alert.to)} |"


def _rights(rules: Regulation) -> str:
    days = ", ".join(str(-step) for step in sorted(rules.ladder.petitioner))
    return (
        "## Petitioners' own rights\n\n"
        f"Before the time to ask for a review or re-review ends: {days} days before the nominal\n"
        "date, on whatever day that is, at nine in the morning; later where the person asked for\n"
        "quiet hours or one message a day.\n"
    )

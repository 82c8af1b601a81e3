"""Figures in words: every share with both its numbers, and beside it what could flatter it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from petitions.counting import figures
from petitions.counting.figures import Formula, Sums
from petitions.law.calendar import Calendar
from petitions.law.periods import Period
from petitions.words import listed, say

SECTIONS: dict[str, tuple[str, ...]] = {
    "limits": ("accepted_bureau", "accepted_unit", "answered", "assigned", "reviewed", "served",
               "supervision"),
    "said": ("participation_bureau", "satisfaction_bureau", "participation_unit",
             "satisfaction_unit"),
    "after": ("kept_30", "kept_90", "kept_promise", "at_once", "resolution", "repeats"),
}  # fmt: skip
"""Which shares stand together; the first page has the most asked for of each."""
HEADLINES = ("accepted_bureau", "accepted_unit", "answered", "satisfaction_unit", "at_once",
             "kept_90")  # fmt: skip
ABOUT_RATINGS = frozenset(
    f"{name}_{body}" for body in ("bureau", "unit")
    for name in ("satisfaction", "fully", "participation", "after_contact", "taken_up")
)  # fmt: skip
"""Shares of what petitioners said: their cases are opened by the supervisor alone."""


def percent(share: tuple[int, int]) -> str:
    """A share in percent, to two places."""
    return f"{share[0] / share[1]:.2%}"


def shown(share: tuple[int, int], lang: str) -> str:
    """A share as "3/4 (75.00%)"."""
    text = f"{share[0]}/{share[1]}"
    return say(lang, "share.whole", part=text, percent=percent(share))


def fraction(sums: Sums, name: str, lang: str) -> str:
    """A share with both its numbers; in words where there is nothing to divide by."""
    both = figures.share(sums, figures.BY_NAME[name])
    return shown(both, lang) if both else say(lang, "figures.no_cases")


def short(sums: Sums, name: str) -> str:
    """A share in percent alone, a dash of nothing."""
    both = figures.share(sums, figures.BY_NAME[name])
    return percent(both) if both else "—"


def volume(sums: Sums, period: Period, calendar: Calendar, today: date, lang: str) -> str:
    """How much there was, by working day too: a month with holidays is shorter, and so is one
    that isn't over."""
    count, days = sums.counts, period.working_days(calendar, today)
    each = f"{count['filed'] / days:.2f}" if days else "—"
    return say(lang, "figures.volume", filed=count["filed"], heads=count["heads"],
               joint=count["joint"], online=fraction(sums, "online", lang), each=each, days=days,
               passed=count["passed"])  # fmt: skip


def headline(
    name: str, now: Sums, lang: str, before: Sums | None = None, year: Sums | None = None
) -> list[str]:
    """A share with the ones of the period before and of the year before, and beneath it what
    could flatter it."""
    label = say(lang, f"share.{name}")
    line = say(lang, "figures.share", name=label, share=fraction(now, name, lang))
    others = [short(sums, name) for sums in (before, year) if sums is not None]
    if set(others) - {"—"}:
        line += say(lang, "figures.compared", before=others[0], year=others[1])
    lines = [line]
    if beside := flatter(figures.BY_NAME[name], now, lang):
        lines.append(say(lang, "figures.beside", named=beside))
    return lines


def flatter(formula: Formula, sums: Sums, lang: str) -> str:
    """The counts that could flatter a share, as far as there are any; the unrated too."""
    found: dict[str, int] = {}
    for name in formula.beside:
        word = beside(name)
        found[word] = found.get(word, 0) + sums.counts[name]
    if formula.name.startswith("satisfaction_"):
        body = formula.name.removeprefix("satisfaction_")
        found["unrated"] = sums.counts[f"{body}.parts"] - sums.counts[f"{body}.rated"]
    if formula.name == "served":
        found["unserved"] = sums.counts["opinion"] - sums.counts["served"]
    named = [f"{say(lang, f'beside.{word}')} {n}" for word, n in found.items() if n]
    return listed(lang, named)


def beside(name: str) -> str:
    """The word for a count beside a share: `longer.answer` and `longer.suggestion` are one."""
    first, *rest = name.split(".")
    return rest[-1] if first in ("bureau", "unit", "followed") else first


def days(sums: Sums, lang: str) -> list[str]:
    """How long it took: the mean, which a few can move, and the median, which they can't."""
    lines = []
    for what in figures.DISTRIBUTIONS:
        mean, median = sums.mean(what), sums.median(what)
        if mean is not None and median is not None:
            lines.append(say(lang, f"figures.days_{what}", mean=f"{mean:.1f}",
                             median=f"{median:g}", count=sums.days[what].total()))  # fmt: skip
    return lines


FAMILIES = {"outcome": "outcome", "review": "outcome", "rereview": "outcome",
            "supervised": "supervision", "visits": "asked_how"}  # fmt: skip
"""Counts that are told together → the words for each of them."""


def families(sums: Sums, lang: str, names: Sequence[str]) -> list[str]:
    """The outcomes of reviews, the levels of supervision, how people were asked."""
    lines = []
    for name in names:
        if found := sums.group(f"{name}."):
            named = listed(
                lang, (f"{say(lang, f'{FAMILIES[name]}.{k}')} {n}" for k, n in found.items())
            )
            lines.append(say(lang, f"family.{name}", named=named))
    return lines

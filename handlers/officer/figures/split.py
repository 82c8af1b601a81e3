"""Figures side by side: by unit, content, way in."""

from __future__ import annotations

from handlers.officer.figures.asked import (
    SHOWN,
    Selection,
    close_small,
    head_of,
    oversees,
    today,
    unit_name,
    which_of,
)
from handlers.talk import Answer, Talk, grid
from petitions.counting import bulletin_words, figure_words, figures
from petitions.counting.figures import Sums
from petitions.law import periods
from petitions.matters import lanes
from petitions.message import Bars, Button, Message
from petitions.values.person import Officer
from petitions.verbs.figures import figures_of

SPLITS = ("unit", "tier", "category", "kind", "channel", "lane")


def _side_by_side(talk: Talk, me: Officer, asked: Selection, by: str) -> list[tuple[str, Sums]]:
    which = which_of(talk, asked)
    found = figures_of(talk.book, talk.office, which, talk.now,
                              "unit" if by == "tier" else by)  # fmt: skip
    if not oversees(talk, me):
        for sums in found.values():
            close_small(sums, open_=False)
    return _named(talk, by, _by_tier(talk, found) if by == "tier" else found)


def draw_split(talk: Talk, me: Officer, asked: Selection, by: str) -> Answer:
    """Answers in time side by side, as a picture; what doesn't fit is said."""
    named = _side_by_side(talk, me, asked, by)
    shares = [figures.share(sums, figures.BY_NAME["answered"]) for _, sums in named]
    back = (Button(talk.say("button.back"), asked.pack("by", by)),)
    head = head_of(talk, asked, periods.read(asked.period, today(talk)))
    if not named:
        return [Message("\n".join((head, talk.say("figures.nothing"))), (back,))]
    more = len(named) - DRAWN
    bars = Bars(
        talk.say("share.answered"), tuple(label for label, _ in named[:DRAWN]),
        ((talk.say("bulletin.now"), tuple(b[0] / b[1] if b else None for b in shares[:DRAWN])),),
        none=talk.say("figures.no_cases"),
        note=talk.say("figures.not_drawn", count=more) if more > 0 else "",
    )  # fmt: skip
    return [Message(head, (back,), chart=bars)]


DRAWN = 24
"""Bars that can be read in one picture."""


def show_split(talk: Talk, me: Officer, asked: Selection, by: str) -> Answer:
    """The same period side by side: in the order of the office file, never by rank."""
    period = periods.read(asked.period, today(talk))
    lines = [head_of(talk, asked, period), talk.say("figures.split")]
    named = _side_by_side(talk, me, asked, by)
    for label, sums in named[: 3 * SHOWN]:
        lines.append(talk.say(
            "figures.split_line", name=label, filed=sums.counts["filed"] or sums.counts["passed"],
            answered=figure_words.fraction(sums, "answered", talk.lang),
            satisfied=figure_words.short(sums, "satisfaction_unit"),
        ))  # fmt: skip
    if not named:
        lines.append(talk.say("figures.nothing"))
    if len(named) > 3 * SHOWN:
        lines.append(talk.say("figures.cases_more", count=len(named) - 3 * SHOWN))
    buttons = [Button(talk.say(f"split.{s}"), asked.pack("by", s)) for s in SPLITS if s != by]
    last = [Button(talk.say("button.back"), asked.pack("show"))]
    if named:
        last.insert(0, Button(talk.say("button.figures_byd"), asked.pack("byd", by)))
    return [Message("\n".join(lines), (*grid(buttons, 3), tuple(last)))]


def _by_tier(talk: Talk, found: dict[str, Sums]) -> dict[str, Sums]:
    tiers: dict[str, Sums] = {}
    for unit, sums in found.items():
        tier = str(talk.office.tier(unit))
        tiers[tier] = tiers.get(tier, Sums()).plus(sums)
    return tiers


def _named(talk: Talk, by: str, found: dict[str, Sums]) -> list[tuple[str, Sums]]:
    """Each part under its name, in the order of the office file, the scheme, the law."""
    order: dict[str, str] = {}
    if by == "unit":
        order = bulletin_words.names_of(talk.office, by, talk.lang)
        order |= {u: unit_name(talk, u) for u in sorted(found) if u not in order}
    elif by == "tier":
        order = {"-1": talk.say("tier.above")}
        for tier in range(9):
            step = min(tier, 3)
            order[str(tier)] = talk.say(f"tier.{step}")
    elif by != "lane":
        order = bulletin_words.names_of(talk.office, by, talk.lang)
    else:
        order = {lane.id: lane.name for lane in lanes.every(talk.book)}
    order.setdefault("", talk.say("figures.none_of_these"))
    return [(name, found[key]) for key, name in order.items() if key in found]

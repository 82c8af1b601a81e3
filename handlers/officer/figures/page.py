"""The page of figures itself, and its choices: period, unit, content, kind, way in."""

from __future__ import annotations

from dataclasses import replace

from handlers.officer.figures.asked import (
    KINDS,
    NOBODY,
    SHOWN,
    Selection,
    counted,
    head_of,
    is_whole,
    named_unit,
    oversees,
    sums_of,
    today,
)
from handlers.talk import Answer, Talk, grid
from petitions.counting import bulletin_words, figure_words, figures
from petitions.counting.figures import Sums
from petitions.law import periods
from petitions.law.periods import Period
from petitions.matters import lanes
from petitions.message import Button, Message
from petitions.values import categories
from petitions.values.channels import Channel
from petitions.values.person import Officer
from petitions.verbs.days import calendar_of

# Pages


def show_page(talk: Talk, me: Officer, asked: Selection, section: str) -> Answer:
    lang = talk.lang
    period = periods.read(asked.period, today(talk))
    now = sums_of(talk, me, asked, period)
    before = sums_of(talk, me, asked, period.before())
    year = sums_of(talk, me, asked, period.year_ago())
    lines = [head_of(talk, asked, period)]
    if not +now.counts:
        lines.append(talk.say("figures.nothing"))
    elif section == "show":
        calendar = calendar_of(talk.book, talk.office)
        lines.append(figure_words.volume(now, period, calendar, today(talk), lang))
        lines += _compared(talk, asked, now, before, year)
        lines += figure_words.days(now, lang)
        for name in figure_words.HEADLINES:
            lines += figure_words.headline(name, now, lang, before, year)
    else:
        for name in figure_words.SECTIONS[section]:
            lines += figure_words.headline(name, now, lang, before, year)
        lines += _more(talk, now, section)
    if not oversees(talk, me) and section in ("show", "said"):
        window = talk.office.rules.satisfaction.window
        whole = is_whole(talk, me, asked, period)
        if not (whole and figures.complete(period.last, window, today(talk))):
            lines.append(talk.say("figures.not_yet"))
        elif not now.counts["unit.parts"]:
            lines.append(talk.say("figures.few", fewest=figures.FEWEST))
    return [Message("\n".join(lines), _rows(talk, asked, period, section))]


def draw(talk: Talk, me: Officer, asked: Selection) -> Answer:
    """The same figures as a picture and as a table."""
    period = periods.read(asked.period, today(talk))
    now, before, year = (
        counted(talk, me, asked, one) for one in (period, period.before(), period.year_ago())
    )
    title = named_unit(talk, asked)
    picture = bulletin_words.picture(title, now, before, year, talk.lang)
    table = bulletin_words.table(talk.office, now, talk.lang)
    back = (Button(talk.say("button.back"), asked.pack("show")),)
    return [Message(head_of(talk, asked, period), (back,), chart=picture, table=table)]


def _compared(talk: Talk, asked: Selection, now: Sums, before: Sums, year: Sums) -> list[str]:
    """Volume beside the period before and the year before, each by its own working days."""
    period = periods.read(asked.period, today(talk))
    calendar = calendar_of(talk.book, talk.office)
    if not before.counts["filed"] and not year.counts["filed"]:
        return []
    said = []
    for sums, one in ((before, period.before()), (year, period.year_ago())):
        days = one.working_days(calendar, today(talk))
        said.append(f"{sums.counts['filed'] / days:.2f}" if days else "—")
    return [talk.say("figures.volume_before", before=said[0], year=said[1])]


def _more(talk: Talk, now: Sums, section: str) -> list[str]:
    """The lines that a section tells beside its shares."""
    lang = talk.lang
    if section == "limits":
        return figure_words.families(now, lang, ("outcome", "review", "rereview", "supervised"))
    if section == "after":
        return figure_words.families(now, lang, ("visits",))
    lines = []
    for body in ("bureau", "unit"):
        if reasons := now.group(f"{body}.reason."):
            named = talk.listed(f"{talk.say(f'why.{code}')} {n}" for code, n in reasons.items())
            lines.append(talk.say("figures.reasons", named=named))
        for name in ("fully", "after_contact", "taken_up"):
            lines += figure_words.headline(f"{name}_{body}", now, lang)
        if led := now.group(f"{body}.led_to."):
            named = talk.listed(f"{talk.say(f'action.{code}')} {n}" for code, n in led.items())
            lines.append(talk.say("figures.led_to", named=named))
    return lines


def _rows(
    talk: Talk, asked: Selection, period: Period, section: str
) -> tuple[tuple[Button, ...], ...]:
    def button(key: str, verb: str, extra: object = "", to: Selection = asked) -> Button:
        return Button(talk.say(key), to.pack(verb, extra))

    turn = [button("button.period_before", section, to=replace(asked, period=period.before().key))]
    if period.after().first <= today(talk):
        later = replace(asked, period=period.after().key)
        turn.append(button("button.period_after", section, to=later))
    turn.append(button("button.period", "periods"))
    others = [s for s in ("show", *figure_words.SECTIONS) if s != section]
    choices = [button(f"button.figures_{name}", name) for name in CHOICES]
    if not lanes.every(talk.book):
        choices = choices[:-1]
    rows = [tuple(turn), tuple(button(f"button.section_{s}", s) for s in others)]
    rows += list(grid(choices, 3))
    rows.append((button("button.figures_by", "by", "unit"), button("button.figures_how", "how"),
                 button("button.figures_drawn", "drawn")))  # fmt: skip
    if section == "said":
        rows.append((button("button.figures_words", "words"),))
    rows.append((talk.button("button.desk", "q2", "desk"),))
    return tuple(rows)


def choose_period(talk: Talk, asked: Selection) -> Answer:
    """Another length of period; others are typed."""
    period = periods.read(asked.period, today(talk))
    middle = min(period.last, today(talk))
    buttons = [
        Button(talk.say(f"button.period_{kind}"),
               replace(asked, period=periods.of(kind, middle).key).pack("show"))
        for kind in ("day", "week", "month", "quarter", "year")
    ]  # fmt: skip
    back = Button(talk.say("button.back"), asked.pack("show"))
    return [Message(talk.say("figures.which_period"), (*grid(buttons, 3), (back,)))]


def _choices(talk: Talk, verb: str) -> list[tuple[str, str]]:
    if verb == "unit":
        return [(u, talk.office.unit_name(u, talk.lang)) for u in talk.office.units]
    if verb == "field":
        return [(c.id, c.name(talk.lang)) for c in categories.level1()]
    if verb == "kind":
        return [(str(i), talk.say(f"kind.{kind}")) for i, kind in enumerate(KINDS)]
    if verb == "channel":
        return [(c.letter, talk.say(f"channel.{c}")) for c in Channel]
    return [(lane.id, lane.name) for lane in lanes.every(talk.book)]


CHOICES = ("unit", "field", "kind", "channel", "lane")
"""The parts of a selection that narrow figures down."""


def choose(talk: Talk, asked: Selection, verb: str, page: int) -> Answer:
    every = [(NOBODY, talk.say("figures.whole")), *_choices(talk, verb)]
    page = max(0, min(page, (len(every) - 1) // (3 * SHOWN)))
    part = every[page * 3 * SHOWN : (page + 1) * 3 * SHOWN]
    buttons = [Button(label, replace(asked, **{verb: v}).pack("show")) for v, label in part]
    turn = [Button(talk.say("button.back"), asked.pack("show"))]
    if (page + 1) * 3 * SHOWN < len(every):
        turn.append(Button(talk.say("button.more"), asked.pack(verb, page + 1)))
    return [Message(talk.say(f"figures.which_{verb}"), (*grid(buttons, 2), tuple(turn)))]

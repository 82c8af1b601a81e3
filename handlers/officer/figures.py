"""/figures: what petitioners said of the office and what came of it, by unit, field and month.

Supervisors and leaders see every unit as it stands; a unit sees its own, and only months whose
ratings can't change any more, so that no single one can be told from the sum.
"""

from __future__ import annotations

from datetime import date

from handlers.officer.case import officer
from handlers.talk import Answer, Talk, grid
from petitions import categories, figures, office
from petitions.clocks import local_day
from petitions.errors import NotYours
from petitions.figures import Figures, Formula, Which
from petitions.message import Button, Message, packed
from petitions.petition import GUESTS, Officer, Role
from petitions.words import day

OVERSEERS = frozenset({Role.SUPERVISOR, Role.LEADER})
MONTHS = 4
"""Months offered at once."""
ALL = "-"


def command(talk: Talk, rest: str = "") -> Answer:
    """/figures"""
    return on_press(talk, ["show"])


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`show[:month:unit:category]`, `how` (the formulas), `units`, `fields`, `words`."""
    me = officer(talk)
    if me.role in GUESTS | {Role.ADMINISTRATOR, Role.VISITOR}:
        raise NotYours("bad.not_yours")
    verb, *which = parts or ["show"]
    month, unit, field = [*which, *[ALL] * 3][:3]
    periods = _periods(talk, me)
    if month != ALL and month not in periods:
        return talk.toast("bad.stale")
    if unit not in (ALL, *talk.office.units) or (field != ALL and not categories.find(field)):
        return talk.toast("bad.stale")
    if me.role not in OVERSEERS:
        unit = me.unit
    if not periods:
        return talk.tell("figures.none_yet")
    if month == ALL:
        month = next(iter(periods))
    match verb:
        case "show":
            return _show(talk, me, periods, month, unit, field)
        case "how":
            return _how(talk, month, unit, field)
        case "units" if me.role in OVERSEERS:
            named = [(u, talk.office.unit_name(u, talk.lang)) for u in talk.office.units]
            return _choose(talk, "figures.which_unit", named, lambda v: (month, v, field))
        case "fields":
            named = [(c.id, c.zh if talk.lang == "zh" else c.en) for c in categories.level1()]
            return _choose(talk, "figures.which_field", named, lambda v: (month, unit, v))
        case "words":
            return _words(talk, me, periods[month], unit, field)
    return talk.toast("bad.stale")


def _periods(talk: Talk, me: Officer) -> dict[str, tuple[date, date]]:
    """Months that this officer may see, newest first."""
    today, window = local_day(talk.now, talk.office.zone), talk.office.rules.satisfaction.window
    found = {f"{first:%Y-%m}": (first, last) for first, last in figures.months(today, 13)}
    if me.role in OVERSEERS:
        return dict(list(found.items())[:MONTHS])
    over = [(k, p) for k, p in found.items() if figures.complete(p[1], window, today)]
    return dict(over[:MONTHS])


def _which(talk: Talk, period: tuple[date, date], unit: str, field: str) -> Which:
    return Which(*period, "" if unit == ALL else unit, "" if field == ALL else field)


def _show(
    talk: Talk, me: Officer, periods: dict[str, tuple[date, date]], month: str, unit: str,
    field: str,
) -> Answer:  # fmt: skip
    found = office.figures_of(talk.book, talk.office, _which(talk, periods[month], unit, field))
    first, last = periods[month]
    lines = [talk.say("figures.head", first=day(talk.lang, first), last=day(talk.lang, last),
                      unit=_unit(talk, unit), field=_field(talk, field))]  # fmt: skip
    few = me.role not in OVERSEERS and found.rated < figures.FEWEST
    lines += _text(talk, found, few)
    buttons = [
        Button(key, packed("fig", "show", key, unit, field)) for key in periods if key != month
    ]
    rows = list(grid(buttons, 3))
    choose = [talk.button("button.figures_field", "fig", "fields", month, unit, field)]
    if me.role in OVERSEERS:
        choose.insert(0, talk.button("button.figures_unit", "fig", "units", month, unit, field))
    rows.append(tuple(choose))
    rows.append((
        talk.button("button.figures_words", "fig", "words", month, unit, field),
        talk.button("button.figures_how", "fig", "how", month, unit, field),
    ))  # fmt: skip
    rows.append((talk.button("button.desk", "q2", "desk"),))
    return [Message("\n".join(lines), tuple(rows))]


def _unit(talk: Talk, unit: str) -> str:
    return talk.say("figures.all") if unit == ALL else talk.office.unit_name(unit, talk.lang)


def _field(talk: Talk, field: str) -> str:
    found = categories.find(field) if field != ALL else None
    if found is None:
        return talk.say("figures.all_fields")
    return found.zh if talk.lang == "zh" else found.en


def _text(talk: Talk, found: Figures, few: bool) -> list[str]:
    """The figures in words; beside each headline what could flatter it."""
    if not found.parts and not any(c["asked"] for c in found.followed.values()):
        return [talk.say("figures.nothing")]
    lines = [talk.say("figures.asked", asked=found.asked, again=found.again, rated=found.rated,
                      participation=_share(talk, found, "participation"))]  # fmt: skip
    if few:
        return [*lines, talk.say("figures.few", fewest=figures.FEWEST)]
    lines.append(talk.say(
        "figures.levels",
        satisfaction=_share(talk, found, "satisfaction"), fully=_share(talk, found, "fully"),
        **{level: found.levels[level] for level in ("satisfied", "fairly", "dissatisfied")},
    ))  # fmt: skip
    lines.append(talk.say("figures.changed", changed=found.changed,
                          contact=found.after_contact))  # fmt: skip
    if found.reasons:
        named = "、".join(
            f"{talk.say(f'why.{code}')} {count}" for code, count in found.reasons.most_common()
        )
        lines.append(talk.say("figures.reasons", named=named))
    lines.append(talk.say(
        "figures.low", low=found.low, taken=_share(talk, found, "taken_up"),
        **{name: found.led_to[name] for name in sorted(figures.LED_TO)},
    ))  # fmt: skip
    lines.append(talk.say("figures.reopened", count=found.reopened))
    for step, counts in sorted(found.followed.items(), key=lambda x: (len(x[0]), x[0])):
        named = talk.say("step.days", count=step) if step.isdecimal() else talk.say(f"step.{step}")
        lines.append(talk.say(
            "figures.followed", step=named, asked=counts["asked"],
            done=counts["done"], partly=counts["partly"], no=counts["no"],
        ))  # fmt: skip
    lines.append(
        talk.say(
            "figures.kept",
            thirty=_share(talk, found, "kept_30"),
            ninety=_share(talk, found, "kept_90"),
        )
    )
    if found.visits:
        refused = found.visits["refused"]
        lines.append(talk.say("figures.visits", count=found.visits.total() - refused,
                              refused=refused))  # fmt: skip
    return lines


def _formula(name: str) -> Formula:
    return next(f for f in figures.FORMULAS if f.name == name)


def _share(talk: Talk, found: Figures, name: str) -> str:
    """A share as "3/4 (75.00%)"; in words where there is nothing to divide by."""
    both = figures.share(found, _formula(name))
    if both is None:
        return talk.say("figures.no_cases")
    over, under = both
    return f"{over}/{under} ({over / under:.2%})"


def _how(talk: Talk, month: str, unit: str, field: str) -> Answer:
    """Every formula: what is above the line, what below."""
    lines = [talk.say("figures.how")]
    lines += [talk.say(f"formula.{f.name}") for f in figures.FORMULAS]
    back = talk.button("button.back", "fig", "show", month, unit, field)
    return [Message("\n".join(lines), ((back,),))]


def _choose(talk: Talk, key: str, named: list[tuple[str, str]], to: object) -> Answer:
    assert callable(to)
    pairs = [(ALL, talk.say("figures.all")), *named]
    buttons = [Button(label, packed("fig", "show", *to(value))) for value, label in pairs]
    return [Message(talk.say(key), grid(buttons, 2))]


WORDS = 10
"""Remarks shown at once, the newest first."""


def _words(
    talk: Talk, me: Officer, period: tuple[date, date], unit: str, field: str
) -> Answer:  # fmt: skip
    """What people said in their own words, without names or numbers; to a unit only what they
    let it know."""
    which = _which(talk, period, unit, field)
    said = office.said_of(talk.book, talk.office, which, me.role not in OVERSEERS)
    lines = [talk.say("figures.words" if said else "figures.no_words", count=len(said))]
    for rating, body in said[:WORDS]:
        lines.append(talk.say(
            "figures.word", level=talk.say(f"level_of.{rating.level}"), body=body,
            unit=talk.office.unit_name(rating.unit, talk.lang),
        ))  # fmt: skip
    back = talk.button("button.back", "fig", "show")
    return [Message("\n\n".join(lines), ((back,),))]

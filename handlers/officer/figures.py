"""/figures: how an office kept its limits and its promises, by period, unit, field, kind, way in.

Supervisors and leaders see every unit; others their own and those below it, and of what
petitioners said only what can't change any more, so that nobody can be told from the sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from handlers.officer.case import officer
from handlers.talk import Answer, Talk, grid, stacked
from petitions.counting import bulletin_words, bulletins, figure_words, figures
from petitions.counting.bulletins import Bulletin
from petitions.counting.figures import Sums, Which
from petitions.errors import BadAnswer, NotYours
from petitions.law import periods
from petitions.law.clocks import local_day
from petitions.law.periods import Period
from petitions.law.units import LONGEST_ID
from petitions.matters import lanes
from petitions.message import Bars, Button, Message, packed
from petitions.telling import views
from petitions.values import categories
from petitions.values.channels import Channel
from petitions.values.person import GUESTS, Officer, Role
from petitions.values.petition import Kind
from petitions.verbs.days import calendar_of
from petitions.verbs.figures import figures_of, said_of

OVERSEERS = frozenset({Role.SUPERVISOR, Role.LEADER})
NOBODY = "-"
SHOWN = 8
"""Cases, units or fields shown at once."""
KINDS = tuple(Kind)
SHARES = tuple(formula.name for formula in figures.FORMULAS)
"""A button's data hold a share's place among these."""
PLACES = {str(place): name for place, name in enumerate(SHARES)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page of figures shows; a button's data hold it."""

    period: str = NOBODY
    unit: str = NOBODY
    field: str = NOBODY
    kind: str = NOBODY
    """The place of the kind among all."""
    channel: str = NOBODY
    """The letter of the way in."""
    lane: str = NOBODY

    def pack(self, verb: str, extra: object = "") -> str:
        """A button's data; days of a span without hyphens, or the longest wouldn't fit."""
        period = self.period.replace("-", "") if "~" in self.period else self.period
        return packed("fig", verb, period, self.unit, self.field, self.kind, self.channel,
                      self.lane, extra)  # fmt: skip


def command(talk: Talk, rest: str = "") -> Answer:
    """/figures [period]"""
    me = _reader(talk)
    period = periods.read(rest, _today(talk)) if rest else periods.of("month", _today(talk))
    return _show(talk, me, _asked(talk, me, Asked(period.key)), "show")


def on_press(talk: Talk, parts: list[str]) -> Answer:
    """`verb:period:unit:field:kind:channel:lane:extra`."""
    me = _reader(talk)
    verb, *rest = parts or ["show"]
    values = [value or NOBODY for value in rest] + [NOBODY] * 7
    asked = Asked(*values[:6])
    if asked.period == NOBODY:
        asked = replace(asked, period=periods.of("month", _today(talk)).key)
    try:
        asked = _asked(talk, me, asked)
    except BadAnswer:
        return talk.toast("bad.stale")
    return _pressed(talk, me, asked, verb, values[6])


def _pressed(talk: Talk, me: Officer, asked: Asked, verb: str, extra: str) -> Answer:
    if verb in ("show", *figure_words.SECTIONS):
        return _show(talk, me, asked, verb)
    if verb in CHOICES:
        return _choose(talk, asked, verb, int(extra[:4]) if extra.isdecimal() else 0)
    match verb:
        case "periods":
            return _periods(talk, asked)
        case "how":
            return _how(talk, asked)
        case "one" if extra in PLACES:
            return _one(talk, me, asked, PLACES[extra])
        case "in" | "out" if extra in PLACES:
            return _cases(talk, me, asked, PLACES[extra], verb)
        case "by" if extra in SPLITS:
            return _split(talk, me, asked, extra)
        case "byd" if extra in SPLITS:
            return _split_drawn(talk, me, asked, extra)
        case "drawn":
            return _drawn(talk, me, asked)
        case "words":
            return _words(talk, me, asked)
    return talk.toast("bad.stale")


def _reader(talk: Talk) -> Officer:
    me = officer(talk)
    if me.role in GUESTS | {Role.ADMINISTRATOR, Role.VISITOR}:
        raise NotYours("bad.not_yours")
    return me


def _oversees(talk: Talk, me: Officer) -> bool:
    """Whether somebody reads of ratings as a bureau does: never at a unit, which is rated."""
    return me.role in OVERSEERS and talk.office.is_bureau(me.unit)


def _today(talk: Talk) -> date:
    return local_day(talk.now, talk.office.zone)


def _asked(talk: Talk, me: Officer, asked: Asked) -> Asked:
    """What this officer may see of what was asked for. Raises BadAnswer."""
    asked = replace(asked, period=periods.read(asked.period, _today(talk)).key)
    if asked.field != NOBODY and not categories.find(asked.field):
        raise BadAnswer("bad.stale")
    if asked.kind != NOBODY and asked.kind not in map(str, range(len(KINDS))):
        raise BadAnswer("bad.stale")
    if len(asked.unit) > LONGEST_ID or not asked.unit.isascii():  # it may be gone since long
        raise BadAnswer("bad.stale")
    if asked.lane != NOBODY and lanes.find(talk.book, asked.lane) is None:
        raise BadAnswer("bad.stale")
    if asked.channel != NOBODY and asked.channel not in {c.letter for c in Channel}:
        raise BadAnswer("bad.stale")
    if _oversees(talk, me):
        mine = NOBODY if me.unit == talk.office.bureau else me.unit
    else:
        mine = me.unit
    if mine != NOBODY and asked.unit not in talk.office.below(mine):
        asked = replace(asked, unit=mine)
    return asked


def _which(talk: Talk, asked: Asked, period: Period | None = None) -> Which:
    period = period or periods.read(asked.period, _today(talk))

    def of(value: str) -> str:
        return "" if value == NOBODY else value

    return Which(
        period.first, period.last,
        () if asked.unit == NOBODY else talk.office.below(asked.unit),
        of(asked.field),
        str(KINDS[int(asked.kind)]) if asked.kind != NOBODY else "",
        next((str(c) for c in Channel if c.letter == asked.channel), ""),
        of(asked.lane), talk.hidden,
    )  # fmt: skip


def _sums(talk: Talk, me: Officer, asked: Asked, period: Period) -> Sums:
    """The sums, without what this officer mustn't learn of ratings."""
    found = figures_of(talk.book, talk.office, _which(talk, asked, period), talk.now)
    sums = found.get("", Sums())
    if not _oversees(talk, me):
        window = talk.office.rules.satisfaction.window
        over = figures.complete(period.last, window, _today(talk))
        _close(sums, open_=over and _whole(talk, me, asked, period))
    return sums


def _whole(talk: Talk, me: Officer, asked: Asked, period: Period) -> bool:
    """Whether this is a unit's own month, undivided: from parts of it, or days more and less,
    single ratings could be told by subtracting."""
    parts = (asked.field, asked.kind, asked.channel, asked.lane)
    return period.kind == "month" and set(parts) == {NOBODY} and (
        talk.office.below(asked.unit) == (me.unit,)
    )  # fmt: skip


def _close(sums: Sums, open_: bool) -> None:
    """A unit reads nothing of ratings that may still change, nor of so few that they could point
    at a person."""
    for body in ("bureau", "unit"):
        if not open_ or sums.counts[f"{body}.rated"] < figures.FEWEST:
            for name in [n for n in sums.counts if n.startswith(f"{body}.")]:
                del sums.counts[name]


# Pages


def _show(talk: Talk, me: Officer, asked: Asked, section: str) -> Answer:
    lang = talk.lang
    period = periods.read(asked.period, _today(talk))
    now = _sums(talk, me, asked, period)
    before = _sums(talk, me, asked, period.before())
    year = _sums(talk, me, asked, period.year_ago())
    lines = [_head(talk, asked, period)]
    if not +now.counts:
        lines.append(talk.say("figures.nothing"))
    elif section == "show":
        calendar = calendar_of(talk.book, talk.office)
        lines.append(figure_words.volume(now, period, calendar, _today(talk), lang))
        lines += _compared(talk, asked, now, before, year)
        lines += figure_words.days(now, lang)
        for name in figure_words.HEADLINES:
            lines += figure_words.headline(name, now, lang, before, year)
    else:
        for name in figure_words.SECTIONS[section]:
            lines += figure_words.headline(name, now, lang, before, year)
        lines += _more(talk, now, section)
    if not _oversees(talk, me) and section in ("show", "said"):
        window = talk.office.rules.satisfaction.window
        whole = _whole(talk, me, asked, period)
        if not (whole and figures.complete(period.last, window, _today(talk))):
            lines.append(talk.say("figures.not_yet"))
        elif not now.counts["unit.parts"]:
            lines.append(talk.say("figures.few", fewest=figures.FEWEST))
    return [Message("\n".join(lines), _rows(talk, asked, period, section))]


def _drawn(talk: Talk, me: Officer, asked: Asked) -> Answer:
    """The same figures as a picture and as a table."""
    period = periods.read(asked.period, _today(talk))
    now, before, year = (
        _counted(talk, me, asked, one) for one in (period, period.before(), period.year_ago())
    )
    title = _named_unit(talk, asked)
    picture = bulletin_words.picture(title, now, before, year, talk.lang)
    table = bulletin_words.table(talk.office, now, talk.lang)
    back = (Button(talk.say("button.back"), asked.pack("show")),)
    return [Message(_head(talk, asked, period), (back,), chart=picture, table=table)]


def _counted(talk: Talk, me: Officer, asked: Asked, period: Period) -> Bulletin:
    """What a bulletin of these figures would hold, with nothing kept back that this officer may
    see."""
    parts: dict[str, dict[str, Sums]] = {"": {"": _sums(talk, me, asked, period)}}
    if period.key == asked.period:
        for by in bulletins.SPLIT_COUNTS:
            which = _which(talk, asked, period)
            parts[by] = figures_of(talk.book, talk.office, which, talk.now, by)
            if not _oversees(talk, me):
                for sums in parts[by].values():
                    _close(sums, open_=False)
    whole = parts[""][""]
    days = {
        what: (mean, median) for what in figures.DISTRIBUTIONS
        if (mean := whole.mean(what)) is not None and (median := whole.median(what)) is not None
    }  # fmt: skip
    return Bulletin(0, period, cells=dict(bulletins.numbers(parts)), days=days)


def _named_unit(talk: Talk, asked: Asked) -> str:
    return talk.office.name(talk.lang) if asked.unit == NOBODY else _unit_name(talk, asked.unit)


def _head(talk: Talk, asked: Asked, period: Period) -> str:
    parts = [
        talk.say("figures.all") if asked.unit == NOBODY else _unit_name(talk, asked.unit),
        _field(talk, asked.field) if asked.field != NOBODY else "",
        talk.say(f"kind.{KINDS[int(asked.kind)]}") if asked.kind != NOBODY else "",
        next((talk.say(f"channel.{c}") for c in Channel if c.letter == asked.channel), ""),
        next((x.name for x in lanes.every(talk.book) if x.id == asked.lane), ""),
    ]  # fmt: skip
    return talk.say("figures.head", period=period.name(talk.lang),
                    what=" · ".join(p for p in parts if p))  # fmt: skip


def _unit_name(talk: Talk, unit: str) -> str:
    """A unit's name; that it is no more is said."""
    name = talk.office.unit_name(unit, talk.lang)
    return name if unit in talk.office.units else talk.say("figures.gone", unit=name)


def _field(talk: Talk, field: str) -> str:
    found = categories.find(field)
    if found is None:
        return talk.say("figures.no_field")
    return found.name(talk.lang)


def _compared(talk: Talk, asked: Asked, now: Sums, before: Sums, year: Sums) -> list[str]:
    """Volume beside the period before and the year before, each by its own working days."""
    period = periods.read(asked.period, _today(talk))
    calendar = calendar_of(talk.book, talk.office)
    if not before.counts["filed"] and not year.counts["filed"]:
        return []
    said = []
    for sums, one in ((before, period.before()), (year, period.year_ago())):
        days = one.working_days(calendar, _today(talk))
        said.append(f"{sums.counts['filed'] / days:.2f}" if days else "—")
    return [talk.say("figures.volume_before", before=said[0], year=said[1])]


def _more(talk: Talk, now: Sums, section: str) -> list[str]:
    """What a section tells beside its shares."""
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


def _rows(talk: Talk, asked: Asked, period: Period, section: str) -> tuple[tuple[Button, ...], ...]:
    def button(key: str, verb: str, extra: object = "", to: Asked = asked) -> Button:
        return Button(talk.say(key), to.pack(verb, extra))

    turn = [button("button.period_before", section, to=replace(asked, period=period.before().key))]
    if period.after().first <= _today(talk):
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


def _periods(talk: Talk, asked: Asked) -> Answer:
    """Another length of period; others are typed."""
    period = periods.read(asked.period, _today(talk))
    middle = min(period.last, _today(talk))
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
"""What figures may be narrowed down to."""


def _choose(talk: Talk, asked: Asked, verb: str, page: int) -> Answer:
    every = [(NOBODY, talk.say("figures.whole")), *_choices(talk, verb)]
    page = max(0, min(page, (len(every) - 1) // (3 * SHOWN)))
    part = every[page * 3 * SHOWN : (page + 1) * 3 * SHOWN]
    buttons = [Button(label, replace(asked, **{verb: v}).pack("show")) for v, label in part]
    turn = [Button(talk.say("button.back"), asked.pack("show"))]
    if (page + 1) * 3 * SHOWN < len(every):
        turn.append(Button(talk.say("button.more"), asked.pack(verb, page + 1)))
    return [Message(talk.say(f"figures.which_{verb}"), (*grid(buttons, 2), tuple(turn)))]


def _how(talk: Talk, asked: Asked) -> Answer:
    """Every formula, one tap away from its numbers."""
    buttons = [
        Button(talk.say(f"share.{f.name}"), asked.pack("one", place))
        for place, f in enumerate(figures.FORMULAS)
    ]
    back = Button(talk.say("button.back"), asked.pack("show"))
    return [Message(talk.say("figures.how"), (*grid(buttons, 2), (back,)))]


def _one(talk: Talk, me: Officer, asked: Asked, name: str) -> Answer:
    """One share: its formula, its numbers, what could flatter it, the cases by right."""
    period = periods.read(asked.period, _today(talk))
    now = _sums(talk, me, asked, period)
    lines = [_head(talk, asked, period)]
    lines += figure_words.headline(name, now, talk.lang)
    lines.append(talk.say(f"formula.{name}"))
    buttons = []
    if _opens(talk, me, name) and figures.share(now, figures.BY_NAME[name]):
        buttons = [Button(talk.say(f"button.cases_{side}"), asked.pack(side, SHARES.index(name)))
                   for side in ("in", "out")]  # fmt: skip
    back = (Button(talk.say("button.figures_how"), asked.pack("how")),
            Button(talk.say("button.back"), asked.pack("show")))  # fmt: skip
    return [Message("\n".join(lines), (*stacked(*buttons), back))]


def _opens(talk: Talk, me: Officer, name: str) -> bool:
    """Whether somebody may go from a share to its cases: of ratings a bureau's supervisor alone."""
    supervises = me.role is Role.SUPERVISOR and _oversees(talk, me)
    return supervises or name not in figure_words.ABOUT_RATINGS


def _cases(talk: Talk, me: Officer, asked: Asked, name: str, side: str) -> Answer:
    """The cases that count above the line, or only below it. Whoever opens one is asked for their
    right to it there."""
    if not _opens(talk, me, name):
        raise NotYours("bad.not_yours")
    formula = figures.BY_NAME[name]
    over, but = (formula.over, ()) if side == "in" else (formula.under, formula.over)
    found, count = talk.book.counted(_which(talk, asked), _today(talk), over, but, SHOWN)
    period = periods.read(asked.period, _today(talk))
    share = talk.say(f"share.{name}")
    lines = [_head(talk, asked, period),
             talk.say(f"figures.cases_{side}", name=share, count=count)]  # fmt: skip
    buttons = []
    for id in found:
        case = talk.book.petition(id)
        status, category = talk.say(f"status.{case.status}"), views.category_name(
            case.category, talk.lang)  # fmt: skip
        lines.append(f"{case.number} · {status} · {category}")
        buttons.append(Button(case.number, packed("d", id, "open")))
    if count > len(found):
        lines.append(talk.say("figures.cases_more", count=count - len(found)))
    back = (Button(talk.say("button.back"), asked.pack("one", SHARES.index(name))),)
    return [Message("\n".join(lines), (*grid(buttons, 2), back))]


SPLITS = ("unit", "tier", "category", "kind", "channel", "lane")


def _side_by_side(talk: Talk, me: Officer, asked: Asked, by: str) -> list[tuple[str, Sums]]:
    which = _which(talk, asked)
    found = figures_of(talk.book, talk.office, which, talk.now,
                              "unit" if by == "tier" else by)  # fmt: skip
    if not _oversees(talk, me):
        for sums in found.values():
            _close(sums, open_=False)
    return _named(talk, by, _by_tier(talk, found) if by == "tier" else found)


def _split_drawn(talk: Talk, me: Officer, asked: Asked, by: str) -> Answer:
    """Answers in time side by side, as a picture; what doesn't fit is said."""
    named = _side_by_side(talk, me, asked, by)
    shares = [figures.share(sums, figures.BY_NAME["answered"]) for _, sums in named]
    back = (Button(talk.say("button.back"), asked.pack("by", by)),)
    head = _head(talk, asked, periods.read(asked.period, _today(talk)))
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


def _split(talk: Talk, me: Officer, asked: Asked, by: str) -> Answer:
    """The same period side by side: in the order of the office file, never by rank."""
    period = periods.read(asked.period, _today(talk))
    lines = [_head(talk, asked, period), talk.say("figures.split")]
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
        order |= {u: _unit_name(talk, u) for u in sorted(found) if u not in order}
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


WORDS = 10
"""Remarks shown at once, the newest first."""


def _words(talk: Talk, me: Officer, asked: Asked) -> Answer:
    """What people said in their own words, without names or numbers; to a unit only what they
    let it know."""
    said = said_of(talk.book, talk.office, _which(talk, asked), not _oversees(talk, me))
    lines = [talk.say("figures.words" if said else "figures.no_words", count=len(said))]
    for rating, body in said[:WORDS]:
        lines.append(talk.say(
            "figures.word", level=talk.say(f"level_of.{rating.level}"), body=body,
            unit=talk.office.unit_name(rating.unit, talk.lang),
        ))  # fmt: skip
    back = Button(talk.say("button.back"), asked.pack("said"))
    return [Message("\n\n".join(lines), ((back,),))]

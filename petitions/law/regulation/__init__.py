"""The regulation as data: limits, reasons, ways and documents with their articles.

A profile (`cn-2022.toml`) is the law of one jurisdiction as it stands from a day on (`since`); an
amendment is a file of its own that names what it `replaces`, and how one passes into the other
(`transition`). Together they are a `Law`; each question to it names its day. An office's own file
may shorten a legal limit, never lengthen it.
"""

from __future__ import annotations

import functools
import itertools
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from typing import Any

from petitions.errors import BadAnswer, BadSetting
from petitions.law.clocks import Length, length

DUTIES = ("bureau", "unit", "petitioner", "")


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time and where it is written."""

    length: Length | None
    """None: a date is set in each case."""
    article: str = ""
    law: bool = False
    """False: a setting of the office, not to be presented as law."""
    duty: str = ""
    """`bureau` or `unit`: who must act; `petitioner`: whose right it is."""
    extension: Length | None = None
    """By how much it may be extended, once."""
    pauses: tuple[str, ...] = ()
    """What stops it."""
    window: bool = False
    """It opens a right of the unit's; nobody is late when it ends."""

    @property
    def days(self) -> int:
        """How many days, calendar or working. 0: a date is set in each case."""
        return self.length.days if self.length else 0


@dataclass(frozen=True, slots=True)
class Paper:
    """A numbered document of the procedure."""

    mark: str
    article: str
    inside: bool
    """For the office's own file, not for the petitioner."""


SIDES = ("handler", "head", "supervisor", "leader", "petitioner")
"""Who may stand on a rung of the ladder."""
HALF = "half"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder of reminders (提醒): when, and who is told."""

    at: int
    """Days from the last day: -3 three days before, 0 on it, 1 the first working day after."""
    to: tuple[str, ...]
    """Sides, as in `SIDES`."""
    least: int = 0
    """Only for limits of at least so many days, calendar or working."""
    half: bool = False
    """When half of the period is over; `at` means nothing then."""

    @property
    def step(self) -> str:
        """Its name in the ledger: `half`, `-3`, `0`, `1`."""
        return HALF if self.half else str(self.at)


@dataclass(frozen=True, slots=True)
class Ladder:
    """When the end of a clock is spoken of."""

    office: tuple[Rung, ...]
    """Of its duties; after the last rung each working day, to those of that rung."""
    petitioner: tuple[int, ...]
    """Of rights that lapse: days from the last day."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Windows and days of ratings and follow-ups; settings, for no text was found that says
    them."""

    window: int
    """Days a rating may be given or changed."""
    changes: int
    """How often it may be changed."""
    ask: tuple[int, ...]
    """Days after it opened at which somebody who hasn't rated is asked."""
    follow_up: tuple[int, ...]
    """Days after the end of a case at which its promise is asked about."""
    spread: int
    """Over how many days the questions of one day are spread, by case."""
    by_kind: dict[str, tuple[int, ...]]
    """Other days for a kind or category."""
    again: int
    """Days after which somebody who said "later" is asked again."""
    reasons: dict[str, tuple[str, ...]]
    """Body → codes of reasons."""
    aspects: dict[str, tuple[str, ...]]
    """Body → what may be rated apart."""

    def follow_up_of(self, kind: str, category: str) -> tuple[int, ...]:
        """The days of a kind and category, the finer first."""
        return self.by_kind.get(category, self.by_kind.get(kind, self.follow_up))


TRANSITIONS = ("step",)
"""How an amendment passes in. `step`: what runs when it comes goes on by the law of the day on
which it began; what begins from then on goes by the amendment."""


@dataclass(frozen=True, slots=True)
class Regulation:
    """One jurisdiction's rules, as they stand from one amendment to the next."""

    id: str
    names: dict[str, str]
    since: date
    """The first day on which they hold."""
    replaces: str
    """The profile that held until then; empty: none that is known here."""
    calendar: str
    articles: tuple[str, ...]
    clocks: dict[str, Limit]
    limits: dict[str, Limit]
    counts: dict[str, int]
    ladder: Ladder
    satisfaction: Satisfaction
    refusals: dict[str, str]
    """Reason code → article."""
    again: frozenset[str]
    """Reasons that end a matter for good (不再受理)."""
    ways: dict[str, str]
    """Way → article."""
    own_ways: frozenset[str]
    """Ways on which the petition's own clocks run."""
    papers: dict[str, Paper]

    def shortened(self, given: Mapping[str, Any], source: str) -> Regulation:
        """The rules with an office's own, shorter limits. Raises BadSetting by name: unknown,
        not a length, longer than the law, or counted in other days."""
        clocks, limits = dict(self.clocks), dict(self.limits)
        for name, text in given.items():
            where = clocks if name in clocks else limits
            if name not in where or where[name].length is None:
                known = ", ".join(n for n, x in {**clocks, **limits}.items() if x.length)
                raise BadSetting("bad.limit_unknown", source=source, name=name, known=known)
            where[name] = _shorter(name, where[name], str(text), source)
        return replace(self, clocks=clocks, limits=limits)


def _shorter(name: str, limit: Limit, text: str, source: str) -> Limit:
    try:
        given = length(text)
    except BadAnswer as error:
        raise BadSetting("bad.limit_text", source=source, name=name, why=error) from None
    law = limit.length
    if limit.law and law and given.working != law.working:
        raise BadSetting("bad.limit_days", source=source, name=name, given=given, law=law)
    if limit.law and law and given.days > law.days:
        raise BadSetting(
            "bad.limit_longer", source=source, name=name, given=given, law=law,
            article=limit.article,
        )  # fmt: skip
    return replace(limit, length=given)


def _ladder(raw: Mapping[str, Any], source: str) -> Ladder:
    """The ladder, its rungs in order. Raises BadSetting."""

    def wrong(who: str) -> BadSetting:
        return BadSetting("bad.ladder", source=source, who=who, sides=", ".join(SIDES))

    def days(given: Any) -> bool:
        return isinstance(given, int) and not isinstance(given, bool) and abs(given) < 400

    rungs = []
    given = raw.get("office", [])
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise wrong("office")
    for entry in given:
        at, to = entry.get("at"), tuple(entry.get("to", ()))
        if not (at == HALF or days(at)) or not to or not set(to) <= set(SIDES):
            raise wrong("office")
        half = at == HALF
        rungs.append(Rung(0 if half else at, to, int(entry.get("least", 0)), half))
    mine = raw.get("petitioner", [])
    if not isinstance(mine, list) or not all(days(day) for day in mine):
        raise wrong("petitioner")
    if not any(r.at > 0 for r in rungs):
        raise wrong("office")
    rungs.sort(key=lambda r: (not r.half, r.at))
    return Ladder(tuple(rungs), tuple(sorted(set(mine))))


def _satisfaction(raw: Mapping[str, Any], source: str) -> Satisfaction:
    """Windows and days. Raises BadSetting."""

    def days(value: Any) -> tuple[int, ...]:
        if not isinstance(value, list) or not all(
            isinstance(d, int) and not isinstance(d, bool) and 0 <= d < 1000 for d in value
        ):
            raise BadSetting("bad.satisfaction", source=source)
        return tuple(sorted(set(value)))

    def codes(name: str) -> dict[str, tuple[str, ...]]:
        found = raw.get(name, {})
        return {body: tuple(found.get(body, ())) for body in ("bureau", "unit")}

    return Satisfaction(
        window=days([raw.get("window")])[0],
        changes=days([raw.get("changes")])[0],
        ask=days(raw.get("ask")),
        follow_up=days(raw.get("follow_up")),
        spread=days([raw.get("spread")])[0],
        by_kind={kind: days(value) for kind, value in raw.get("by_kind", {}).items()},
        again=days([raw.get("again")])[0],
        reasons=codes("reasons"),
        aspects=codes("aspects"),
    )


@dataclass(frozen=True, slots=True)
class Law:
    """A jurisdiction's rules through time."""

    editions: tuple[Regulation, ...]
    """Each with the day from which it holds, the oldest first. Never empty."""

    def on(self, day: date) -> Regulation:
        """The rules of a day; of one before the first edition: the first edition's."""
        held = [one for one in self.editions if one.since <= day]
        return held[-1] if held else self.editions[0]

    def of(self, clock: str, day: date) -> Regulation:
        """The rules of a clock that begins on a day. One that came with an amendment goes by it,
        though it is counted from an earlier day."""
        first = self.on(day)
        later = (one for one in self.editions if one.since >= first.since and clock in one.clocks)
        return next(later, first)

    def until(self, edition: Regulation) -> date | None:
        """The first day on which an edition no longer holds; None: no end is known."""
        later = (one.since for one in self.editions if one.since > edition.since)
        return min(later, default=None)

    def clocks(self, which: Callable[[str, Limit], bool]) -> list[str]:
        """Names of the clocks that are so in an edition: cases of several may run side by side."""
        found = {n: None for one in self.editions for n, x in one.clocks.items() if which(n, x)}
        return list(found)

    @property
    def papers(self) -> frozenset[str]:
        """Kinds of numbered papers that an edition knows."""
        return frozenset(kind for one in self.editions for kind in one.papers)

    @property
    def calendar(self) -> str:
        """The lists of holidays it counts by: one for all editions."""
        return self.editions[0].calendar

    def shortened(self, given: Mapping[str, Any], source: str) -> Law:
        """The rules with an office's own, shorter limits. In an edition that has none of that
        name, or a shorter one, the law's own holds. Raises BadSetting for what fits no edition."""
        found = self
        for name, text in given.items():
            found = found._with({name: text}, source)
        return found

    def _with(self, given: Mapping[str, Any], source: str) -> Law:
        editions, errors = [], []
        for one in self.editions:
            try:
                editions.append(one.shortened(given, source))
            except BadSetting as error:
                editions.append(one)
                errors.append(error)
        if len(errors) == len(editions):
            raise errors[0]
        return Law(tuple(editions))


PROFILES = ("cn-2022", "town")
"""Every profile that comes with the program."""


@functools.cache
def law(id: str = "cn-2022") -> Law:
    """The rules with this name, what they replaced and what replaces them. Raises BadSetting when
    there are none, or they are wrong."""
    regulation(id)
    return line(id, [regulation(profile) for profile in PROFILES])


def line(id: str, known: Sequence[Regulation]) -> Law:
    """The editions, among those known, of which one is called so. Raises BadSetting when one
    doesn't follow the one it replaces, or counts by other holidays."""
    found = {one.id: one for one in known}
    ids = [id]
    while found[ids[0]].replaces:
        before = found[ids[0]].replaces
        if before not in found or before in ids:
            raise BadSetting("bad.rules", name=before, known=", ".join(found))
        ids.insert(0, before)
    while later := [o.id for o in known if o.replaces == ids[-1] and o.id not in ids]:
        if len(later) > 1:
            raise BadSetting("bad.editions", sources=tuple(later), replaces=ids[-1])
        ids += later
    editions = tuple(found[one] for one in ids)
    for earlier, after in itertools.pairwise(editions):
        if after.since <= earlier.since or after.calendar != earlier.calendar:
            raise BadSetting("bad.edition", source=after.id, replaces=earlier.id)
    return Law(editions)


@functools.cache
def regulation(id: str = "cn-2022") -> Regulation:
    """The rules with this name. Raises BadSetting when there are none, or they are wrong."""
    if id not in PROFILES:
        raise BadSetting("bad.rules", name=id, known=", ".join(PROFILES))
    text = (resources.files(__name__) / f"{id}.toml").read_text("utf-8")
    return read_regulation(tomllib.loads(text), f"{id}.toml")


def read_regulation(raw: dict[str, Any], source: str) -> Regulation:
    """The rules from their parsed file. Raises BadSetting naming what is wrong."""
    try:
        return _read_regulation(raw, source)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadSetting("bad.rules_file", source=source, what=repr(error)) from None


def _read_regulation(raw: dict[str, Any], source: str) -> Regulation:
    articles = tuple(raw.get("articles", []))

    def article(entry: Mapping[str, Any], where: str) -> str:
        found = str(entry.get("article", ""))
        if found and found not in articles:
            raise BadSetting("bad.article", source=source, where=where, article=found)
        if entry.get("law") and not found:
            raise BadSetting("bad.article", source=source, where=where, article="—")
        return found

    def limit(entry: Mapping[str, Any], where: str) -> Limit:
        duty = str(entry.get("duty", ""))
        if duty not in DUTIES:
            raise BadSetting("bad.duty", source=source, where=where, duty=duty)
        try:
            return Limit(
                length=length(entry["limit"]) if entry["limit"] else None,
                article=article(entry, where),
                law=bool(entry.get("law", False)),
                duty=duty,
                extension=length(entry["extension"]) if entry.get("extension") else None,
                pauses=tuple(entry.get("pauses", ())),
                window=bool(entry.get("window", False)),
            )
        except BadAnswer as error:
            raise BadSetting("bad.limit_text", source=source, name=where, why=error) from None

    def table(name: str) -> dict[str, dict[str, Any]]:
        return dict(raw.get(name, {}))

    since = raw["since"]
    if type(since) is not date:
        raise ValueError("since")
    if (how := raw.get("transition", TRANSITIONS[0])) not in TRANSITIONS:
        raise ValueError(f"transition: {how}")
    return Regulation(
        id=raw["id"],
        names=raw["name"],
        since=since,
        replaces=str(raw.get("replaces", "")),
        calendar=raw["calendar"],
        articles=articles,
        clocks={n: limit(e, f"clock.{n}") for n, e in table("clock").items()},
        limits={n: limit(e, f"limit.{n}") for n, e in table("limit").items()},
        counts={n: int(e["most"]) for n, e in table("count").items() if article(e, n) is not None},
        ladder=_ladder(raw.get("ladder", {}), source),
        satisfaction=_satisfaction(raw.get("satisfaction", {}), source),
        refusals={n: article(e, f"refusal.{n}") for n, e in table("refusal").items()},
        again=frozenset(n for n, e in table("refusal").items() if e.get("again")),
        ways={n: article(e, f"way.{n}") for n, e in table("way").items()},
        own_ways=frozenset(n for n, e in table("way").items() if e.get("clock")),
        papers={
            n: Paper(e["mark"], article(e, f"document.{n}"), bool(e.get("inside", False)))
            for n, e in table("document").items()
        },
    )

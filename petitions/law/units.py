"""The office file: its units, where they are, what they serve.

TOML, one `[office]` and any number of `[[unit]]`; `docs/office-file.md` describes it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from petitions.errors import Unknown
from petitions.law.calendar import Calendar, calendar
from petitions.law.clocks import local_day
from petitions.law.login import LoginRules
from petitions.law.regulation import Law
from petitions.law.regulation.values import Limit, Regulation
from petitions.law.stationery import Stationery
from petitions.values.person import Role
from petitions.values.petition import Running
from petitions.words import DEFAULT

LONGEST_ID = 16
"""Characters of a unit's id: it stands in the data of buttons."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A bureau (信访局) or a responsible unit (责任单位)."""

    id: str
    kind: str
    """`bureau` or `unit`."""
    names: dict[str, str]
    parent: str
    address: dict[str, str]
    hours: dict[str, str]
    phone: str
    places: tuple[str, ...]
    matters: tuple[str, ...]
    accusations: bool = False
    """The competent organ (纪检监察…): the only one that gets accusations (art. 30)."""
    also: tuple[str, ...] = ()
    """Other names that people use for it, beside the usual short forms of its name."""

    def name(self, lang: str) -> str:
        """Its name in a language."""
        return self.names.get(lang) or self.names[DEFAULT]

    @property
    def is_bureau(self) -> bool:
        """Whether it registers and passes on."""
        return self.kind == "bureau"

    @property
    def reads_sealed(self) -> bool:
        """Whether it reads a sealed case whole; others have a clerk's summary of it."""
        return self.is_bureau or self.accusations


def loop_in(units: Mapping[str, Unit]) -> list[str]:
    """Units that stand above each other in a ring, the first one again at the end; empty: none."""
    for id in units:
        path = [id]
        while above := units[path[-1]].parent if path[-1] in units else "":
            path.append(above)
            if above in path[:-1]:
                return path[path.index(above) :]
    return []


@dataclass(slots=True)
class Changes:
    """The changes to the office file's units: id → the unit, or None for a closed one."""

    units: dict[str, Unit | None]

    @classmethod
    def read(cls, text: str) -> Changes:
        """From what the installation remembers; empty: no changes."""
        raw = json.loads(text or "{}")
        return cls({id: _unit(entry) if entry else None for id, entry in raw.items()})

    @property
    def text(self) -> str:
        """As it is remembered."""
        raw = {id: asdict(unit) if unit else None for id, unit in self.units.items()}
        return json.dumps(raw, ensure_ascii=False)

    def applied(self, filed: Mapping[str, Unit]) -> dict[str, Unit]:
        """The file's units with the changes."""
        found = {**filed, **self.units}
        return {id: unit for id, unit in found.items() if unit}


def _unit(raw: dict[str, Any]) -> Unit:
    lists = ("places", "matters", "also")
    return Unit(**raw | {name: tuple(raw.get(name, ())) for name in lists})


@dataclass(frozen=True, slots=True)
class Wish:
    """How a unit is to be: what is to be another way, or all of a unit that isn't there."""

    id: str
    fields: dict[str, Any]

    @classmethod
    def between(cls, before: Unit | None, unit: Unit) -> Wish:
        """The fields in which one differs from the other; None: in all."""
        was = asdict(before) if before else {}
        return cls(unit.id, {k: v for k, v in asdict(unit).items() if k not in was or v != was[k]})

    @classmethod
    def read(cls, text: str) -> Wish:
        """As it is kept with what somebody asked."""
        ((id, fields),) = json.loads(text).items()
        return cls(id, fields)

    @property
    def text(self) -> str:
        """As it is kept."""
        return json.dumps({self.id: self.fields}, ensure_ascii=False)

    @property
    def is_new(self) -> bool:
        """Whether it is about a unit that isn't there."""
        return "id" in self.fields

    def applied(self, today: Unit | None) -> Unit:
        """The unit as it is today, with what is to be another way."""
        bare = Unit(self.id, "unit", {DEFAULT: self.id}, "", {}, {}, "", (), ())
        return _unit(asdict(today or bare) | self.fields)


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """A desk that the office file asks for."""

    unit: str
    role: Role
    name: str


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When the office's own messages go out."""

    opens: time = time(9)
    closes: time = time(17, 30)
    gather: int = 60
    """Seconds within which several events of a case become one message to its petitioner."""
    singles: int = 3
    """Messages about different cases that one officer gets at once; more become a list."""
    a_day: int = 20
    """Petitions of one person on one day that stand in the bureau's queue as they came; what is
    beyond is read after other people's that are due on the same day."""
    at_once: bool = False
    """Events reach a desk at any hour; otherwise in working hours."""


@dataclass(frozen=True, slots=True)
class Office:
    """The whole office, as its file says."""

    names: dict[str, str]
    area: str
    """Four digits that begin each case number."""
    zone: ZoneInfo
    languages: tuple[str, ...]
    bureau: str
    """The unit in which every petition arrives."""
    units: dict[str, Unit]
    law: Law
    """The procedure through time, with the office's own shorter limits."""
    staff: tuple[StaffPlan, ...] = field(default_factory=tuple)
    rhythm: Rhythm = field(default_factory=Rhythm)
    filed: dict[str, Unit] = field(default_factory=dict)
    """The units as the file has them, before what was changed from the chat."""
    open_figures: bool = False
    """Published figures are open to everybody, on the page."""
    keep_cases: int = 0
    """Years after which a closed case is anonymised; 0: never."""
    dial: str = ""
    """The area code of telephone numbers that people give without one; empty: they must."""
    login: LoginRules = field(default_factory=LoginRules)
    paper: Stationery = field(default_factory=Stationery)
    gone: list[str] = field(default_factory=list)
    """Units that have cases and are closed, or no longer in the file: the bureau's to pass on."""
    day: date | None = None
    """The office's date on which it is asked; None: it must be said first, by `on`."""

    def on(self, now: datetime) -> Office:
        """The office at an instant: what begins then goes by the rules of its date."""
        return replace(self, day=local_day(now, self.zone))

    @property
    def rules(self) -> Regulation:
        """The rules of its day."""
        assert self.day is not None, "the law has dates: ask the office `on` one"
        return self.law.on(self.day)

    def limit_of(self, clock: Running) -> Limit:
        """The limit that a clock goes by, of the rules of the day on which it began."""
        return self.rules_of(clock).clocks[clock.clock]

    def known_limit(self, clock: Running) -> Limit | None:
        """The same; None for a clock that the rules don't know: the office goes by others now."""
        return self.rules_of(clock).clocks.get(clock.clock)

    def rules_of(self, clock: Running) -> Regulation:
        """The rules by which a clock began, and by which it ends."""
        return self.law.of(clock.clock, clock.started_on)

    def reshape(self, changes: str, holding: Iterable[str]) -> None:
        """Show the units as they were changed from the chat (`Changes.text`), everywhere at
        once: whoever holds this office sees them. `holding`: units that have cases."""
        found = Changes.read(changes).applied(self.filed)
        for id in list(self.units):
            if id not in found:
                del self.units[id]
        self.units.update(found)
        self.gone[:] = [id for id in holding if id not in found]

    def name(self, lang: str) -> str:
        """The office's name in a language."""
        return self.names.get(lang) or self.names[DEFAULT]

    def calendar(self, imported: tuple[str, ...] = ()) -> Calendar:
        """The days offices work, with the yearly lists that were imported. Raises BadCalendar."""
        return calendar(self.law.calendar, imported)

    def opening(self, day: date) -> datetime:
        """The instant, in UTC, at which a day's alerts go out."""
        return datetime.combine(day, self.rhythm.opens, self.zone).astimezone(UTC)

    def at_work(self, now: datetime, calendar: Calendar) -> datetime:
        """This instant if the office works then, else the next opening."""
        local = now.astimezone(self.zone)
        today, clock = local.date(), local.time()
        if not calendar.rests(today):
            if self.rhythm.opens <= clock < self.rhythm.closes:
                return now
            if clock < self.rhythm.opens:
                return self.opening(today)
        return self.opening(calendar.after(today, 1))

    def above(self, id: str) -> Iterator[str]:
        """The units that stand above a unit, the nearest first: along the file's tree, then from
        the office's bureau on, then the organs that accusations are meant for."""
        found = [id, *self._up(id), self.bureau, *self._up(self.bureau)]
        found += [u for u, unit in self.units.items() if unit.accusations]
        return (u for u in dict.fromkeys(found) if u != id)

    def _up(self, id: str) -> Iterator[str]:
        while (unit := self.units.get(id)) and unit.parent:
            id = unit.parent
            yield id

    def superior(self, id: str, but: Collection[str] = ()) -> str:
        """The unit that reviews what this one decided: the one above it in the file, or the next
        that isn't among some (`but`). The organs for accusations review only what nobody else
        may."""
        nearest = (*self._up(id), self.bureau, *(self.above(id) if but else ()))
        return next((u for u in nearest if u not in but), self.bureau)

    def stands_above(self, id: str, but: Collection[str] = ()) -> str:
        """The same as far as it stands above; empty where that is the unit itself or one below it:
        who stands above isn't in the file."""
        found = self.superior(id, but)
        return "" if id in (found, *self._up(found)) else found

    def bureau_for(self, kept: Collection[str]) -> str:
        """The unit that is the bureau of a case which some units must not see: the office's bureau,
        or else the first above it; empty: all are among them."""
        every = (self.bureau, *self.above(self.bureau))
        return next((u for u in every if u not in kept), "")

    def below(self, id: str) -> tuple[str, ...]:
        """A unit and all that stand below it."""
        found = [id]
        for one in found:
            found += [u for u, unit in self.units.items() if unit.parent == one and u not in found]
        return tuple(found)

    def tier(self, id: str) -> int:
        """How many bureaus stand between a unit and the office's own, that one not counted: 0 for
        the office's tier, 1 for its counties', -1 for what stands above or is gone."""
        bureaus, unit = 0, self.units.get(id)
        while unit and unit.id != self.bureau:
            bureaus += unit.is_bureau
            unit = self.units.get(unit.parent)
        return bureaus if unit else -1

    def unit(self, id: str) -> Unit:
        """A unit by its id. Raises Unknown: it may have been removed from the file."""
        try:
            return self.units[id]
        except KeyError:
            raise Unknown("bad.unit_gone") from None

    def unit_name(self, id: str, lang: str) -> str:
        """A unit's name, even if the file no longer has it."""
        unit = self.units.get(id)
        return unit.name(lang) if unit else id

    @property
    def front(self) -> Unit:
        """The bureau with the window, the post address and the telephone."""
        return self.units[self.bureau]

    def is_bureau(self, id: str) -> bool:
        """Whether a unit is a bureau; a removed unit is none."""
        unit = self.units.get(id)
        return unit is not None and unit.is_bureau

    def reads_sealed(self, id: str) -> bool:
        """Whether a unit reads sealed cases whole; a removed unit doesn't."""
        unit = self.units.get(id)
        return unit is not None and unit.reads_sealed

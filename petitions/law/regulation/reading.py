"""A regulation file, read: whatever is wrong in it is refused by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from petitions.errors import BadAnswer, BadSetting
from petitions.law.clocks import length
from petitions.law.regulation.values import (
    DUTIES,
    HALF,
    SIDES,
    TRANSITIONS,
    Ladder,
    Limit,
    Paper,
    RefusalReason,
    Regulation,
    Rung,
    Satisfaction,
    Statement,
)


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


def read_regulation(raw: dict[str, Any], source: str) -> Regulation:
    """The rules from their parsed file. Raises BadSetting naming what is wrong."""
    try:
        return _read_regulation(raw, source)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise BadSetting("bad.rules_file", source=source, what=repr(error)) from None


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _File:
    """A regulation file that is being read."""

    raw: dict[str, Any]
    source: str

    def table(self, name: str, read: Callable[[Mapping[str, Any], str], T]) -> dict[str, T]:
        """A table of the file, each entry read with its place."""
        entries = dict(self.raw.get(name, {})).items()
        return {code: read(entry, f"{name}.{code}") for code, entry in entries}

    def marked(self, name: str, mark: str) -> frozenset[str]:
        """Entries of a table that have a mark."""
        return frozenset(n for n, e in dict(self.raw.get(name, {})).items() if e.get(mark))

    def article(self, entry: Mapping[str, Any], where: str) -> str:
        """The article of an entry; empty where it names none."""
        found = str(entry.get("article", ""))
        if found and found not in self.raw.get("articles", []):
            raise BadSetting("bad.article", source=self.source, where=where, article=found)
        if entry.get("law") and not found:
            raise BadSetting("bad.article", source=self.source, where=where, article="—")
        return found

    def limit(self, entry: Mapping[str, Any], where: str) -> Limit:
        """A clock, or another length."""
        duty = str(entry.get("duty", ""))
        if duty not in DUTIES:
            raise BadSetting("bad.duty", source=self.source, where=where, duty=duty)
        try:
            return Limit(
                length=length(entry["limit"]) if entry["limit"] else None,
                article=self.article(entry, where),
                law=bool(entry.get("law", False)),
                duty=duty,
                extension=length(entry["extension"]) if entry.get("extension") else None,
                pauses=tuple(entry.get("pauses", ())),
                window=bool(entry.get("window", False)),
                model=entry.get("model"),
            )
        except BadAnswer as error:
            raise BadSetting("bad.limit_text", source=self.source, name=where, why=error) from None

    def count(self, entry: Mapping[str, Any], where: str) -> int:
        """The most there may be."""
        self.article(entry, where)
        return int(entry["most"])

    def refusal(self, entry: Mapping[str, Any], where: str) -> RefusalReason:
        """A reason for which a matter isn't accepted."""
        marks = ("again", "direct", "superior", "past")
        return RefusalReason(
            self.article(entry, where), **{mark: bool(entry.get(mark)) for mark in marks}
        )

    def paper(self, entry: Mapping[str, Any], where: str) -> Paper:
        """A numbered document."""
        return Paper(entry["mark"], self.article(entry, where), bool(entry.get("inside", False)))

    def said(self, entry: Mapping[str, Any], where: str) -> Statement:
        """Where a statement is written, perhaps in another law."""
        if other := entry.get("of"):
            return Statement(str(entry["article"]), other)
        return Statement(self.article(entry, where))


def _read_regulation(raw: dict[str, Any], source: str) -> Regulation:
    file, since = _File(raw, source), raw["since"]
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
        articles=tuple(raw.get("articles", [])),
        clocks=file.table("clock", file.limit),
        limits=file.table("limit", file.limit),
        counts=file.table("count", file.count),
        ladder=_ladder(raw.get("ladder", {}), source),
        satisfaction=_satisfaction(raw.get("satisfaction", {}), source),
        refusals=file.table("refusal", file.refusal),
        ways=file.table("way", file.article),
        own_ways=file.marked("way", "clock"),
        duty_ways=file.marked("way", "duty"),
        papers=file.table("document", file.paper),
        title=raw.get("title", {}),
        says=file.table("says", file.said),
    )

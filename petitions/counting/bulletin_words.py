"""Bulletins as people read them: a short text, a picture, a table, the annual report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from petitions.counting import bulletins, figures
from petitions.counting.bulletins import Bulletin, Correction
from petitions.counting.figure_words import FAMILIES, beside, percent, shown
from petitions.law import citing
from petitions.law.units import Office
from petitions.message import Bars, Page, Sheet, Table
from petitions.values import categories
from petitions.values.channels import Channel
from petitions.values.petition import Kind
from petitions.words import listed, moment, say

HEADLINES = ("accepted_bureau", "accepted_unit", "answered", "satisfaction_unit",
             "participation_unit", "at_once", "kept_90")  # fmt: skip
"""Shares of the text and the picture."""


def share(bulletin: Bulletin, name: str, lang: str, whose: str = "") -> str:
    """A published share with both numbers; in words where there is none, or it is kept back."""
    both = bulletin.share(name, whose)
    if both:
        return shown(both, lang)
    key = "figures.held_back" if bulletin.held_back(name, whose) else "figures.no_cases"
    return say(lang, key)


def _short(bulletin: Bulletin | None, name: str) -> str:
    both = bulletin.share(name) if bulletin else None
    return percent(both) if both else "—"


def count(bulletin: Bulletin, name: str, lang: str) -> str:
    """A published count; in a word where it is kept back."""
    n = bulletin.cells.get((name, ""))
    return say(lang, "figures.few_cases") if n is None else str(n)


def _each_day(bulletin: Bulletin | None) -> str:
    """Petitions a working day: a month with holidays is shorter, not quieter."""
    filed = bulletin.cells.get(("filed", "")) if bulletin else None
    return f"{filed / bulletin.working:.2f}" if filed and bulletin and bulletin.working else "—"


def _volume(bulletin: Bulletin, lang: str) -> str:
    if set(bulletin.cells.values()) <= {0}:
        return say(lang, "figures.nothing")
    return say(lang, "bulletin.volume", filed=count(bulletin, "filed", lang),
               heads=count(bulletin, "heads", lang), passed=count(bulletin, "passed", lang),
               online=share(bulletin, "online", lang))  # fmt: skip


def beside_share(bulletin: Bulletin, name: str, lang: str) -> str:
    """The counts that could flatter a share, as far as they are published."""
    found: dict[str, str] = {}
    parts = [(part, beside(part)) for part in figures.BY_NAME[name].beside]
    if name.startswith("satisfaction_"):
        parts.append((f"participation_{name.removeprefix('satisfaction_')}.rest", "unrated"))
    if name == "served":
        parts.append(("served.rest", "unserved"))
    for part, word in parts:
        n = bulletin.cells.get((part, ""), 0)
        if n is None:
            found[word] = say(lang, "figures.few_cases")
        elif n and found.get(word, "0").isdecimal():
            found[word] = str(int(found.get(word, "0")) + n)
    named = (f"{say(lang, f'beside.{word}')} {n}" for word, n in found.items())
    return listed(lang, named)


def text(
    office: Office, bulletin: Bulletin, before: Bulletin | None, year: Bulletin | None,
    corrected: Sequence[tuple[Bulletin, Correction]], lang: str,
) -> str:  # fmt: skip
    """The short text: what there was, the shares with what could flatter them, corrections."""
    head = say(lang, f"bulletin.{bulletin.period.kind}", office=office.name(lang),
               period=bulletin.period.name(lang))  # fmt: skip
    lines = [head, _volume(bulletin, lang)]
    each = [_each_day(one) for one in (bulletin, before, year)]
    if each[0] != "—":
        line = say(lang, "bulletin.each", now=each[0], days=bulletin.working)
        if set(each[1:]) - {"—"}:
            line += say(lang, "figures.compared", before=each[1], year=each[2])
        lines.append(line)
    for name in HEADLINES:
        if bulletin.cells.get((f"{name}.under", ""), 0) == 0:
            continue
        line = say(lang, "figures.share", name=say(lang, f"share.{name}"),
                   share=share(bulletin, name, lang))  # fmt: skip
        others = (_short(before, name), _short(year, name))
        if set(others) - {"—"}:
            line += say(lang, "figures.compared", before=others[0], year=others[1])
        lines.append(line)
        if named := beside_share(bulletin, name, lang):
            lines.append(say(lang, "figures.beside", named=named))
    for what, (mean, median) in sorted(bulletin.days.items()):
        lines.append(say(lang, f"bulletin.days_{what}", mean=f"{mean:.1f}", median=f"{median:g}"))
    for published, (name, old, new) in corrected:
        told = {"period": published.period.name(lang), "name": say(lang, f"share.{name}"),
                "old": f"{old[0]}/{old[1]}"}  # fmt: skip
        lines.append(
            say(lang, "bulletin.corrected", new=f"{new[0]}/{new[1]}", **told) if new
            else say(lang, "bulletin.corrected_few", fewest=figures.FEWEST, **told)
        )  # fmt: skip
    assert bulletin.as_of
    lines.append(say(lang, "bulletin.as_of", at=moment(lang, bulletin.as_of, office.zone)))
    return "\n".join(lines)


def picture(
    title: str, bulletin: Bulletin, before: Bulletin | None, year: Bulletin | None, lang: str
) -> Bars:
    """The shares as bars, beside those of the period before and of the year before."""

    def values(one: Bulletin) -> tuple[float | None, ...]:
        shares = (one.share(name) for name in HEADLINES)
        return tuple(both[0] / both[1] if both else None for both in shares)

    series = [(say(lang, "bulletin.now"), values(bulletin))]
    for key, other in (("before", before), ("year_ago", year)):
        if other and any(v is not None for v in values(other)):
            series.append((say(lang, f"bulletin.{key}"), values(other)))
    return Bars(
        say(lang, "bulletin.title", office=title, period=bulletin.period.name(lang)),
        tuple(say(lang, f"share.{name}") for name in HEADLINES), tuple(series),
        none=say(lang, "bulletin.none"), note=say(lang, "bulletin.note"),
    )  # fmt: skip


def table(office: Office, bulletin: Bulletin, lang: str) -> Table:
    """Every published number, each share with its formula; units, fields and ways in apart."""
    pages = [_shares_page(bulletin, lang), _counts_page(bulletin, lang)]
    for dimension in bulletins.SPLIT_COUNTS:
        rows = _split_rows(office, bulletin, dimension, lang)
        if rows:
            shares = bulletins.SPLIT.get(dimension, ())
            head = [say(lang, f"split.{dimension}")]
            head += [say(lang, f"count.{name}") for name in bulletins.SPLIT_COUNTS[dimension]]
            for name in shares:
                head += [say(lang, f"share.{name}"), say(lang, "bulletin.of")]
            first = 1 + len(bulletins.SPLIT_COUNTS[dimension])
            percents = tuple(first + 2 * n for n in range(len(shares)))
            pages.append(Page(say(lang, f"split.{dimension}"), tuple(head), rows, percents))
    return Table(f"{bulletin.period.key}.xlsx", tuple(pages), say(lang, "figures.held_back"))


def _shares_page(bulletin: Bulletin, lang: str) -> Page:
    rows: list[tuple[str | int | float | None, ...]] = []
    for name in bulletins.SHARES:
        over, under = (bulletin.cells.get((f"{name}.{x}", "")) for x in ("over", "under"))
        both = bulletin.share(name)
        value: float | str | None = both[0] / both[1] if both else None
        if not both and not bulletin.held_back(name):
            value = say(lang, "figures.no_cases")
        rows.append((say(lang, f"share.{name}"), value, over, under, say(lang, f"formula.{name}")))
    head = ("bulletin.figure", "bulletin.share", "bulletin.over", "bulletin.of", "bulletin.how")
    return Page(say(lang, "bulletin.shares"), tuple(say(lang, h) for h in head), tuple(rows), (1,))


def _counts_page(bulletin: Bulletin, lang: str) -> Page:
    rows = tuple(
        (count_name(name, lang), bulletin.cells.get((name, "")))
        for name in ("filed", *bulletins.COUNTS)
    )
    head = (say(lang, "bulletin.figure"), say(lang, "bulletin.count"))
    return Page(say(lang, "bulletin.counts"), head, rows)


def count_name(name: str, lang: str) -> str:
    """The name of a count: `review.uphold`, `longer.answer`, `filed`."""
    family, _, rest = name.partition(".")
    if family in FAMILIES:
        return say(lang, "count.of", family=say(lang, f"family_name.{family}"),
                   name=say(lang, f"{FAMILIES[family]}.{rest}"))  # fmt: skip
    if family in ("bureau", "unit"):
        return say(lang, "count.of", family=say(lang, f"body.{family}"),
                   name=say(lang, f"beside.{rest}"))  # fmt: skip
    if family == "longer":
        return say(lang, "count.of", family=say(lang, "beside.longer"),
                   name=say(lang, f"clock.{rest}.what"))  # fmt: skip
    return say(lang, f"count.{name}")


def _split_rows(
    office: Office, bulletin: Bulletin, dimension: str, lang: str
) -> tuple[tuple[str | int | float | None, ...], ...]:
    """A row for each part, in the order of the office file, the scheme, the law: no rank."""
    parts = {
        whose.partition(":")[2] for _, whose in bulletin.cells if whose.startswith(f"{dimension}:")
    }
    order = names_of(office, dimension, lang)
    every = [key for key in order if key in parts] + sorted(parts - order.keys())
    rows = []
    for key in every:
        whose = f"{dimension}:{key}"
        row: list[str | int | float | None] = [
            order.get(key) or key or say(lang, "figures.none_of_these")
        ]
        row += [bulletin.cells.get((n, whose)) for n in bulletins.SPLIT_COUNTS[dimension]]
        for name in bulletins.SPLIT.get(dimension, ()):
            both = bulletin.share(name, whose)
            if both:
                row += [both[0] / both[1], both[1]]
            elif bulletin.held_back(name, whose):
                row += [None, bulletin.cells.get((f"{name}.under", whose))]
            else:
                row += [say(lang, "figures.no_cases"), 0]
        rows.append(tuple(row))
    return tuple(rows)


def names_of(office: Office, dimension: str, lang: str) -> dict[str, str]:
    """The parts of a dimension by name, in the order of the office file, the scheme, the law."""
    if dimension == "unit":
        return {u: office.unit_name(u, lang) for u in office.units}
    if dimension == "category":
        return {c.id: c.name(lang) for c in categories.level1()}
    if dimension == "kind":
        return {str(kind): say(lang, f"kind.{kind}") for kind in Kind}
    return {str(c): say(lang, f"channel.{c}") for c in Channel}


def _counts(bulletin: Bulletin, names: Iterable[str], lang: str) -> list[str]:
    named = ((count_name(name, lang), count(bulletin, name, lang)) for name in names)
    return [say(lang, "report.count", name=name, value=value) for name, value in named]


def _line_of(bulletin: Bulletin, name: str, lang: str) -> str:
    value = share(bulletin, name, lang)
    return say(lang, "report.count", name=say(lang, f"share.{name}"), value=value)


def report(
    office: Office, bulletin: Bulletin, suggestions: Sequence[tuple[str, int, int, int]],
    lang: str,
) -> Sheet:  # fmt: skip
    """The annual report (art. 41): figures, fields, the organs most complained of; transfers,
    assignments, supervision; suggestions made and adopted."""
    lines = [text(office, bulletin, None, None, (), lang), ""]
    lines.append(say(lang, "report.fields"))
    lines += _ranked(office, bulletin, "category", "filed", lang)
    lines += ["", say(lang, "report.organs")]
    lines += _ranked(office, bulletin, "unit", "passed", lang)
    lines += ["", say(lang, "report.work")]
    done = ("passed", "refused", "led", "withdrawn", "bounced", "extended", "reopened")
    levels = (f"supervised.{level}" for level in ("urge", "supervise", "talk", "notice"))
    lines += [*_counts(bulletin, done, lang), _line_of(bulletin, "assigned", lang)]
    lines += [*_counts(bulletin, levels, lang), _line_of(bulletin, "supervision", lang)]
    lines += ["", say(lang, "report.suggestions")]
    for kind, made, adopted, waiting in suggestions:
        lines.append(say(lang, "report.suggestion", kind=say(lang, f"suggestion.{kind}"),
                         count=made, adopted=adopted, waiting=waiting))  # fmt: skip
    if not suggestions:
        lines.append(say(lang, "figures.no_cases"))
    lines += ["", say(lang, "report.how")]
    lines += [f"{say(lang, f'share.{n}')} {say(lang, f'formula.{n}')}" for n in bulletins.SHARES]
    title = say(lang, "report.title", office=office.name(lang), year=bulletin.period.first.year)
    number = citing.said(office.law.on(bulletin.period.last), "report", lang)
    return Sheet(f"{bulletin.period.key}.pdf", title, number, tuple(lines))


MOST = 12
"""Fields and organs that the annual report names."""


def _ranked(
    office: Office, bulletin: Bulletin, dimension: str, name: str, lang: str
) -> list[str]:  # fmt: skip
    """The fields or organs that had most: the law asks for them. They say what people wrote about,
    not who is good: beside each stands how those limits were kept."""
    order = names_of(office, dimension, lang)
    found = [
        (n, whose) for (what, whose), n in bulletin.cells.items()
        if what == name and n and whose.startswith(f"{dimension}:")
    ]  # fmt: skip
    lines = []
    for n, whose in sorted(found, key=lambda x: -x[0])[:MOST]:
        key = whose.partition(":")[2]
        label = order.get(key) or key or say(lang, "figures.none_of_these")
        lines.append(say(lang, "report.line", name=label, count=n,
                         answered=share(bulletin, "answered", lang, whose)))  # fmt: skip
    if lines:
        return lines
    cells = [n for (what, whose), n in bulletin.cells.items()
             if what == name and whose.startswith(f"{dimension}:")]  # fmt: skip
    return [say(lang, "figures.held_back" if None in cells else "figures.no_cases")]

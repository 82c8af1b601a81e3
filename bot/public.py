"""The bulletins that the office has published, for the page that is open to everybody
(`webchat.room.OpenFigures`). The page knows bulletins alone: nothing that wasn't published.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from papers import chart
from petitions.counting import bulletin_words, bulletins, figures
from petitions.counting.bulletins import LONG, Bulletin
from petitions.law.units import Office
from petitions.message import Bars
from petitions.words import say
from storage import publishing
from storage.database import Database
from webchat.room import PublicPage

MOST = 24
"""Bulletins that are offered: twelve months, and quarters and years."""
MONTHS = 12


@dataclass(slots=True)
class PublicFigures:
    """Months, quarters and years as they were published."""

    database: Database
    office: Office
    _drawn: dict[tuple[str, str, int], bytes] = field(default_factory=dict)

    async def _made(self) -> list[Bulletin]:
        found = await self.database.read(publishing.made, tuple(sorted(LONG)), MOST)
        return sorted(
            found, key=lambda b: (b.period.last, -publishing.ORDER[b.period.kind]), reverse=True
        )

    async def page(self, period: str, lang: str) -> PublicPage | None:
        """The bulletin of a period, or the newest one; None where there is no such."""
        made = await self._made()
        made_of = [b for b in made if b.period.key == period] if period else made[:1]
        title = say(lang, "public.title", office=self.office.name(lang))
        if not made_of:
            if period:
                return None
            return PublicPage(title, "", (), say(lang, "public.none_yet"), (), (),
                              (say(lang, "bulletin.shares"), say(lang, "bulletin.counts")),
                              say(lang, "public.data"))  # fmt: skip
        bulletin = made_of[0]
        shares = tuple(
            (say(lang, f"share.{name}"), bulletin_words.share(bulletin, name, lang),
             say(lang, f"formula.{name}"), bulletin_words.beside_share(bulletin, name, lang), name)
            for name in bulletins.SHARES
        )  # fmt: skip
        counts = tuple(
            (bulletin_words.count_name(name, lang), bulletin_words.count(bulletin, name, lang))
            for name in ("filed", *bulletins.COUNTS)
        )
        return PublicPage(
            f"{title} · {bulletin.period.name(lang)}", bulletin.period.key,
            tuple((b.period.key, b.period.name(lang)) for b in made),
            bulletin.texts.get(lang) or next(iter(bulletin.texts.values())), shares, counts,
            (say(lang, "bulletin.shares"), say(lang, "bulletin.counts")),
            say(lang, "public.data"),
        )  # fmt: skip

    async def data(self) -> dict[str, Any]:
        """Every published number; `null` where one is kept back."""
        return {
            "office": self.office.names,
            "least": figures.FEWEST,
            "formulas": {
                name: {"over": f.over, "under": f.under}
                for name, f in figures.BY_NAME.items() if name in bulletins.SHARES
            },
            "bulletins": [
                {
                    "period": b.period.key, "kind": b.period.kind,
                    "first": b.period.first.isoformat(), "last": b.period.last.isoformat(),
                    "as_of": b.as_of.isoformat() if b.as_of else None,
                    "numbers": [
                        {"name": name, "of": whose, "n": n}
                        for (name, whose), n in b.cells.items()
                    ],
                    "days": b.days,
                }
                for b in await self._made()
            ],
        }  # fmt: skip

    async def chart(self, name: str, lang: str) -> bytes | None:
        """A share over the published months, the oldest first; None for a name there is none
        of."""
        if name not in bulletins.SHARES:
            return None
        months = await self.database.read(publishing.made, ("month",), MONTHS)
        newest = months[0].id if months else 0
        if (name, lang, newest) not in self._drawn:
            self._drawn = {k: v for k, v in self._drawn.items() if k[2] == newest}
            bars = _bars(months[::-1], name, lang)
            self._drawn[name, lang, newest] = await asyncio.to_thread(chart.png, bars)
        return self._drawn[name, lang, newest]


def _bars(months: list[Bulletin], name: str, lang: str) -> Bars:
    shares = [one.share(name) for one in months]
    values = tuple(both[0] / both[1] if both else None for both in shares)
    labels = tuple(one.period.key for one in months) or ("—",)
    now = ((say(lang, "bulletin.now"), values or (None,)),)
    return Bars(say(lang, f"share.{name}"), labels, now, none=say(lang, "bulletin.none"))

"""The regulation as data: limits and reason codes with their articles."""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time and where it is written."""

    days: int
    """Calendar days; the first day isn't counted (Civil Code art. 201)."""
    article: str
    law: bool
    """False: a setting of the office, not to be presented as law."""
    duty: str = ""
    """`bureau` or `unit`: who must act."""


@dataclass(frozen=True, slots=True)
class Regulation:
    """One jurisdiction's rules."""

    id: str
    names: dict[str, str]
    clocks: dict[str, Limit]
    limits: dict[str, Limit]
    refusals: dict[str, str]
    """Reason code → article."""


@functools.cache
def regulation(id: str = "cn-2022") -> Regulation:
    """The rules with this name. Raises FileNotFoundError when there are none."""
    text = (resources.files(__name__) / f"{id}.toml").read_text("utf-8")
    raw = tomllib.loads(text)

    def limit(entry: dict[str, object]) -> Limit:
        return Limit(
            days=int(str(entry["days"])),
            article=str(entry["article"]),
            law=bool(entry["law"]),
            duty=str(entry.get("duty", "")),
        )

    return Regulation(
        id=raw["id"],
        names=raw["name"],
        clocks={name: limit(entry) for name, entry in raw["clock"].items()},
        limits={name: limit(entry) for name, entry in raw["limit"].items()},
        refusals={code: entry["article"] for code, entry in raw["refusal"].items()},
    )

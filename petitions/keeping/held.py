"""The fates of a column, and their reasons: in these words every column of `storage/tables/` says
its own fate, with the day it is made; a test holds that all do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """The fate of a column."""

    KEPT = "stays"
    """Says what happened, or how the office works; names nobody."""
    EMPTIED = "emptied"
    """Emptied when the case is anonymised."""
    DELETED = "deleted"
    """The row is deleted when the case is anonymised."""
    AGED = "by age"
    """Goes by a rule of its own, whatever becomes of cases."""


@dataclass(frozen=True, slots=True)
class Held:
    """A fate that some columns of a table share."""

    fate: Fate
    why: str
    mine: str = ""
    """The column that says whose it is (`person`, `chat`, `recipient`), where these columns are
    in the archive of everything held of a person; those of a case are in the case's folder."""


def stays(why: str, mine: str = "") -> Held:
    """It stays."""
    return Held(Fate.KEPT, why, mine)


def emptied(why: str, mine: str = "") -> Held:
    """It is emptied with the case."""
    return Held(Fate.EMPTIED, why, mine)


def deleted(why: str, mine: str = "") -> Held:
    """Its row is deleted with the case."""
    return Held(Fate.DELETED, why, mine)


def aged(why: str, mine: str = "") -> Held:
    """It goes by a rule of `retention.py`."""
    return Held(Fate.AGED, why, mine)

"""Everything that can go wrong, as the person concerned should hear it.

PetitionError                  every refusal a person reads; nothing was changed
├── BadAnswer                  the words or the file can't be the answer to this question
├── NotPossibleNow             the table has no such step for this case as it stands
├── NotYours                   another unit, another role, another person
│   ├── LoginFirst             somebody at a desk who hasn't said who they are
│   └── StepUp                 … or not within the last minutes, before something weighty
├── Changed                    somebody else acted first
├── Unknown                    no such case, unit, person, file (or none you may know of)
│   ├── FileGone               the bytes of an attachment can't be read
│   └── WrongSecret            a link or invitation that opens nothing; counted as a wrong try
├── StoreAway                  the store of attachments doesn't answer now; later it may
├── SlowDown                   too many wrong tries; says when to try again
├── BadCalendar                a list of days off can't be used; the old one stays
└── BadSetting                 a setting or a file of the office is wrong; said before the start
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from petitions.words import day, has, listed, name_in, say


class PetitionError(Exception):
    """A refusal with the sentence a person reads: a key of the catalogue and its values."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def sentence(self, lang: str) -> str:
        """The sentence to tell the person, in their language, with the next step."""
        return say(lang, self.key, **{k: _value(lang, v) for k, v in self.values.items()})


def _value(lang: str, value: Any) -> Any:
    """A value that every language writes in its own way."""
    if isinstance(value, date):
        return day(lang, value)
    if isinstance(value, PetitionError):
        return value.sentence(lang)
    if isinstance(value, Mapping):
        return name_in(lang, value)
    return listed(lang, value) if isinstance(value, tuple) else value


class BadAnswer(PetitionError):
    """The answer doesn't fit the question; the question stays open."""


class NotPossibleNow(PetitionError):
    """The step isn't in the table for this status.

    With `possible`, the codes of what can be done instead, it names them.
    """

    def sentence(self, lang: str) -> str:
        """The sentence to tell the person, and the steps that are possible now."""
        codes = self.values.get("possible", ())
        names = [say(lang, f"action.{code}") for code in codes if has(f"action.{code}")]
        said = super().sentence(lang)
        if not names:
            return said
        return said + say(lang, "bad.possible", actions=listed(lang, names))


class NotYours(PetitionError):
    """The case, the step or the button belongs to somebody else."""


class LoginFirst(NotYours):
    """Nobody works at this desk before they have said who they are."""


class StepUp(NotYours):
    """The step asked for needs a login of the last minutes; it may be asked for again then."""


class Changed(PetitionError):
    """The case moved on since the person last saw it."""


class Unknown(PetitionError):
    """There is no such thing, or none this person may know of."""


class WrongSecret(Unknown):
    """A link or an invitation opens nothing. All else is undone, a chat that was new included, but
    the try at this secret counts (`petitions.tries.buckets`)."""

    def __init__(self, key: str, secret: str) -> None:
        super().__init__(key)
        self.secret = secret


class FileGone(Unknown):
    """An attachment's bytes can't be read."""


class StoreAway(PetitionError):
    """The store of attachments doesn't answer, or has no room: try again later."""


class SlowDown(PetitionError):
    """Too many wrong tries. `secret`: the waiting begins with this one, so it counts although all
    else is undone."""

    def __init__(self, key: str, secret: str = "", **values: Any) -> None:
        super().__init__(key, **values)
        self.secret = secret


class BadCalendar(PetitionError):
    """A year's list of days off is unreadable, doubled or has a gap."""


class BadSetting(PetitionError):
    """A setting, or the office's file, is wrong."""


class NotYet(BadSetting):
    """The obstacle may pass by itself: a port that is taken, a folder that isn't mounted."""

"""Data to be let go, and when: one table. Nothing here is decided about anybody; only time counts.

How each rule is carried out stands in `storage/retention.py`; each column says itself what
becomes of it (`storage/tables/`); both are printed as `docs/retention.md`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from petitions.law.clocks import local_day
from petitions.law.units import Office


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is let go when its time is over."""

    name: str
    days: int
    """How long it is kept; 0: as long as the office file says for closed cases."""
    since: str
    """The event that the time is counted from."""
    goes: str
    """The data that is let go."""
    why: str


JUMP = timedelta(days=7)
"""A clock that is further ahead of the last tidying isn't believed until somebody confirms it."""
WARNED = timedelta(days=5)
"""How long before its end the owner of an unfinished petition is told, at least."""
RULES: tuple[Term, ...] = (
    Term("drafts", 30, "the last answer",
         "what was written into an unfinished form, citizens' and desks' alike, and files that "
         "only it held; an excerpt shown to the duty desk",
         "PIPL art. 19: no longer than needed. Whoever began a petition is told five days before"),
    Term("answers", 3, "the update", "stored answers to updates",
         "an update may come again; Telegram keeps them for a day"),
    Term("tries", 3, "the try", "wrong tries at codes and PINs",
         "the longest wait after them is a day"),
    Term("pins", 30, "the try", "wrong tries at the PIN of a case: its number and the time",
         "a PIN is short: whoever guesses for weeks must not begin anew each day"),
    Term("invitations", 3, "their end", "invitations to desks", "nobody can use them"),
    Term("asks", 3, "their end",
         "who opened an invitation to a desk, and what waited for a second person's yes",
         "the history of the staff says what came of it"),
    Term("said", 2, "the message", "the numbers of messages in chats of Telegram's; of those that "
         "held a secret, when the chat is left or forgotten",
         "until then they can be deleted where somebody may no longer read them"),
    Term("links", 3, "their end", "invitations into joint petitions", "nobody can use them"),
    Term("lines", 90, "the line",
         "lines of the page's chats, but for the newest of each, by which a page that is open "
         "goes on",
         "PIPL art. 19: what was filed and answered stands in the cases; a window for a review "
         "is shorter"),
    Term("visits", 365, "the first visit",
         "a session of the page and the lines of its chat; one that was ended, at once, or once "
         "whoever used it was told why",
         "the cookie lives for a year: after it nobody can open them"),
    Term("receptions", 365, "the day of the reception", "who booked a place, and what about",
         "what came of it stands in the case"),
    Term("cases", 0, "the last entry of a closed case",
         "everything that says who petitioned and what was written, by anybody: see below",
         "PIPL art. 19, 47; how long case files must be kept the petition regulation doesn't say, "
         "so the office sets it; unset: for ever"),
    Term("strangers", 365, "the last use",
         "the address of a chat from which no case is followed and where no officer sits, its "
         "PIN, its lines",
         "PIPL art. 47(1): not needed any more"),
)  # fmt: skip
DRAFTS, CASES = (next(r for r in RULES if r.name == name) for name in ("drafts", "cases"))


def before(rule: Term, office: Office, now: datetime) -> datetime | None:
    """The instant before which all has had its time; None: it is kept."""
    if rule.days:
        return now - timedelta(days=rule.days)
    if not office.keep_cases:
        return None
    day = _years(local_day(now, office.zone), -office.keep_cases)
    return datetime.combine(day, time(), office.zone).astimezone(UTC)


def jumped(tidied: datetime | None, now: datetime) -> bool:
    """Whether the clock is so far ahead of the last tidying that nothing is let go by it."""
    return tidied is not None and now - tidied > JUMP


def kept_until(office: Office, last: datetime) -> date | None:
    """The last day on which a case is kept whose last entry is of `last`; None: no end is set."""
    if not office.keep_cases:
        return None
    return _years(local_day(last, office.zone), office.keep_cases)


def _years(day: date, count: int) -> date:
    """The same day so many years on; the 28th for a 29th of February that isn't there."""
    try:
        return day.replace(year=day.year + count)
    except ValueError:
        return day.replace(year=day.year + count, day=28)

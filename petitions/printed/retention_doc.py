"""How long what is kept, as a document: `docs/retention.md` is what this prints, and a test keeps
it so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from petitions.keeping.held import Fate, Held
from petitions.keeping.retention import RULES, Term

HEAD = """# How long what is kept

Printed by `petition-bot retention --document` from `petitions/keeping/retention.py` and from what
every column of `storage/tables/` says of itself; don't edit it here. A column that doesn't say what
becomes of it isn't made.

## What the law says

- **Personal Information Protection Law (个人信息保护法)**: no longer than needed (art. 19); erasure
  when the purpose is reached or the person asks, and where a law demands keeping, nothing but
  storing until that time is over (art. 47); a copy for the person (art. 45).
- **The petition regulation (信访工作条例, 2022)** demands figures of every petition (art. 41) and
  names no time for which case files are kept.
- **The rules for office archives (机关文件材料归档范围和文书档案保管期限规定, order 8 of the
  National Archives Administration)** know *for ever*, 30 and 10 years (art. 6). Into which of
  these a petition falls isn't verified here: **ask your archive**, then set it.

So the time for closed cases is a setting of the office file, `[keeping] cases`, in years.
Unset, they are kept for ever, and nothing is anonymised by itself or by the command. Where a
file must be handed to an archive, do that before its time is over.

## The rules

The hourly tidying lets go of all this by itself, in small steps; `petition-bot retention` says
what is due now, and `--apply` does it at once. What failed or was stopped goes on the next
time.

A clock that jumps must not empty an office. The hourly tidying notes when it ran; where the clock
is more than seven days ahead of that, it lets nothing go, says `letting_go.clock_jumped` in the log
each hour, and `petition-bot retention` says so too. Set the clock right and it goes on by itself.
Where the clock is right, because the office was closed for long or a backup was restored,
`petition-bot retention --apply` confirms it. An office that starts fresh has no such note and
simply begins. Sessions of the page go by these rules alone; the cookie in the browser ends by the
browser's clock. Wrong tries that a clock noted while it was ahead don't count once it is right.

"""
CASES = """
A closed case's time begins anew with every entry of its history. It waits while a clock, a
task, a step of supervision, an appointment, a booking, a listing or a notice of it is open,
while a case it is handled beside goes on, and, where it was merged into another one, until that
one is anonymised. A case that was reopened isn't closed. Nothing of a case goes while somebody
who follows it is at their chat.

## What stays of an anonymised case

Number, dates, unit, kind, category, status, the history's entries with their digests and
commitments (`petition-bot history verify` holds), lines of the journal (`figures rebuild
--check` agrees), clocks and the numbers of documents. The last entry of the history is
`anonymise`.

The petitioner's number stands in the history's entries, whose digests cover it. When the last
case of a person is anonymised, whoever uses their chats gets a new number, and the old one
leads to nobody. Until then the office can still tell that two of their cases are one person's.

A case can't be brought back: whoever follows it sees it no more, number and query code open
nothing, and no action is possible in it.

## Not reached

- **Backups** hold what was there when they were made. Throw them away in time; after a restore
  run `petition-bot retention --apply` before anything else. What somebody had erased since that
  backup comes back with it, too: they have to be asked, or told.
- **Telegram** keeps its own copy of a chat; it is the person's, and the officer's, to delete.
- A line of the page that showed a case to an officer who only read it goes by its age, or with
  that desk's session.
- Minutes go with the last case of their agenda; suggestions to units stay: don't write names
  there.
- SQLite reuses the place of deleted rows by and by; what lies there is sealed.

## When a person asks

In the chat, `/privacy` › *download everything* and *erase what is held of me*. What goes, what
goes on and what must be kept until when is said before; a PIN is asked for where one is set.

- **Erased at once:** drafts with their files and voices, what the page's chat shows, stored
  answers, past bookings, settings of the chat, the consent.
- **Goes on:** matters that aren't ended and bookings that stand; the chat stays the way to
  their petitioner.
- **Only stored (art. 47):** closed cases whose time isn't over; not followed, shown or asked
  about any more; number and query code still open them.
- **Anonymised at once:** closed cases whose time is over.
- **Not touched:** an officer's desk.

## Every column

*stays*: says what happened and names nobody; *emptied*, *deleted*: when the case is anonymised;
*by age*: by a rule above. **✓**: in the archive of everything held of a person (what belongs to
a case is in that case's folder).

"""


Columns = Mapping[str, Sequence[tuple[Held, Sequence[str]]]]
"""Table → what becomes of its columns; those that share it together."""


def document(columns: Columns) -> str:
    """The whole document, in Markdown."""
    return "".join([HEAD, _rules(), CASES, _columns(columns)])


def _rules() -> str:
    lines = ["| rule | what is let go | after | since | why |", "|---|---|---|---|---|"]
    lines += [f"| `{r.name}` | {r.goes} | {_after(r)} | {r.since} | {r.why} |" for r in RULES]
    return "\n".join([*lines, ""])


def _after(rule: Term) -> str:
    return f"{rule.days} days" if rule.days else "`[keeping] cases`, in years"


def _columns(tables: Columns) -> str:
    lines = ["| table | columns | | why | |", "|---|---|---|---|---|"]
    for name, all_of_it in tables.items():
        for held, columns in all_of_it:
            named = ", ".join(f"`{column}`" for column in columns)
            fate = held.fate if held.fate is Fate.KEPT else f"**{held.fate}**"
            mine = "✓" if held.mine else ""
            lines.append(f"| {name} | {named} | {fate} | {held.why} | {mine} |")
    return "\n".join([*lines, ""])

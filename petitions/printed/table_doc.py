"""The table as a document: `docs/lifecycle.md` is what this prints, and a test keeps it so."""

from __future__ import annotations

from collections.abc import Iterable

from petitions.case import lifecycle
from petitions.case.parties import By
from petitions.case.rows import ALL, KEPT, LIVE, OPEN, Rule
from petitions.law.regulation import Law
from petitions.law.regulation.values import Regulation
from petitions.values.person import Audience
from petitions.values.petition import FINAL, Status
from petitions.words import say

HEAD = """# The procedure

Printed from the table in `petitions/case/lifecycle.py` and the rules in
`petitions/law/regulation/` by
`petition-bot lifecycle`; don't edit it here. The words in brackets are the codes.

Every row reads: in this status, this action, by these parties (and only when …) → the status
afterwards; the clocks it stops and starts; who is told; the document it issues. An action that
is not in a row for the case as it stands is refused, and what is possible is said.

## The states

"""
SETS = ((ALL, "any"), (KEPT, "any but withdrawn"), (LIVE, "any not ended"), (OPEN, "any open"))
"""Sets of statuses that rows name as a whole."""


def document(law: Law) -> str:
    """The whole document, in Markdown."""
    parts = [HEAD, _picture(), "\n## The statuses\n\n", _statuses(), "\n## The table\n\n"]
    parts += [_table(), "\n## The clocks\n", *(_edition(law, one) for one in law.editions)]
    return "".join(parts)


def _picture() -> str:
    """The states and the steps between them, as a Mermaid diagram."""
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> submitted: submit"]
    steps: dict[tuple[Status, Status], list[str]] = {}
    for rule in lifecycle.RULES:
        if rule.to is not None and rule.to is not Status.WITHDRAWN:
            for at in sorted(rule.at):
                steps.setdefault((at, rule.to), []).append(rule.action)
    for (at, to), actions in steps.items():
        lines.append(f"    {at} --> {to}: {', '.join(dict.fromkeys(actions))}")
    lines += [f"    {status} --> [*]" for status in Status if status in FINAL]
    lines.append("    note right of withdrawn: from any open status, and back")
    return "\n".join([*lines, "```", ""])


def _statuses() -> str:
    lines = ["| status | 中文 | English | ended |", "|---|---|---|---|"]
    lines += [
        f"| `{s}` | {say('zh', f'status.{s}')} | {say('en', f'status.{s}')} | "
        f"{'yes' if s in FINAL else ''} |"
        for s in Status
    ]
    return "\n".join([*lines, ""])


def _table() -> str:
    lines = [
        "| at | action | by | only when | → | stops | starts | tells | needs | document | seen by |"
        "\n|---|---|---|---|---|---|---|---|---|---|---|"
    ]
    lines += [_row(rule) for rule in lifecycle.RULES]
    return "\n".join([*lines, ""])


def _row(rule: Rule) -> str:
    cells = (
        _at(rule.at),
        f"`{rule.action}`",
        ", ".join(str(by) for by in By if by in rule.by),
        ((rule.when.__doc__ or "").strip().rstrip(".") if rule.when else ""),
        str(rule.to) if rule.to else "–",
        _listed("all" if c == "*" else c for c in rule.stops),
        _listed(rule.starts),
        _listed(t.replace(":", ": ") for t in rule.tells),
        _listed(rule.needs),
        _listed(filter(None, (rule.paper, rule.report))),
        "" if rule.audience is Audience.EVERYBODY else str(rule.audience),
    )
    return f"| {' | '.join(cells)} |"


def _at(statuses: frozenset[Status]) -> str:
    for whole, name in SETS:
        if statuses == whole:
            return name
    return ", ".join(str(s) for s in Status if s in statuses)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _edition(law: Law, rules: Regulation) -> str:
    """The clocks of one edition, and when it holds."""
    until = law.until(rules)
    end = f", until {until} begins" if until else ""
    return f"\n{rules.names['zh']} (`{rules.id}`), since {rules.since}{end}:\n\n{_clocks(rules)}"


def _clocks(rules: Regulation) -> str:
    lines = [
        "| clock | 中文 | length | whose | article | law |",
        "|---|---|---|---|---|---|",
    ]
    for name, limit in rules.clocks.items():
        length = str(limit.length) if limit.length else "a date set in the case"
        if limit.extension:
            length += f", once + {limit.extension}"
        if limit.pauses:
            length += f", stopped by {', '.join(limit.pauses)}"
        law = "yes" if limit.law else "no: a setting"
        what = say("zh", f"clock.{name}.what")
        lines.append(f"| `{name}` | {what} | {length} | {limit.duty} | {limit.article} | {law} |")
    return "\n".join([*lines, ""])

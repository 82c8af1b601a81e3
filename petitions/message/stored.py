"""Messages as they are kept: written as JSON, and read again."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from petitions.message import (
    SHAPES,
    Archive,
    Button,
    Chart,
    Event,
    FileRef,
    Letter,
    Message,
    Of,
    Page,
    Sheet,
    Table,
)

_UNSAID = {f.name: f.default for f in fields(Message)}
_ALWAYS = frozenset({"text", "rows", "files", "archive", "sheets"})
"""Fields of each message that an older program reads, where it runs beside this one."""
_encode = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False,
    default=lambda value: {name: getattr(value, name) for name in value.__slots__},
).encode  # fmt: skip


def to_json(messages: list[Message]) -> str:
    """Messages as text, to be stored with the update they answer."""
    return _encode([
        {name: held for name, unsaid in _UNSAID.items()
         if (held := getattr(message, name)) != unsaid or name in _ALWAYS}
        for message in messages
    ])  # fmt: skip


def from_json(text: str) -> list[Message]:
    """The stored messages again."""
    found = []
    for raw in json.loads(text):
        raw["rows"] = tuple(tuple(Button(**b) for b in row) for row in raw["rows"])
        raw["files"] = tuple(FileRef(**f) for f in raw["files"])
        raw["chart"] = _chart(raw["chart"]) if raw.get("chart") else None
        raw["table"] = _table(raw["table"]) if raw.get("table") else None
        raw["event"] = Event(**raw["event"]) if raw.get("event") else None
        raw["find"] = tuple(raw["find"]) if raw.get("find") else None
        raw["unsay"] = tuple(raw.get("unsay", ()))
        raw.pop("forget", None)  # an older program's
        raw["of"] = Of(**{name: _tuples(value) for name, value in raw.get("of", {}).items()})
        raw["notes"] = _tuples(raw.get("notes", []))
        menu = raw.get("menu")  # an older program kept whose it is: set with the next answer
        raw["menu"] = _tuples(menu) if isinstance(menu, list) else ()
        held = raw["archive"]  # an older program kept what was in it: not sent again
        raw["archive"] = Archive(**held) if isinstance(held, dict) else None
        raw["sheets"] = tuple(
            Sheet(**sheet | {"lines": tuple(sheet["lines"]), "letter": _letter(sheet)})
            for sheet in raw["sheets"]
        )
        found.append(Message(**raw))
    return found


def _tuples(value: Any) -> Any:
    """Lists as the tuples they were."""
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def _letter(raw: dict[str, Any]) -> Letter | None:
    held = raw.get("letter")
    return Letter(**{name: _tuples(value) for name, value in held.items()}) if held else None


def _chart(raw: dict[str, Any]) -> Chart:
    return SHAPES[raw["shape"]](**{name: _tuples(value) for name, value in raw.items()})


def _table(raw: dict[str, Any]) -> Table:
    pages = (Page(**{name: _tuples(v) for name, v in page.items()}) for page in raw["pages"])
    return Table(raw["name"], tuple(pages), raw["none"])

"""The history's hash chain: what happened can't be changed unseen, and can be forgotten.

Each entry's digest covers the one before and, for every text, only a salted commitment.
Erasing a text and its salt leaves the chain whole and the commitment meaningless.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Sequence
from datetime import UTC
from hashlib import sha256
from typing import Any

from petitions.values.petition import Entry

SALT_BYTES = 16


def new_salt() -> bytes:
    """A salt for one text."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(salt: bytes, body: str) -> bytes:
    """The hash that the chain holds of a text."""
    return sha256(salt + body.encode()).digest()


def digest(
    before: bytes, case: int, entry: Entry, commitments: Iterable[bytes], role: bool = True
) -> bytes:
    """The chained digest of an entry; `before` is that of the previous one (empty at first).
    `role`: with the actor's; earlier entries' digests hold none."""
    said = [str(entry.actor.role)] if role else []
    stated: dict[str, Any] = {
        "case": case,
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": [entry.actor.kind, entry.actor.id, entry.actor.unit, *said],
        "action": entry.action,
        "status": str(entry.status),
        "audience": str(entry.audience),
        "facts": entry.facts,
        "texts": [c.hex() for c in commitments],
    }
    raw = json.dumps(stated, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(before + raw.encode()).digest()


def follows(before: bytes, case: int, entry: Entry, commitments: Sequence[bytes]) -> bool:
    """Whether an entry is what its digest says, behind the one before."""
    return entry.digest in (
        digest(before, case, entry, commitments),
        digest(before, case, entry, commitments, role=False),
    )


def first_broken(case: int, chain: Iterable[tuple[Entry, list[bytes]]]) -> int | None:
    """The seq of the first entry that doesn't follow from the one before; None: whole."""
    before = b""
    for seq, (entry, commitments) in enumerate(chain, 1):
        if entry.seq != seq or not follows(before, case, entry, commitments):
            return entry.seq
        before = entry.digest
    return None

"""A signed receipt: a small file by which anybody can check, without asking the office, that a
petition was registered, when, and that its history still begins as it did.

It names nobody and holds no words of the petition.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from petitions.book import Book
from petitions.errors import BadAnswer
from petitions.law.units import Office
from petitions.values.petition import Petition
from petitions.words import DEFAULT

SAID = ("office", "number", "received_on", "registered_at", "history")
"""The fields that a receipt states; `history`: the digest of the case's first entry."""
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Signed:
    """A receipt as it was read."""

    said: dict[str, str]
    key: bytes
    """The public key it names; whoever checks must know that it is the office's."""
    signature: bytes

    @property
    def content(self) -> bytes:
        """The bytes that the signature is of."""
        return _content(self.said)


def _content(said: dict[str, str]) -> bytes:
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def write(book: Book, office: Office, petition: Petition) -> tuple[str, str]:
    """Name and text of a case's receipt."""
    first = book.history(petition.id)[0]
    said = {
        "office": office.name(DEFAULT), "number": petition.number,
        "received_on": petition.received_on.isoformat(),
        "registered_at": first.at.isoformat(timespec="seconds"), "history": first.digest.hex(),
    }  # fmt: skip
    key, signature = book.sign(_content(said))
    held = said | {"key": _text(key), "signature": _text(signature)}
    return f"{petition.number}.receipt.json", json.dumps(held, indent=1, ensure_ascii=False)


def compact(text: str) -> str:
    """The same receipt without blanks, for a QR code."""
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def read(text: str) -> Signed:
    """A receipt's file. Raises BadAnswer when it isn't one."""
    try:
        raw = json.loads(text[:LONGEST])
        said = {name: raw[name] for name in SAID}
        if not all(isinstance(value, str) for value in said.values()):
            raise ValueError
        _content(said)  # half characters can't be signed
        return Signed(said, base64.b64decode(raw["key"], validate=True),
                      base64.b64decode(raw["signature"], validate=True))  # fmt: skip
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise BadAnswer("bad.receipt_file") from None

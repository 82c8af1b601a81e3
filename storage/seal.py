"""Sealing: AES-GCM with a key id; the keys are never in the database (`keyfile.py`)."""

from __future__ import annotations

import contextlib
import copy
import hmac
import math
import os
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from time import monotonic
from typing import Generic, Protocol, TypeVar

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from petitions.errors import BadSetting

NONCE = 12
"""Bytes of the random nonce in front of each sealed text."""
ROW = 0
"""The first byte of cells that are bound to their row; no key has this number."""
LEVEL = 2
"""The level in the key file once all rows are as this program binds and stamps them: 1, each row
was bound and stamped; 2, also what stamps and tallies hold since then (`stamps.py`)."""
OWN = 0
"""Stands for the number of a key: the case's own."""
STAMP = 16
"""Bytes of a stamp's hash."""
TAG = 16
"""Bytes of the check sum behind it."""
PIECE = 256 * 1024
"""Bytes that are opened at once where a file is read piece by piece."""
LOOKS = 1.0
"""Seconds after which whoever seals looks whether the key file has changed."""
ALL_KNOW = 1.5 * LOOKS
"""Seconds after which no process seals with an older key any more."""


KEPT = 4096
"""Keys of cases that are remembered."""
K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The values that were asked for last, so many at most."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[K, V] = {}
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value that is remembered."""
        return self._held.get(key)

    def put(self, key: K, value: V) -> None:
        """Remember it; the oldest makes room."""
        with self._lock:
            self._held[key] = value
            while len(self._held) > self._most:
                del self._held[next(iter(self._held))]


class KeyRing:
    """The office's keys: the newest seals, all of them open.

    A sealed value is one byte of key id, the nonce, then the ciphertext. `place` (such as
    `petition.name`) is bound into it, so that a value moved elsewhere doesn't open. Cells of rows
    (`cells.py`) begin with `ROW`, and what makes the row that row is bound in.
    """

    def __init__(self, held: KeysHeld, source: KeySource | None = None) -> None:
        """`source`: where they are from; read again when it has changed."""
        if not held.keys:
            raise ValueError("no keys")
        self._source = source
        self._seen: tuple[int, ...] = ()
        self._look_at = monotonic() if source else math.inf
        self._looking = threading.Lock()
        self.cases = Kept[tuple[int, bytes], AESGCM](KEPT)
        """Keys of cases that were unwrapped lately, by the case and the wrapped key."""
        self._level = held.rows
        self._hold(held)

    def _hold(self, held: KeysHeld) -> None:
        # Each is set in one step: other threads seal and open meanwhile.
        keys = held.keys
        self._peppers = *held.older, held.pepper
        self._renewed = held.renewed
        ciphers = {id: AESGCM(key) for id, key in keys.items()}
        self._stamping = {id: hmac.digest(key, b"stamps", sha256) for id, key in keys.items()}
        self._keys = dict(keys)
        self._ciphers = ciphers
        self._sealing = max(keys), ciphers[max(keys)]

    def _look(self, at_once: bool = False) -> None:
        """Hold the keys of the file anew when it has changed. One that can't be read, or is of
        another office, changes nothing: what is held still opens all there is."""
        with self._looking:
            if self._source is None or (monotonic() < self._look_at and not at_once):
                return  # another thread has looked
            with contextlib.suppress(OSError, BadSetting):
                seen = self._source.changed(at_once)
                if seen != self._seen:
                    self._hold_anew(self._source.read())
                    self._seen = seen
            self._look_at = monotonic() + LOOKS

    def _hold_anew(self, held: KeysHeld) -> None:
        known = len(self._peppers)
        if (*held.older, held.pepper)[:known] == self._peppers:
            self._hold(held)
            self._level = max(self._level, held.rows)

    @property
    def _now(self) -> tuple[int, AESGCM]:
        """The key that seals now, at most `LOOKS` behind the file."""
        if monotonic() >= self._look_at:
            self._look()
        return self._sealing

    @property
    def strict(self) -> bool:
        """Whether every row was bound and stamped once, so that what isn't is a forgery."""
        return self._level > 0

    @property
    def level(self) -> int:
        """How far every row was bound and stamped once."""
        return self._level

    def look(self) -> None:
        """Look at once whether the key file has changed."""
        self._look(at_once=True)

    def lenient(self) -> KeyRing:
        """The same keys for what an older program kept."""
        ring = copy.copy(self)
        ring._source, ring._look_at, ring._level = None, math.inf, 0
        return ring

    @property
    def known(self) -> set[int]:
        """The numbers of its keys."""
        return set(self._ciphers)

    def hear_of(self, id: int) -> None:
        """Look for a key that somebody has begun to seal with."""
        if id and id not in self._ciphers:
            self._look(at_once=True)

    @property
    def _mixed_in(self) -> tuple[bytes, ...]:
        if monotonic() >= self._look_at:
            self._look()
        return self._peppers

    @property
    def pepper(self) -> bytes:
        """The newest."""
        return self._mixed_in[-1]

    @property
    def newest(self) -> bytes:
        """The first byte of values that the newest key has sealed."""
        return bytes([self._now[0]])

    @property
    def public(self) -> bytes:
        """The key that receipts signed now are checked with: no secret."""
        return _signer(self.pepper).public_key().public_bytes_raw()

    @property
    def earlier_public(self) -> list[tuple[bytes, date]]:
        """The keys that earlier receipts are checked with, and until when they were signed so."""
        return [
            (_signer(one).public_key().public_bytes_raw(), until)
            for one, until in zip(self._mixed_in[:-1], self._renewed, strict=True)
        ]

    def sign(self, content: bytes) -> bytes:
        """The office's signature (Ed25519)."""
        return _signer(self.pepper).sign(content)

    def seal(self, text: str, place: str) -> bytes:
        """Sealed bytes of a text; of the empty text: empty."""
        return self.seal_bytes(text.encode(), place) if text else b""

    def open(self, sealed: bytes, place: str) -> str:
        """The text again. Raises BadSetting when no key of the ring opens it."""
        return self.open_bytes(sealed, place).decode() if sealed else ""

    def seal_bytes(self, content: bytes, place: str, key: bytes = b"") -> bytes:
        """Sealed bytes of a file's content; `key`: the file's own."""
        id, cipher = (OWN, AESGCM(key)) if key else self._now
        nonce = os.urandom(NONCE)
        return bytes([id]) + nonce + cipher.encrypt(nonce, content, place.encode())

    def open_bytes(self, sealed: bytes, place: str, key: bytes = b"") -> bytes:
        """The content again. Raises BadSetting when neither its own key nor one of the ring opens
        it."""
        if not key and sealed and sealed[0] not in self._ciphers:
            self._look(at_once=True)  # another process has begun to seal with a new key
        try:
            cipher = AESGCM(key) if key else self._ciphers[sealed[0]]
            return cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], place.encode())
        except (KeyError, InvalidTag, IndexError, ValueError):
            raise BadSetting("bad.keys_wrong") from None

    def seal_cell(self, content: bytes, bound: bytes, key: AESGCM | None = None) -> bytes:
        """A cell of a row: `ROW`, the number of the office's key (`OWN`: `key`, the case's own),
        the nonce, the ciphertext."""
        id, cipher = (OWN, key) if key else self._now
        nonce = os.urandom(NONCE)
        return bytes([ROW, id]) + nonce + cipher.encrypt(nonce, content, bound)

    def open_cell(self, sealed: bytes, bound: bytes, key: AESGCM | None = None) -> bytes:
        """The content again. Raises BadSetting when it isn't of this row, or no key opens it."""
        try:
            if sealed[0] != ROW:
                raise ValueError("a cell that is bound to no row")
            id = sealed[1]
            if id != OWN and id not in self._ciphers:
                self._look(at_once=True)
            cipher = key if id == OWN else self._ciphers[id]
            if cipher is None:
                raise ValueError("a case without a key")
            return cipher.decrypt(sealed[2 : 2 + NONCE], sealed[2 + NONCE :], bound)
        except (KeyError, InvalidTag, IndexError, ValueError):
            raise BadSetting("bad.keys_wrong") from None

    def stamp(self, content: bytes) -> bytes:
        """The bytes that only a holder of the keys can put under a row: a key's number, and a hash
        keyed by it."""
        id = self._now[0]
        return bytes([id]) + hmac.digest(self._stamping[id], content, sha256)[:STAMP]

    def stamped(self, content: bytes, stamp: bytes) -> bool:
        """Whether it is the stamp of this content."""
        if not stamp:
            return False
        if stamp[0] not in self._stamping:
            self._look(at_once=True)
        key = self._stamping.get(stamp[0])
        return key is not None and hmac.compare_digest(
            hmac.digest(key, content, sha256)[:STAMP], stamp[1:]
        )

    def open_pieces(self, sealed: bytes, place: str, key: bytes = b"") -> Iterator[bytes]:
        """The content piece by piece, in no more memory than the sealed bytes. The whole is checked
        before the first piece is given. Raises as `open_bytes`."""
        if not key and sealed and sealed[0] not in self._keys:
            self._look(at_once=True)
        try:
            key = key or self._keys[sealed[0]]
            for _ in _pieces(key, sealed, place):
                pass
        except (KeyError, InvalidTag, IndexError, ValueError):
            raise BadSetting("bad.keys_wrong") from None
        return _pieces(key, sealed, place)

    def hash_code(self, content: bytes) -> bytes:
        """A hash keyed by the newest pepper, for what needn't outlive it."""
        return hmac.digest(self.pepper, content, sha256)

    def hashed_before(self, content: bytes, since: date) -> list[bytes]:
        """The same by the peppers that were renewed on a day or after it."""
        held = zip(self._mixed_in[:-1], self._renewed, strict=True)
        return [hmac.digest(one, content, sha256) for one, until in held if until >= since]

    def lasting(self, content: bytes) -> bytes:
        """A hash that stays, whatever is renewed: for what is sealed besides, or no secret."""
        return hmac.digest(self._mixed_in[0], content, sha256)

    def marks(self, content: bytes) -> list[bytes]:
        """A hash keyed by all peppers, one around the other, as the office keeps it now, and as it
        did before each renewal. Whoever knows an older pepper alone can try out nothing."""
        found: list[bytes] = []
        for level, pepper in enumerate(self._mixed_in):
            found.append(_around(pepper, found[-1] if found else content, level))
        return found[::-1]

    def mark(self, content: bytes) -> bytes:
        """The first of them."""
        return self.marks(content)[0]

    def is_mark(self, mark: bytes, content: bytes) -> bool:
        """Whether a mark, of whichever time, is this content's; in the same time for each."""
        return sum(hmac.compare_digest(one, mark) for one in self.marks(content)) > 0

    def renewed(self, mark: bytes) -> bytes:
        """A mark as the office keeps it now; what it is of needn't be known."""
        for level in range(_level_of(mark) + 1, len(self._mixed_in)):
            mark = _around(self._mixed_in[level], mark, level)
        return mark

    @classmethod
    def fresh(cls) -> KeyRing:
        """A ring with new keys, kept nowhere."""
        return cls(fresh())


HASH = 32
"""Bytes of a mark; behind them stands the number of times the pepper was renewed, if it was."""


def _around(pepper: bytes, content: bytes, level: int) -> bytes:
    return hmac.digest(pepper, content, sha256) + (bytes([level]) if level else b"")


def _level_of(mark: bytes) -> int:
    return mark[HASH] if len(mark) > HASH else 0


def _signer(pepper: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hmac.digest(pepper, b"receipts", sha256))


@dataclass(frozen=True, slots=True)
class KeysHeld:
    """The content of a key file."""

    keys: dict[int, bytes]
    pepper: bytes
    rows: int = LEVEL
    """How far every row was bound and stamped once (`LEVEL`): what isn't so far is a forgery."""
    older: tuple[bytes, ...] = ()
    """Peppers of before, the oldest first: what was hashed with them is hashed again with the newer
    ones, so that they alone are of no use."""
    renewed: tuple[date, ...] = ()
    """The day on which each of them was renewed."""


class KeySource(Protocol):
    """Where keys come from."""

    def read(self) -> KeysHeld:
        """The keys that are there now. Raises BadSetting."""
        ...

    def changed(self, at_once: bool) -> tuple[int, ...]:
        """Numbers that differ once the source has changed. Raises OSError."""
        ...


def fresh() -> KeysHeld:
    """New keys."""
    return KeysHeld({1: secrets.token_bytes(32)}, secrets.token_bytes(32))


def _pieces(key: bytes, sealed: bytes, place: str) -> Iterator[bytes]:
    """As AESGCM opens it, one piece after the other. Raises InvalidTag at the end."""
    nonce, tag = sealed[1 : 1 + NONCE], sealed[-TAG:]
    if len(sealed) < 1 + NONCE + TAG:
        raise ValueError("too short")
    opening = Cipher(algorithms.AES(key), modes.GCM(nonce, tag)).decryptor()
    opening.authenticate_additional_data(place.encode())
    end = len(sealed) - TAG
    with memoryview(sealed) as held:
        for start in range(1 + NONCE, end, PIECE):
            yield opening.update(held[start : min(start + PIECE, end)])
    opening.finalize()


def signed(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether an office with this public key signed it."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True

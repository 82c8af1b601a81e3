"""Sealing: AES-GCM with a key id, keys in a file outside the database."""

from __future__ import annotations

import base64
import contextlib
import copy
import hmac
import math
import os
import secrets
import threading
import tomllib
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Generic, TypeVar

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from petitions.errors import BadSetting, NotYet
from storage.own import make_folder

NONCE = 12
"""Bytes of the random nonce in front of each sealed text."""
ROW = 0
"""What cells begin with that are bound to their row; no key has this number."""
LEVEL = 2
"""What the key file says once all rows are as this program binds and stamps them: 1, each row was
bound and stamped; 2, also what stamps and tallies hold since then (`stamps.py`)."""
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
        """What is remembered."""
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

    def __init__(
        self, keys: dict[int, bytes], pepper: bytes, path: Path | None = None, level: int = LEVEL
    ) -> None:
        """`path`: the file they are from, which is read again when it has changed. `level`: how far
        all rows are bound and stamped (`LEVEL`); what isn't so far counts no more."""
        if not keys:
            raise ValueError("no keys")
        self._path = path
        self._seen: tuple[int, ...] = ()
        self._look_at = monotonic() if path else math.inf
        self._looking = threading.Lock()
        self.pepper = pepper
        self.cases = Kept[tuple[int, bytes], AESGCM](KEPT)
        """Keys of cases that were unwrapped lately, by the case and the wrapped key."""
        self._level = level
        self._hold(keys)

    def _hold(self, keys: dict[int, bytes]) -> None:
        # Each is set in one step: other threads seal and open meanwhile.
        ciphers = {id: AESGCM(key) for id, key in keys.items()}
        self._stamping = {id: hmac.digest(key, b"stamps", sha256) for id, key in keys.items()}
        self._keys = dict(keys)
        self._ciphers = ciphers
        self._sealing = max(keys), ciphers[max(keys)]

    def _look(self, at_once: bool = False) -> None:
        """Hold the keys of the file anew when it has changed. One that can't be read, or is of
        another office, changes nothing: what is held still opens all there is."""
        with self._looking:
            if self._path is None or (monotonic() < self._look_at and not at_once):
                return  # another thread has looked
            with contextlib.suppress(OSError, BadSetting):
                seen = _changed(self._path)
                if seen != self._seen:
                    self._hold_anew(self._path)
                    self._seen = seen
            self._look_at = monotonic() + LOOKS

    def _hold_anew(self, path: Path) -> None:
        held = _keys(path)
        if hmac.compare_digest(held.pepper, self.pepper):
            self._hold(held.keys)
            self._level = max(self._level, held.rows)

    @property
    def _now(self) -> tuple[int, AESGCM]:
        """What seals now, at most `LOOKS` behind the file."""
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
        ring._path, ring._look_at, ring._level = None, math.inf, 0
        return ring

    @property
    def known(self) -> set[int]:
        """The numbers of its keys."""
        return set(self._ciphers)

    @property
    def newest(self) -> bytes:
        """What values begin with that the newest key has sealed."""
        return bytes([self._now[0]])

    @property
    def _signer(self) -> Ed25519PrivateKey:
        # Of the pepper, which never changes: receipts hold as long as the office does.
        return Ed25519PrivateKey.from_private_bytes(self.hash_code(b"receipts"))

    @property
    def public(self) -> bytes:
        """What receipts are checked with: no secret."""
        return self._signer.public_key().public_bytes_raw()

    def sign(self, content: bytes) -> bytes:
        """The office's signature (Ed25519)."""
        return self._signer.sign(content)

    def seal(self, text: str, place: str) -> bytes:
        """Sealed bytes of a text; of the empty text: empty."""
        return self.seal_bytes(text.encode(), place) if text else b""

    def open(self, sealed: bytes, place: str) -> str:
        """The text again. Raises BadSetting when no key of the ring opens it."""
        return self.open_bytes(sealed, place).decode() if sealed else ""

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """Sealed bytes of a file's content."""
        id, cipher = self._now
        nonce = os.urandom(NONCE)
        return bytes([id]) + nonce + cipher.encrypt(nonce, content, place.encode())

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """The content again. Raises BadSetting when no key of the ring opens it."""
        if sealed and sealed[0] not in self._ciphers:
            self._look(at_once=True)  # another process has begun to seal with a new key
        try:
            cipher = self._ciphers[sealed[0]]
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
        """What only who has the keys can put under a row: a key's number, and a hash keyed by
        it."""
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

    def open_pieces(self, sealed: bytes, place: str) -> Iterator[bytes]:
        """The content piece by piece, in no more memory than the sealed bytes. The whole is checked
        before the first piece is given. Raises BadSetting when no key of the ring opens it."""
        if sealed and sealed[0] not in self._keys:
            self._look(at_once=True)
        try:
            for _ in _pieces(self._keys[sealed[0]], sealed, place):
                pass
        except (KeyError, InvalidTag, IndexError, ValueError):
            raise BadSetting("bad.keys_wrong") from None
        return _pieces(self._keys[sealed[0]], sealed, place)

    def hash_code(self, code: bytes) -> bytes:
        """A keyed hash, for query codes."""
        return hmac.digest(self.pepper, code, sha256)

    @classmethod
    def fresh(cls) -> KeyRing:
        """A ring with new keys, kept nowhere."""
        return cls({1: secrets.token_bytes(32)}, secrets.token_bytes(32))


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


def _changed(path: Path) -> tuple[int, ...]:
    """What differs once a file was written anew. It is opened for that: a folder on the network
    may answer from what it remembers otherwise."""
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
    return found.st_mtime_ns, found.st_size, found.st_ino


def signed(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether an office with this public key signed it."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def load_keys(path: Path) -> tuple[KeyRing, bool]:
    """The ring of a key file; makes the file if there is none (then the second value is
    True). Raises BadSetting when it can't be read or made."""
    try:
        if not path.exists():
            _make(path)
            return _read(path), True
        return _read(path), False
    except OSError as error:
        raise NotYet("bad.keys_file", path=path, why=error.strerror or error) from error


def _make(path: Path) -> None:
    make_folder(path.parent)
    fresh = Held({1: secrets.token_bytes(32)}, secrets.token_bytes(32), rows=LEVEL)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    _put(temporary, fresh.written())
    with contextlib.suppress(FileExistsError):  # another process was first: its keys count
        os.link(temporary, path)
    temporary.unlink()


def _put(path: Path, content: str) -> None:
    """Write a file for its owner alone, and have it on the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def add_key(path: Path, taken: Container[int] = ()) -> int:
    """A new key in the file, which seals from now on; gives its number, none that is `taken` by
    values of a key that was lost. Raises BadSetting."""
    held = _keys(path)
    id = next((n for n in range(max(held.keys) + 1, LAST + 1) if n not in taken), 0)
    if not id:
        raise BadSetting("bad.keys_full", path=path)
    _write(path, replace(held, keys=held.keys | {id: secrets.token_bytes(32)}))
    return id


def be_strict(path: Path) -> None:
    """Note that every row is bound and stamped. Raises BadSetting, OSError."""
    held = _keys(path)
    if held.rows < LEVEL:
        _write(path, replace(held, rows=LEVEL))


def may_drop(path: Path, id: int) -> None:
    """Raises BadSetting for a key there is none of, or the newest."""
    keys = _keys(path).keys
    if id not in keys or id == max(keys):
        raise BadSetting("bad.key_drop", id=id, known=", ".join(map(str, sorted(keys)[:-1])) or "—")


def drop_key(path: Path, id: int) -> bytes:
    """Take a key out of the file; gives it, for `put_back`. Raises BadSetting."""
    may_drop(path, id)
    held = _keys(path)
    _write(path, replace(held, keys={n: key for n, key in held.keys.items() if n != id}))
    return held.keys[id]


def put_back(path: Path, id: int, key: bytes) -> None:
    """A key that was taken out is in the file again. Raises BadSetting."""
    held = _keys(path)
    _write(path, replace(held, keys=held.keys | {id: key}))


LAST = 255
"""The highest number of a key: one byte in front of every value."""
ABOVE = (
    "# Without this file nothing that people wrote can be read again: keep a copy of it,\n"
    "# apart from the database and its backups.\n"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What a key file holds."""

    keys: dict[int, bytes]
    pepper: bytes
    rows: int = 0
    """How far every row was bound and stamped once: what isn't is a forgery."""

    def written(self) -> str:
        """The file's text."""
        lines = [f'pepper = "{base64.b64encode(self.pepper).decode()}"']
        lines += [f"rows = {self.rows}"] if self.rows else []
        lines += ["[key]"]
        lines += [f'{n} = "{base64.b64encode(k).decode()}"' for n, k in sorted(self.keys.items())]
        return ABOVE + "\n".join(lines) + "\n"


def _write(path: Path, held: Held) -> None:
    """The file is wholly the old one or wholly the new one, and its owner's alone."""
    temporary = path.with_name(f".{path.name}.new")
    _put(temporary, held.written())
    temporary.replace(path)


def _read(path: Path) -> KeyRing:
    held = _keys(path)
    return KeyRing(held.keys, held.pepper, path, held.rows)


def _level(said: object) -> int:
    """`true` is what an older program wrote for 1."""
    return int(said) if isinstance(said, int) else 0


def _keys(path: Path) -> Held:
    """Keys by their numbers, and the pepper. Raises BadSetting."""
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
        keys = {int(id): base64.b64decode(key, validate=True) for id, key in raw["key"].items()}
        pepper = base64.b64decode(raw["pepper"], validate=True)
        if not keys or not all(0 < id <= LAST and len(key) == 32 for id, key in keys.items()):
            raise ValueError("key ids 1-255, 32 bytes each")
        if len(pepper) != 32:
            raise ValueError("pepper: 32 bytes")
        return Held(keys, pepper, _level(raw.get("rows")))
    except OSError as error:
        raise NotYet("bad.keys_file", path=path, why=error.strerror or error) from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise BadSetting("bad.keys_file", path=path, why=error) from error

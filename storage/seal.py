"""Sealing: AES-GCM with a key id, keys in a file outside the database."""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
import tomllib
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from petitions.errors import BadSetting

NONCE = 12
"""Bytes of the random nonce in front of each sealed text."""


class KeyRing:
    """The office's keys: the newest seals, all of them open.

    A sealed value is one byte of key id, the nonce, then the ciphertext. `place` (such as
    `petition.name`) is bound into it, so that a value moved elsewhere doesn't open.
    """

    def __init__(self, keys: dict[int, bytes], pepper: bytes) -> None:
        if not keys:
            raise ValueError("no keys")
        self._ciphers = {id: AESGCM(key) for id, key in keys.items()}
        self._newest = max(keys)
        self.pepper = pepper

    def seal(self, text: str, place: str) -> bytes:
        """Sealed bytes of a text; of the empty text: empty."""
        return self.seal_bytes(text.encode(), place) if text else b""

    def open(self, sealed: bytes, place: str) -> str:
        """The text again. Raises BadSetting when no key of the ring opens it."""
        return self.open_bytes(sealed, place).decode() if sealed else ""

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """Sealed bytes of a file's content."""
        nonce = os.urandom(NONCE)
        body = self._ciphers[self._newest].encrypt(nonce, content, place.encode())
        return bytes([self._newest]) + nonce + body

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """The content again. Raises BadSetting when no key of the ring opens it."""
        try:
            cipher = self._ciphers[sealed[0]]
            return cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], place.encode())
        except (KeyError, InvalidTag, IndexError):
            raise BadSetting("bad.keys_wrong") from None

    def hash_code(self, code: bytes) -> bytes:
        """A keyed hash, for query codes."""
        return hmac.digest(self.pepper, code, sha256)

    @classmethod
    def fresh(cls) -> KeyRing:
        """A ring with new keys, kept nowhere."""
        return cls({1: secrets.token_bytes(32)}, secrets.token_bytes(32))


def load_keys(path: Path) -> tuple[KeyRing, bool]:
    """The ring of a key file; makes the file if there is none (then the second value is
    True). Raises BadSetting when it can't be read or made."""
    try:
        if not path.exists():
            _make(path)
            return _read(path), True
        return _read(path), False
    except OSError as error:
        raise BadSetting("bad.keys_file", path=path, why=error.strerror or error) from error


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        "# Without this file nothing that people wrote can be read again: keep a copy of it,",
        "# apart from the database and its backups.",
        f'pepper = "{base64.b64encode(secrets.token_bytes(32)).decode()}"',
        "[key]",
        f'1 = "{base64.b64encode(secrets.token_bytes(32)).decode()}"',
        "",
    ]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write("\n".join(lines))
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> KeyRing:
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        keys = {int(id): base64.b64decode(key, validate=True) for id, key in raw["key"].items()}
        pepper = base64.b64decode(raw["pepper"], validate=True)
        if not all(0 < id < 256 and len(key) == 32 for id, key in keys.items()):
            raise ValueError("key ids 1-255, 32 bytes each")
        return KeyRing(keys, pepper)
    except (KeyError, ValueError, AttributeError, binascii.Error, tomllib.TOMLDecodeError) as error:
        raise BadSetting("bad.keys_file", path=path, why=error) from error

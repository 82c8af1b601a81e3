"""A passkey made of software, which signs whatever challenge a test gives it."""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import bytes_to_base64url as text

PROVED = 0x01 | 0x04
"""Somebody was there, and proved who they are."""
HOLDS_KEY = 0x40


class SoftKey:
    """One passkey of one site."""

    def __init__(self, host: str, origin: str) -> None:
        self.site, self.origin = hashlib.sha256(host.encode()).digest(), origin
        self.id = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count = 0

    def made(self, challenge: str) -> str:
        """What a browser answers that has made it (`challenge` in base64url)."""
        at = self.key.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (at.x, at.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        held = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        attested = {"fmt": "none", "attStmt": {}, "authData": self._data(HOLDS_KEY) + held}
        said = self._said("webauthn.create", challenge)
        return self._answer(said, attestationObject=text(cbor2.dumps(attested)))

    def signed(self, challenge: str) -> str:
        """What a browser answers that has used it."""
        self.count += 1
        said, data = self._said("webauthn.get", challenge), self._data()
        proof = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(SHA256()))
        return self._answer(said, authenticatorData=text(data), signature=text(proof))

    def _said(self, what: str, challenge: str) -> bytes:
        return json.dumps({"type": what, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, more: int = 0) -> bytes:
        return self.site + bytes([PROVED | more]) + self.count.to_bytes(4, "big")

    def _answer(self, said: bytes, **more: Any) -> str:
        response = {"clientDataJSON": text(said), **more}
        id = text(self.id)
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": response})

"""Passkeys (WebAuthn): what a browser is asked for, and whether its answer holds.

`webauthn` is imported when it is first needed: it takes a fifth of a second.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from petitions.errors import BadAnswer
from petitions.values.login import Secret

MOST = 5
"""Passkeys of one login."""
STEPS = frozenset({"make", "made", "key", "signed"})
"""Steps of a login that need the library."""
CoseKey = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Site:
    """The page as browsers know it: a passkey made here answers to nobody else."""

    id: str
    """The host (RP id)."""
    origin: str


def site_of(url: str) -> Site | None:
    """Where passkeys work: at an address people reach over HTTPS, or on this very machine."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    numbered = host.replace(".", "").isdecimal() or ":" in host
    if not host or numbered or not (parts.scheme == "https" or host == "localhost"):
        return None
    usual = port in (None, {"https": 443, "http": 80}.get(parts.scheme))
    return Site(host, f"{parts.scheme}://{host}" + ("" if usual else f":{port}"))


def load() -> None:
    """Have the library at hand."""
    import webauthn as webauthn


def to_make(site: Site, secret: Secret, chat: int, name: str, office: str) -> Any:
    """Options for the browser to make a passkey; notes the challenge that it is to sign."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    wanted = AuthenticatorSelectionCriteria(
        resident_key=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=site.id, rp_name=office, user_name=name, user_id=f"desk-{chat}".encode(),
        authenticator_selection=wanted, exclude_credentials=_known(secret),
    )  # fmt: skip
    secret.asked = bytes_to_base64url(options.challenge)
    return json.loads(webauthn.options_to_json(options))


def to_sign(site: Site, secret: Secret) -> Any:
    """Options for the browser to use one; notes the challenge that it is to sign."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=site.id, allow_credentials=_known(secret),
        user_verification=UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    secret.asked = bytes_to_base64url(options.challenge)
    return json.loads(webauthn.options_to_json(options))


def _known(secret: Secret) -> list[Any]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    return [PublicKeyCredentialDescriptor(base64url_to_bytes(str(k["id"]))) for k in secret.keys]


def made(site: Site, answer: str, asked: str) -> CoseKey:
    """The passkey a browser has made. Raises BadAnswer for an answer that doesn't hold."""
    import webauthn
    from webauthn.helpers import bytes_to_base64url

    try:
        found = webauthn.verify_registration_response(
            credential=_read(answer), expected_challenge=_challenge(asked),
            expected_rp_id=site.id, expected_origin=site.origin, require_user_verification=True,
        )  # fmt: skip
    except Exception as error:  # whatever a forged answer runs into, it doesn't hold
        raise BadAnswer("bad.login_key") from error
    id, key = found.credential_id, found.credential_public_key
    return {"id": bytes_to_base64url(id), "key": bytes_to_base64url(key), "count": found.sign_count}


def signed(site: Site, answer: str, asked: str, keys: list[CoseKey]) -> bool:
    """Whether one of these has signed what was asked; its count is noted: one that goes back was
    copied."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes

    try:
        read = _read(answer)
        mine = next(key for key in keys if key["id"] == read["id"])
        found = webauthn.verify_authentication_response(
            credential=read, expected_challenge=_challenge(asked),
            expected_rp_id=site.id, expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(str(mine["key"])),
            credential_current_sign_count=int(mine["count"]), require_user_verification=True,
        )  # fmt: skip
    except Exception:
        return False
    mine["count"] = found.new_sign_count
    return True


def _challenge(asked: str) -> bytes:
    """The challenge that was to be signed. Where nothing was asked, or too long ago, no answer
    holds: also not one that has signed nothing."""
    from webauthn.helpers import base64url_to_bytes

    if not asked:
        raise ValueError("nothing was asked")
    return base64url_to_bytes(asked)


def _read(answer: str) -> dict[str, Any]:
    read = json.loads(answer)
    if not isinstance(read, dict):
        raise ValueError("no credential")
    return read

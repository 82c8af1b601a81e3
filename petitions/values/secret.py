"""Whether a text holds what nobody else is to read: a case number with its code, or an identity
number. A PIN is known by the question it answers.
"""

from __future__ import annotations

import re

from petitions.errors import BadAnswer
from petitions.values import checks, codes

_CODE = re.compile(
    rf"(?<![0-9A-Z])[{codes.ALPHABET}]{{5}}[- ]?[{codes.ALPHABET}]{{5}}(?![0-9A-Z-])"
)
_CARD = re.compile(r"(?<![0-9])[1-9][0-9]{5} ?[0-9]{8} ?[0-9]{3}[0-9X](?![0-9X])")


def is_secret(text: str) -> bool:
    """Whether a text holds one of them."""
    plain = codes.to_ascii(text).upper()
    if any(_is_card(found[0]) for found in _CARD.finditer(plain)):
        return True
    # A number is taken out first: its serial may look like a half of a code.
    rest, numbers = codes.NUMBER.subn(" ", plain)
    return numbers > 0 and _CODE.search(rest) is not None


def _is_card(text: str) -> bool:
    try:
        return bool(checks.id_number(text))
    except BadAnswer:
        return False

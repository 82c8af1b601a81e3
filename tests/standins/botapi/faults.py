"""How calls are made to fail."""

from __future__ import annotations

from dataclasses import dataclass

from standins.botapi.common import Refused

ERRORS = {
    "500": (500, "Internal Server Error"),
    "502": (502, "Bad Gateway"),
    "blocked": (403, "Forbidden: bot was blocked by the user"),
    "deactivated": (403, "Forbidden: user is deactivated"),
    "not_found": (400, "Bad Request: chat not found"),
    "no_rights": (400, "Bad Request: not enough rights to send text messages to the chat"),
    "migrated": (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    "unauthorized": (401, "Unauthorized"),
    "conflict": (409, "Conflict: terminated by other getUpdates request"),
    "wrong_file": (400, "Bad Request: wrong file identifier/HTTP URL specified"),
    "no_voices": (400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"),
    "too_large": (413, "Request Entity Too Large"),
}


@dataclass(slots=True)
class Fault:
    """Something that goes wrong the next `times` times (-1: for good) a call fits."""

    method: str
    """A method's name, `*` for any but getUpdates, `download` for the fetching of files."""
    chat_id: int | None
    kind: str
    times: int
    retry_after: int
    """Seconds, for kind `429`."""
    seconds: float
    """How late the answer is, for kind `late`."""

    def fits(self, method: str, chat_id: int | None) -> bool:
        named = self.method == method or (self.method == "*" and method != "getUpdates")
        return named and self.times != 0 and self.chat_id in (None, chat_id)

    def refusal(self) -> Refused | None:
        """The error to answer with; None when the call is carried out."""
        if self.kind == "429":
            after = self.retry_after
            return Refused(429, f"Too Many Requests: retry after {after}", retry_after=after)
        if self.kind == "migrated":
            return Refused(*ERRORS[self.kind], migrate_to_chat_id=-1_000_000_000_001)
        return Refused(*ERRORS[self.kind]) if self.kind in ERRORS else None

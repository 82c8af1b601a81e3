"""What somebody in a chat sees of buttons, whatever the channel."""

from __future__ import annotations

from typing import Any, Protocol


class Someone(Protocol):
    """A person in a chat, whatever the channel."""

    async def say(self, text: str) -> str:
        """Send a text; gives all that was said in answer."""
        ...

    async def press(self, label: str) -> str:
        """Press the newest button with this label (or label part); gives the answer."""
        ...

    async def expect(self, text: str) -> str:
        """Wait until the office has said something with this in it; gives that message."""
        ...

    def buttons(self) -> list[str]:
        """Labels of all buttons shown now, newest message last."""
        ...


MORE = ("更多步骤", "More steps")
"""Where a case's rarer steps are."""


def more(label: str, messages: list[list[str]]) -> str:
    """The button behind which a label must be: that of the newest message which has either;
    empty where the label itself is shown later."""
    for labels in reversed(messages):
        if any(label in b for b in labels):
            return ""
        for b in labels:
            if b.startswith(MORE):
                return b
    return ""


def best(label: str, shown: list[str]) -> str:
    """The newest button that is, begins with, or holds this label."""
    found = (
        [b for b in shown if b == label]
        or [b for b in shown if b.startswith(label)]
        or [b for b in shown if label in b]
    )
    assert found, f"no button {label!r}; shown: {shown[-12:]}"
    return found[-1]


def _labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [b["text"] for row in rows for b in row]


ASKED = "查看是为了什么"
"""What an officer without a duty in a case is asked before it is opened."""


async def with_reason(person: Any, said: str) -> str:
    """What somebody hears; an officer who is asked what they look for says it at once, unless a
    test is about that (`silent`)."""
    if ASKED not in said or "您的查看会记录下来" not in said or person.silent:
        return said
    await person.press("检查办理质量")
    return str(await person.say("按计划检查办理质量"))


class Refused(Exception):
    """The page's server said no."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body

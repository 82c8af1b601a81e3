"""How much a person has to read: the filing conversation and its receipt, message by message with
the buttons under it, as the page shows them.

Run: PYTHONPATH=tests python -m runs.reading [zh|en] [--show]
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from people import FILING, town


def shown(person: Any) -> Iterator[str]:
    """Each message of the office with the buttons under it, the oldest first."""
    for line in person._said():
        labels = [b["text"] for row in line["buttons"] for b in row]
        yield "\n".join(filter(None, [line["text"], " ".join(f"[{b}]" for b in labels)]))


def length(texts: list[str], *own: str) -> int:
    """Characters that are read: without blanks, the frames of buttons, and what one wrote
    oneself."""
    whole = "\n".join(texts)
    for words in own:
        whole = whole.replace(words, "")
    return sum(not c.isspace() and c not in "[]" for c in whole)


async def file_by_hand(person: Any, agree: str, nobody: str, submit: str) -> list[str]:
    """From the button under the greeting to the receipt; gives every message as it was first
    shown, in the order in which it was read, the receipt last."""
    read: dict[Any, str] = {}

    def look() -> None:
        for line, text in zip(person._said(), shown(person), strict=True):
            read.setdefault(line["id"], text)

    await person.say("/new")
    before = {line["id"] for line in person._said()} - {max(x["id"] for x in person._said())}
    look()
    await person.press(agree)
    look()
    for words in FILING.values():
        await person.say(words)
        look()
    await person.press(nobody)
    look()
    await person.press(submit)
    look()
    return [text for id, text in sorted(read.items()) if id not in before]


LABELS = {
    "zh": ("同意，开始", "没有", "提交"),
    "en": ("I agree, begin", "Nobody", "Submit"),
}
"""Language → the buttons by which one agrees, keeps it from nobody, and files."""


async def measure(lang: str) -> tuple[list[str], str]:
    """The messages of a filing on the page, and its receipt."""
    with tempfile.TemporaryDirectory() as folder:
        async with town(Path(folder), telegram=False) as here:
            person = await here.citizen("web", lang)
            return parted(await file_by_hand(person, *LABELS[lang]))


def parted(read: list[str]) -> tuple[list[str], str]:
    """The conversation, and the receipt: the first message with a query code."""
    at = next(i for i, text in enumerate(read) if "查询码" in text or "uery code" in text)
    return read[:at], read[at]


def main() -> None:
    """Print how much is read."""
    lang = next((a for a in sys.argv[1:] if a in LABELS), "zh")
    conversation, receipt = asyncio.run(measure(lang))
    if "--show" in sys.argv:
        print("\n\n".join([*conversation, receipt]))
    print(f"filing conversation: {length(conversation, *FILING.values())} characters with its "
          f"buttons, in {len(conversation)} messages")  # fmt: skip
    text = "\n".join(line for line in receipt.split("\n") if not line.startswith("["))
    print(f"receipt: {length([text])} characters, {length([receipt])} with its buttons")


if __name__ == "__main__":
    main()

"""The parts of the catalogues that are made by rule: flags and comments of {values}, and zh_Hant.

`make words` runs it. A sentence of zh_Hant is made anew when the Chinese one it was made from
changed, which the number in its comment tells; one that was mended by hand stays until then.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

WORDS = Path(__file__).parent.parent / "petitions" / "words"
FROM, TO = "zh", "zh_Hant"
RULES = "s2tw"
"""OpenCC's characters as Taiwan writes them, which Hong Kong reads; words stay what they are: the
law's own terms aren't another place's."""
MENDED = Path(__file__).with_name("zh_hant.txt")
VALUES = Path(__file__).with_name("values.txt")
FLAG = "#, python-brace-format"
KEY = re.compile(r'^msgid "([^"]+)"', re.M)


def blocks(path: Path) -> Iterator[str]:
    """A file's messages with their comments; the head first."""
    yield from path.read_text("utf-8").rstrip("\n").split("\n\n")


def meanings() -> list[tuple[str, str, str]]:
    """Beginning of a key, value, what it means."""
    lines = VALUES.read_text("utf-8").splitlines()
    return [(*line.split(None, 2),) for line in lines if not line.startswith("#")]  # type: ignore[misc]


def annotated(block: str) -> str:
    """A message with the flag exactly if its sentence has values, and with what they mean."""
    found = KEY.search(block)
    if found is None:
        return block
    lines = [line for line in block.split("\n") if line != FLAG and not line.startswith("#. {")]
    said = "".join(line for line in lines if line.startswith(("msgstr", '"')))
    names = re.findall(r"(?<!\{)\{(\w+)", said)
    known = {name: text for start, name, text in meanings()
             if start == "*" or found[1].startswith(start)}  # fmt: skip
    at = next(i for i, line in enumerate(lines) if not line.startswith("#"))
    told = [f"#. {{{name}}}: {known[name]}" for name in dict.fromkeys(names) if name in known]
    return "\n".join([*lines[:at], *told, *([FLAG] if names else []), *lines[at:]])


def mark(block: str) -> str:
    """Which Chinese sentence a message was made from."""
    said = "\n".join(line for line in block.split("\n") if not line.startswith("#"))
    return f"#. {FROM} {zlib.crc32(said.encode()):08x}"


def converted(text: str, convert: object) -> str:
    """A text in the other characters."""
    text = convert.convert(text)  # type: ignore[attr-defined]
    for line in MENDED.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            text = text.replace(*line.split(" "))
    return text


def made(block: str, before: dict[str, str], convert: object) -> str:
    """One message of the other language; the one there is, if it was made from this sentence."""
    key = KEY.search(block)
    if key is None:
        return block.replace("Language: zh_CN", "Language: zh_Hant")
    old = before.get(key[1], "")
    if mark(block) in old.split("\n"):
        return annotated(old)
    return mark(block) + "\n" + converted(block, convert)


def main() -> None:
    """Write what has changed."""
    import opencc

    convert = opencc.OpenCC(RULES)
    for path in sorted(WORDS.glob("*/*.po")):
        path.write_text("\n\n".join(map(annotated, blocks(path))) + "\n", "utf-8")
    (WORDS / TO).mkdir(exist_ok=True)
    for path in sorted((WORDS / FROM).glob("*.po")):
        to = WORDS / TO / path.name
        before = {KEY.search(b)[1]: b for b in blocks(to) if KEY.search(b)} if to.exists() else {}  # type: ignore[index]
        made_now = [made(block, before, convert) for block in blocks(path)]
        to.write_text("\n\n".join(made_now) + "\n", "utf-8")


if __name__ == "__main__":
    main()

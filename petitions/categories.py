from dataclasses import dataclass


@dataclass(frozen=True)
class Category:
    id: str
    zh: str
    en: str
    parent: str = ""
    aliases: tuple[str, ...] = ()


_A = [
    Category("02", "城乡建设", "Construction"),
    Category("0205", "住房保障与房地产", "Housing", "02"),
]


def level1():
    return [c for c in _A if not c.parent]


def level2(p):
    return [c for c in _A if c.parent == p]


def find(id):
    return next((c for c in _A if c.id == id), None)


def suggest(text, n=3):
    return [_A[1]]

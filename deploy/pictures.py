"""Small pictures of printed papers: python deploy/pictures.py FOLDER_OF_PDFS FOLDER.

Runs in an environment of its own (`make papers`), which has pypdfium2 and Pillow.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pypdfium2
from PIL import Image

WIDE = 330
"""Pixels of a page."""


def main(folder: Path, into: Path) -> None:
    """The first two pages of each, side by side."""
    into.mkdir(parents=True, exist_ok=True)
    for file in sorted(folder.glob("*.pdf")):
        document = pypdfium2.PdfDocument(file)
        pages = [document[n].render(scale=3 * WIDE / document[n].get_width()).to_pil()
                 for n in range(min(2, len(document)))]  # fmt: skip
        small = [page.resize((WIDE, page.height * WIDE // page.width), Image.Resampling.LANCZOS)
                 for page in pages]  # fmt: skip
        both = Image.new("RGB", (len(small) * (WIDE + 6) - 6, small[0].height), "#ccc")
        for n, page in enumerate(small):
            both.paste(page, (n * (WIDE + 6), 0))
        both.quantize(32).save(into / f"{file.stem}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

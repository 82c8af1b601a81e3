"""Pictures as a page shows them: painted anew by us, small, never the bytes that somebody sent."""

from __future__ import annotations

import io

SIDES = {"1": 1280, "2": 2560}
"""Pixels of the longer side: beside the words, and in a window of its own."""
MOST = 50_000_000
"""Pixels of a JPEG that is painted: it is read at a fraction of its size."""
MOST_WHOLE = 25_000_000
"""The same of other kinds, which must be read whole: 100 MB."""
FINE = 85
"""The quality of a JPEG."""


def shrunk(content: bytes, side: int) -> tuple[str, bytes] | None:
    """The picture with `side` pixels at most: its media type and bytes. None where it has too many
    pixels by its own account, which is read first, or can't be painted."""
    from PIL import Image, ImageOps  # with the first picture

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "GIF", "WEBP")) as held:
            photo = held.format in ("JPEG", "MPO")
            if held.width * held.height > (MOST if photo else MOST_WHOLE):
                return None
            if photo:
                held.draft("RGB", (side, side))
            picture = held.convert("RGB" if photo else "RGBA")
            picture.thumbnail((side, side))
            picture.getexif().update(held.getexif())
            upright, out = ImageOps.exif_transpose(picture), io.BytesIO()
            for name in ("exif", "icc_profile", "xmp"):
                upright.info.pop(name, None)
            upright.save(out, "JPEG" if photo else "PNG", quality=FINE)
    except Exception:  # anybody may have made it, and the library raises nearly anything
        return None
    return f"image/{'jpeg' if photo else 'png'}", out.getvalue()

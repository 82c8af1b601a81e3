"""The name of a file: with the ending of what it is, and no other in front of it."""

from __future__ import annotations

ENDINGS: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "image/heic": ("heic", "heif"),
    "image/heif": ("heif", "heic"),
    "image/avif": ("avif",),
    "image/bmp": ("bmp", "dib"),
    "image/tiff": ("tif", "tiff"),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a", "mp4"),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
    "audio/x-wav": ("wav",),
    "audio/wav": ("wav",),
    "audio/x-flac": ("flac",),
    "audio/webm": ("webm", "weba"),
    "video/mp4": ("mp4", "m4v"),
    "video/quicktime": ("mov", "qt"),
    "video/webm": ("webm",),
    "video/3gpp": ("3gp",),
    "video/x-matroska": ("mkv",),
    "video/x-msvideo": ("avi",),
    "video/mpeg": ("mpg", "mpeg"),
    "application/pdf": ("pdf",),
    "application/rtf": ("rtf",),
    "application/msword": ("doc", "wps", "xls", "et", "ppt", "dps"),
    "application/zip": ("zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "ofd", "epub"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "text/plain": ("txt", "csv", "tsv", "md", "log", "json", "srt", "vcf", "ics", "eml"),
}
"""Kind of a file → its endings, the usual first. Several kinds look alike inside: old Office
files, all that is a ZIP, all that is text."""
KNOWN = frozenset(ending for endings in ENDINGS.values() for ending in endings)


def named(name: str, mime: str) -> str:
    """A name with the ending of what the file is: `photo.jpg` that is a PNG is `photo.png`, and
    `contract.pdf.jpg` that is a JPEG `contract.jpg`. Of kinds not in the table it stays."""
    fits = ENDINGS.get(mime, ())
    if not fits:
        return name
    stem, last = name, ""
    while (parts := stem.rpartition("."))[1] and parts[2].strip().lower() in KNOWN:
        stem, last = parts[0].rstrip(". "), last or parts[2].strip()
    return f"{stem or 'file'}.{last if last.lower() in fits else fits[0]}"

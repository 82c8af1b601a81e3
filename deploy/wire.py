"""Writes what goes over the page's wire as TypeScript knows it, of the models by which requests are
read and answers are described: `webchat/types/wire.d.ts`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from webchat import pages
from webchat.description import described

FILE = Path(__file__).parent.parent / "webchat" / "types" / "wire.d.ts"
HEAD = "/* What goes over the wire: written by deploy/wire.py of the models, never by hand. */\n"
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean",
         "null": "null"}  # fmt: skip
assert pages.PARTS  # whose routes are described


def kind(schema: Any) -> str:
    """A schema as a type."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    named = schema.get("type", "")
    if isinstance(named, list):
        return " | ".join(PLAIN[one] for one in named)
    if named == "array" and "prefixItems" in schema:
        return f"[{', '.join(kind(one) for one in schema['prefixItems'])}]"
    if named == "array":
        return f"Array<{kind(schema['items'])}>"
    if named == "object" and "properties" not in schema:
        return f"Record<string, {kind(schema.get('additionalProperties', {}))}>"
    return PLAIN.get(named, "any")


def shape(name: str, schema: Any) -> str:
    """A named shape as an interface."""
    fields = [
        f"  {field}{'' if field in schema.get('required', ()) else '?'}: {kind(one)};"
        for field, one in schema["properties"].items()
    ]
    return "\n".join(
        [f"/* {schema['description']} */", f"export interface {name} {{", *fields, "}"]
    )


def wire() -> str:
    """All shapes."""
    shapes = described()["components"]["schemas"]
    return HEAD + "\n" + "\n\n".join(shape(name, one) for name, one in shapes.items()) + "\n"


if __name__ == "__main__":
    FILE.write_text(wire(), "utf-8")

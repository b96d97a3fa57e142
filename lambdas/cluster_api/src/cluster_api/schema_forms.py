"""The forms that JSON schemas are made of."""

from collections.abc import Collection

from cluster_api.model import Json


def object_of(properties: dict[str, Json], *, optional: Collection[str] = ()) -> dict[str, Json]:
    """An object with just these properties, all of them required but the optional ones."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def text(description: str = "") -> dict[str, Json]:
    """A text."""
    return {"type": "string", "description": description} if description else {"type": "string"}


def maybe(description: str) -> dict[str, Json]:
    """A text or null."""
    return {"type": ["string", "null"], "description": description}


def moment(description: str) -> dict[str, Json]:
    """A moment or null."""
    return {"type": ["string", "null"], "format": "date-time", "description": description}


def list_of(of: str, description: str = "") -> dict[str, Json]:
    """A list of what a schema describes."""
    items: dict[str, Json] = {"type": "array", "items": reference(of)}
    return items | {"description": description} if description else items


def count(least: int = 1) -> dict[str, Json]:
    """A whole number."""
    return {"type": "integer", "minimum": least}


def words(*words: str) -> dict[str, Json]:
    """One of these words."""
    return {"type": "string", "enum": list(words)}


def reference(name: str) -> dict[str, Json]:
    """A reference to one of these schemas, as the document has them."""
    return {"$ref": f"#/components/schemas/{name}"}

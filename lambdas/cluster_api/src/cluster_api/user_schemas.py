"""The JSON schema of the users that POST is given."""

from cluster_api import reserved_names
from cluster_api.model import Json
from cluster_api.more_users import (
    KEY_PATTERN,
    LEAST_UID,
    MOST_UID,
    MOST_USERS,
    NAME_PATTERN,
)
from cluster_api.schema_forms import object_of

_USER = object_of(
    {
        "name": {
            "type": "string",
            "pattern": NAME_PATTERN,
            "not": {
                "anyOf": [{"enum": list(reserved_names.NAMES)}, {"pattern": reserved_names.PATTERN}]
            },
            "description": "No other user has it.",
        },
        "uid": {
            "type": "integer",
            "minimum": LEAST_UID,
            "maximum": MOST_UID,
            "description": "That of the user's group too; no other user has it.",
        },
        "public_key": {
            "type": "string",
            "pattern": KEY_PATTERN,
            "description": "Of type Ed25519, as ssh-keygen writes it; a comment is dropped.",
        },
    }
)

USERS_SCHEMA: dict[str, Json] = {"type": "array", "maxItems": MOST_USERS, "items": _USER}

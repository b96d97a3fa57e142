"""docs/job-record.schema.json, to hold records against."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FILE = Path(__file__).resolve().parents[2] / "docs" / "job-record.schema.json"

_SCHEMA: dict[str, Any] = json.loads(FILE.read_text())
Draft202012Validator.check_schema(_SCHEMA)
_VALIDATOR = Draft202012Validator(_SCHEMA)


def violations(record: Any) -> list[str]:
    """What the schema doesn't allow."""
    return [f"{error.json_path}: {error.message}" for error in _VALIDATOR.iter_errors(record)]

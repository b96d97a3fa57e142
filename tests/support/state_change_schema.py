"""The published schema of events, and events as EventBridge hands them over."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA: dict[str, Any] = json.loads((DOCS / "cluster-state-change.schema.json").read_text())
Draft202012Validator.check_schema(SCHEMA)
EVENT = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
DETAIL = Draft202012Validator(
    {"$ref": "#/$defs/detail", "$defs": SCHEMA["$defs"]}, format_checker=FormatChecker()
)
MEMBERS = frozenset(SCHEMA["$defs"]["detail"]["properties"])


def faults(validator: Draft202012Validator, document: Mapping[str, Any]) -> list[str]:
    """What the schema has against the document."""
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(document)]

"""The Service Authorization Reference, as cfn-lint ships it: actions and their resource types."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint.data

_FILE = Path(str(cfnlint.data.__file__)).parent / "AdditionalSpecs" / "Policies.json"


def resource_types(action: str) -> tuple[str, ...]:
    """The types of resources that the action can be confined to; none means that only `*` works.

    Raises:
        KeyError: AWS has no such action.
    """
    service, _, name = action.partition(":")
    return tuple(_reference()[service]["Actions"][name.lower()].get("Resources", ()))


@cache
def _reference() -> dict[str, Any]:
    return dict(json.loads(_FILE.read_text()))

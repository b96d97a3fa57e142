"""One thing that must be allowed: an action on a resource, in a context."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Permission:
    """An IAM action on an ARN; `context` are the request's condition keys, in lower case."""

    action: str
    resource: str
    context: Mapping[str, Any] = field(default_factory=dict)

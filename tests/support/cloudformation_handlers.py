"""Which actions CloudFormation's handlers call for a resource type, as its registry says.

cfn-lint ships the registry's schemas; some types, old ones, have no handlers in theirs.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint.data
import yaml

_DATA = Path(str(cfnlint.data.__file__)).parent
_TABLE = Path(__file__).parents[1] / "cdk_app" / "handlers.yaml"


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What the handlers of a type call.

    Attributes:
        always: whatever the template says.
        with_property: only if the template gives this property, by the property.
    """

    always: frozenset[str]
    with_property: dict[str, frozenset[str]]

    def of(self, properties: Iterable[str]) -> frozenset[str]:
        """What is called for resources with these properties."""
        given = [self.with_property.get(name, frozenset()) for name in properties]
        return self.always.union(*given)


def needs(type_: str, verbs: Iterable[str]) -> Needs:
    """What the type's handlers for these verbs (`create`, `read`, `update`, `delete`) call.

    Raises:
        KeyError: neither the schema nor the table knows the type's handlers.
    """
    handlers = _handlers(type_)
    called = {action for verb in verbs for action in handlers.get(verb, {}).get("permissions", [])}
    exceptions = table()["not_needed"].get(type_, {})
    spared = set(exceptions.get("never", {}))
    conditional = {
        name: frozenset(actions) & called for name, actions in exceptions.get("unless", {}).items()
    }
    return Needs(
        always=frozenset(called - spared).difference(*conditional.values()),
        with_property=conditional,
    )


def every_action(type_: str) -> frozenset[str]:
    """Whatever any handler of the type calls."""
    return frozenset().union(*(verb["permissions"] for verb in _handlers(type_).values()))


def _handlers(type_: str) -> dict[str, Any]:
    written = table()["handlers"]
    return dict(written[type_] if type_ in written else schema(type_)["handlers"])


@cache
def schema(type_: str) -> dict[str, Any]:
    """The registry's schema of the type in us-east-1."""
    schemas = _DATA / "schemas"
    names = json.loads((schemas / "providers" / "us-east-1.json").read_text())
    return dict(json.loads((schemas / "resources" / f"{names[type_]}.json").read_text()))


@cache
def table() -> dict[str, Any]:
    """What is written by hand: handlers that no schema has, and what of them we don't need."""
    return dict(yaml.safe_load(_TABLE.read_text()))

"""Policy documents as statements that can be asked whether they are about a request.

Source: IAM user guide, "IAM JSON policy element reference".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from iam_conditions import Condition, holds
from iam_patterns import Context, arn_like, like

_KNOWN = {
    *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"),
}
_VERSION = "2012-10-17"
Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement.

    Attributes:
        sid: its name, or `statement <number>`.
        allows: it allows; else it denies.
        actions: patterns in lower case; with `but_actions` all but these.
        resources: patterns; with `but_resources` all but these.
        principals: of a resource's policy: kind (`AWS`, `Service`, `Federated`) and name.
        condition: operators, keys and values.
    """

    sid: str
    allows: bool
    actions: tuple[str, ...]
    but_actions: bool
    resources: tuple[str, ...]
    but_resources: bool
    principals: frozenset[tuple[str, str]]
    condition: Condition

    @classmethod
    def of(cls, document: Mapping[str, Any], number: int) -> Self:
        """Read it.

        Raises:
            ValueError: it has an element that is not evaluated here, such as `NotPrincipal`.
        """
        if unknown := document.keys() - _KNOWN:
            raise ValueError(f"{sorted(unknown)} of a statement are not evaluated: {document}")
        return cls(
            sid=document.get("Sid") or f"statement {number}",
            allows=document["Effect"] == "Allow",
            actions=tuple(
                action.lower()
                for action in _listed(document.get("Action", document.get("NotAction", ())))
            ),
            but_actions="NotAction" in document,
            # The policy of a role that says who may assume it names no resource: it is the role.
            resources=_listed(document.get("Resource", document.get("NotResource", "*"))),
            but_resources="NotResource" in document,
            principals=frozenset(_principals(document.get("Principal", {}))),
            condition=document.get("Condition", {}),
        )

    def is_about(self, action: str, resource: str, context: Context) -> bool:
        """Whether action, resource and condition are those of the request."""
        return (
            any(like(one, action.lower(), context) for one in self.actions) != self.but_actions
            and any(arn_like(one, resource, context) for one in self.resources)
            != self.but_resources
            and holds(self.condition, context)
        )


def statements(documents: Iterable[Document]) -> list[Statement]:
    """All statements of policy documents.

    Raises:
        ValueError: a document of another version, in which variables are nothing but text.
    """
    found: list[Statement] = []
    for document in documents:
        if document.get("Version") != _VERSION:
            raise ValueError(f"Version is {document.get('Version')!r}; {_VERSION} is evaluated.")
        listed = document["Statement"]
        for one in listed if isinstance(listed, list) else [listed]:
            found.append(Statement.of(one, len(found) + 1))
    return found


def _principals(element: str | Mapping[str, str | Sequence[str]]) -> list[tuple[str, str]]:
    if element == "*":
        return [("AWS", "*")]
    assert isinstance(element, Mapping), f"no principal: {element}"
    return [(kind, name) for kind, names in element.items() for name in _listed(names)]


def _listed(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)

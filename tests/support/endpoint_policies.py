"""Whether an endpoint's policy lets a request through."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody asks a service of AWS for.

    Attributes:
        action: such as `s3:GetObject`.
        resource: its ARN.
        principal_account: whose principal signed it; nobody's if it bears no principal at all.
        resource_account: whose resource it is.
    """

    action: str
    resource: str
    principal_account: str | None
    resource_account: str

    def context(self) -> dict[str, str | None]:
        """The condition keys that it has."""
        return {
            "aws:PrincipalAccount": self.principal_account,
            "aws:ResourceAccount": self.resource_account,
        }


def lets_through(policy: dict[str, Any] | None, request: Request) -> bool:
    """Whether a statement allows it; without a policy an endpoint lets everything through.

    Raises:
        AssertionError: the policy has something in it that is not evaluated here.
    """
    if policy is None:
        return True
    return any(_allows(statement, request) for statement in policy["Statement"])


def _allows(statement: dict[str, Any], request: Request) -> bool:
    assert statement["Effect"] == "Allow", "only allowing statements are evaluated"
    assert statement["Principal"] == {"AWS": "*"}, "only conditions tell principals apart"
    return (
        any(fnmatchcase(request.action, pattern) for pattern in _listed(statement["Action"]))
        and any(fnmatchcase(request.resource, one) for one in _listed(statement["Resource"]))
        and _holds(statement.get("Condition", {}), request)
    )


def _holds(condition: dict[str, Any], request: Request) -> bool:
    assert condition.keys() <= {"StringEquals"}, f"not evaluated: {condition}"
    context = request.context()
    return all(context[key] == value for key, value in condition.get("StringEquals", {}).items())


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value

"""Everything that can be taken away from the roles' policies, one at a time."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from environment_roles import EnvironmentRoles
from iam_evaluation import Principal

Statement = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RoleMutation:
    """One thing taken away.

    Attributes:
        role: whose policy.
        name: the statement, and what of it is gone.
        principal: the role without it.
        granted: the environment.
    """

    role: str
    name: str
    principal: Principal
    granted: EnvironmentRoles

    def noticed(self) -> Iterator[str]:
        """What the rows of the role say about it."""
        for row in self.granted.rows:
            if row.role == self.role and (
                difference := row.difference(self.principal, self.granted.places)
            ):
                yield difference


def role_mutations(granted: EnvironmentRoles) -> Iterator[RoleMutation]:
    """Of every role, every statement gone, condition key gone, list of resources widened to `*`."""
    for name, role in granted.roles().items():
        documents = [*role.principal.policies]
        for place, document in enumerate(documents):
            statements = document["Statement"]
            for number, statement in enumerate(statements):
                for what, others in _changes(statement):
                    listed = [*statements[:number], *others, *statements[number + 1 :]]
                    changed = {**document, "Statement": listed}
                    policies = [*documents[:place], changed, *documents[place + 1 :]]
                    yield RoleMutation(
                        role=name,
                        name=f"{_title(statement)} {what}",
                        principal=replace(role.principal, policies=policies),
                        granted=granted,
                    )


def _changes(statement: Statement) -> Iterator[tuple[str, list[Statement]]]:
    """What is changed, and the statements that are there instead."""
    yield "gone", []
    for operator, keys in statement.get("Condition", {}).items():
        for key in keys:
            without = deepcopy(statement)
            del without["Condition"][operator][key]
            yield f"without {key}", [without]
    if statement["Resource"] != "*" and statement["Effect"] == "Allow":
        yield "on *", [{**statement, "Resource": "*"}]


def _title(statement: Statement) -> str:
    action = statement["Action"]
    return str(statement.get("Sid") or (action if isinstance(action, str) else action[0]))

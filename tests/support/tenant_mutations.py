"""Everything that confines clusters, taken away or widened, one thing at a time."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from iam_evaluation import Principal
from iam_policies import Document
from tenants import Row, Tenants

Statement = Mapping[str, Any]

_VARIABLE = re.compile(r"\$\{[^}]*\}")
_EXACTLY = re.compile(r"\?{2,}")


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One change.

    Attributes:
        name: the policy, the statement, and what of it.
        actions: patterns of those that the statement is about: no other request is affected.
        tenants: with the changed policy.
    """

    name: str
    actions: tuple[str, ...]
    tenants: Tenants

    def noticed(self, table: Sequence[Row]) -> list[str]:
        """What the table says to it."""
        return self.tenants.differences([row for row in table if self._affects(row)])

    def is_noticed(self, table: Sequence[Row]) -> bool:
        """Whether it says anything."""
        return self.tenants.differ([row for row in table if self._affects(row)])

    def _affects(self, row: Row) -> bool:
        return any(fnmatchcase(one, pattern) for one in row.actions for pattern in self.actions)


def mutations(tenants: Tenants) -> Iterator[Mutation]:
    """All of them: of the boundary, of the clusters' policies, of what demands encryption."""
    for name in ("boundary", "cluster", "plain", "artifacts", "file_system"):
        document: Document = getattr(tenants.ours, name)
        for position, statement in enumerate(document["Statement"]):
            if name == "file_system" and statement.get("Sid") != "OnlyEncryptedConnections":
                continue  # the others are about those who have no cluster's policy
            if name == "plain" and statement in tenants.ours.cluster["Statement"]:
                continue  # the same, and done
            said = f"{name} {statement.get('Sid', position)}"
            for what, changed in [("", None), *_changed(statement)]:
                statements = [*document["Statement"]]
                statements[position : position + 1] = [] if changed is None else [changed]
                yield Mutation(
                    name=f"{said} {what}".strip(),
                    actions=tuple(_listed(statement["Action"])),
                    tenants=_with(tenants, name, {**document, "Statement": statements}),
                )


def _changed(statement: Statement) -> Iterator[tuple[str, Statement]]:
    for element in ("Action", "Resource"):
        values = _listed(statement.get(element, []))
        for value in values:
            if len(values) > 1:
                rest = [one for one in values if one != value]
                yield f"without {value}", {**statement, element: rest}
            for wider in {_VARIABLE.sub("*", value), _EXACTLY.sub("*", value)} - {value}:
                others = [wider if one == value else one for one in values]
                yield f"with {wider}", {**statement, element: others}
    for operator, keys in statement.get("Condition", {}).items():
        for key, wanted in keys.items():
            without = deepcopy(dict(statement))
            del without["Condition"][operator][key]
            yield f"without {key}", without
            values = _listed(wanted)
            for value in values:
                for wider in {_VARIABLE.sub("*", value), _EXACTLY.sub("*", value)} - {value}:
                    with_it = deepcopy(dict(statement))
                    del with_it["Condition"][operator][key]
                    loose = operator.replace("Equals", "Like")
                    with_it["Condition"].setdefault(loose, {})[key] = wider
                    yield f"with {key} {wider}", with_it
                if len(values) > 1:
                    fewer = deepcopy(dict(statement))
                    fewer["Condition"][operator][key] = [one for one in values if one != value]
                    yield f"without {key} {value}", fewer


def _with(tenants: Tenants, name: str, document: Document) -> Tenants:
    before = getattr(tenants.ours, name)

    def changed(role: Principal) -> Principal:
        return replace(
            role,
            boundary=document if role.boundary == before else role.boundary,
            policies=[document if one == before else one for one in role.policies],
        )

    return replace(
        tenants,
        ours=replace(tenants.ours, **{name: document}),
        roles={kind: [changed(role) for role in roles] for kind, roles in tenants.roles.items()},
    )


def _listed(value: str | Sequence[str]) -> list[str]:
    return [value] if isinstance(value, str) else [*value]

"""Rows of what a role may do and must not, and what IAM says to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cdk_app.settings import Settings
from iam_evaluation import Principal, evaluate

_DIRECTORY = Path(__file__).parents[1] / "cdk_app"
_FILES = ("permissions.yaml", "permissions_of_clusters.yaml")
_WITHOUT_REGION = {"iam"}
_WITHOUT_ACCOUNT = {"s3"}


@dataclass(frozen=True, kw_only=True)
class Row:
    """One request, and whether it is to go through.

    Attributes:
        role: who asks.
        text: as the table has it, condition keys included.
        resource: its ARN, with placeholders.
        context: condition keys, with placeholders.
    """

    role: str
    text: str
    allowed: bool
    action: str
    resource: str
    context: Mapping[str, str | list[str]]

    def difference(self, principal: Principal, places: Mapping[str, str]) -> str | None:
        """What is other than the table says; None if nothing is."""
        context = {
            key: value.format_map(places) if isinstance(value, str) else value
            for key, value in self.context.items()
        }
        decision = evaluate(
            principal, self.action, self.resource.format_map(places), context=context
        )
        if decision.allowed == self.allowed:
            return None
        what = "may not" if self.allowed else "may"
        return f"{self.role} {what} {self.text}: {decision.effect} by {decision.sid}"


def rows(settings: Settings) -> list[Row]:
    """Every row of the tables, for an environment with these settings."""
    allowed = {
        "may": True,
        "may_with_slurm_rest": settings.slurm_rest is not None,
        "may_not": False,
    }
    table = "\n".join((_DIRECTORY / name).read_text() for name in _FILES)
    return [
        _row(role, listed, allowed=allowed[verb])
        for role, verbs in yaml.safe_load(table).items()
        for verb, all_listed in verbs.items()
        for listed in all_listed
    ]


def _row(role: str, listed: str | dict[str, dict[str, Any]], *, allowed: bool) -> Row:
    text, context = (listed, {}) if isinstance(listed, str) else next(iter(listed.items()))
    action, _, resource = text.partition(" on ")
    said = ", ".join(f"{key}={value}" for key, value in context.items())
    return Row(
        role=role,
        text=f"{text} with {said}" if said else text,
        allowed=allowed,
        action=action,
        resource=_arn(resource),
        context=context,
    )


def _arn(text: str) -> str:
    if text == "*" or text.startswith("arn:"):
        return text
    service, _, rest = text.partition(":")
    region = "" if service in _WITHOUT_REGION | _WITHOUT_ACCOUNT else "{region}"
    account = "" if service in _WITHOUT_ACCOUNT else "{account}"
    return f"arn:aws:{service}:{region}:{account}:{rest}"

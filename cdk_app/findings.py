"""The findings of cdk-nag's AwsSolutions pack that we know of, each with its reason.

They stand in `findings.yaml`: by a construct's path (`*` is every stack's own part of it), what is
found there and why it stays. Whatever is not there fails the synthesis.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml
from aws_cdk import Acknowledgment, App, Validations
from constructs import IConstruct
from pydantic import BaseModel, ConfigDict, TypeAdapter

from cdk_app.settings import Settings

FILE = Path(__file__).parent / "findings.yaml"


class Acknowledged(BaseModel):
    """Findings that stay, for one reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str
    findings: tuple[str, ...]


def acknowledge_findings(app: App, settings: Settings) -> None:
    """Acknowledge what `findings.yaml` names, on the constructs that it names."""
    places = {"account": settings.account, "region": settings.region}
    places["environment"] = settings.environment
    for construct in app.node.find_all():
        for reason, finding in known_findings(construct):
            Validations.of(construct).acknowledge(
                Acknowledgment(id=_fill(finding, places), reason=reason)
            )


def known_findings(construct: IConstruct) -> Iterator[tuple[str, str]]:
    """The reasons and findings of one construct."""
    for pattern, groups in _table().items():
        if fnmatchcase(construct.node.path, pattern):
            for group in groups:
                for finding in group.findings:
                    yield group.reason, finding


def _fill(finding: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        finding = finding.replace(f"{{{name}}}", value)
    return finding


@cache
def _table() -> dict[str, tuple[Acknowledged, ...]]:
    kind = TypeAdapter(dict[str, tuple[Acknowledged, ...]])
    return kind.validate_python(yaml.safe_load(FILE.read_text()))

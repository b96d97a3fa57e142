"""The findings that we know of, each with its reason: of cdk-nag, of CDK's validation, of checkov.

They stand in `acknowledged/`, a file for each part of the application: by a construct's path (a
shell pattern), why something stays and what was found. `{account}`, `{region}`, `{environment}` and
the buckets that the settings name, such as `{public_bucket}`, are the environment's.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml
from aws_cdk import Acknowledgment, App, Validations
from pydantic import BaseModel, ConfigDict, TypeAdapter

from cdk_app.settings import Settings

DIRECTORY = Path(__file__).parent / "acknowledged"
# What the ids of CDK's own validation begin with.
OF_CDK = "CloudFormation-Validate::"
# And checkov's, which `tools/checkov.py` compares.
OF_CHECKOV = "CKV"


class Acknowledged(BaseModel):
    """Findings that stay, for one reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str
    findings: tuple[str, ...]


class Acknowledgements:
    """What is acknowledged in one environment."""

    def __init__(self, settings: Settings) -> None:
        """Read every file of `acknowledged/`."""
        self._places = {
            "account": settings.account,
            "region": settings.region,
            "environment": settings.environment,
        }
        storage = settings.storage
        buckets = {
            "scratch_bucket": storage.scratch_bucket,
            "public_bucket": storage.public_bucket,
            "project_bucket": storage.project_bucket,
            "containers_bucket": storage.containers_bucket,
        }
        self._buckets = {name: bucket for name, bucket in buckets.items() if bucket}

    def of(self, path: str) -> Iterator[tuple[str, str]]:
        """The findings on one construct, each with its reason."""
        for pattern, groups in acknowledged().items():
            if fnmatchcase(path, pattern):
                for group in groups:
                    for finding in group.findings:
                        yield self.filled(finding), group.reason

    def reason(self, path: str, finding: str) -> str | None:
        """Why the finding stays on the construct; None if nobody acknowledged it."""
        return dict(self.of(path)).get(finding)

    def filled(self, finding: str) -> str:
        """The finding as it is in this environment."""
        for name, value in {**self._places, **self._buckets}.items():
            finding = finding.replace(f"{{{name}}}", value)
        return finding

    def general(self, finding: str) -> str:
        """The finding with the environment's places left open: what `filled` fills."""
        for name in ("account", "region"):
            finding = finding.replace(self._places[name], f"{{{name}}}")
        for name, bucket in self._buckets.items():
            finding = finding.replace(f":s3:::{bucket}/", f":s3:::{{{name}}}/")
        # Between slashes only: an environment's name is a common word.
        return finding.replace(f"/{self._places['environment']}/", "/{environment}/")


def acknowledge_validation(app: App, acknowledgements: Acknowledgements) -> None:
    """Acknowledge the findings of CDK's own validation, which goes by the constructs' metadata."""
    for construct in app.node.find_all():
        for finding, reason in acknowledgements.of(construct.node.path):
            if finding.startswith(OF_CDK):
                Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


@cache
def acknowledged() -> Mapping[str, tuple[Acknowledged, ...]]:
    """Every row of every file, by its pattern of paths.

    Raises:
        ValueError: a pattern is in two files.
    """
    kind = TypeAdapter(dict[str, tuple[Acknowledged, ...]])
    rows: dict[str, tuple[Acknowledged, ...]] = {}
    for file in sorted(DIRECTORY.glob("*.yaml")):
        for pattern, groups in kind.validate_python(yaml.safe_load(file.read_text())).items():
            if pattern in rows:
                raise ValueError(
                    f"{file.name} names {pattern!r}, which another file of {DIRECTORY.name}/ names"
                    " already: keep a pattern's findings in one place"
                )
            rows[pattern] = groups
    return rows

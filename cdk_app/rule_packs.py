"""cdk-nag's rule packs on every stack: a finding that `acknowledged/` doesn't name fails synthesis.

One plugin for all packs, which leaves the acknowledged findings out of its report. CDK's own way
(`Validations.acknowledge`) is a call into its process for each finding, and a pack that finds one
acknowledged says nothing of it: nobody would see an acknowledgement that is needed no more.
"""

import json
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import jsii
from aws_cdk import (
    App,
    IPolicyValidationContext,
    IPolicyValidationPlugin,
    PolicyValidationPluginReport,
    PolicyViolation,
    Validations,
)
from cdk_nag import AwsSolutionsChecks, HIPAASecurityChecks, NagPack, NIST80053R5Checks

from cdk_app.findings import Acknowledgements, acknowledge_validation
from cdk_app.settings import Settings

PACKS = (AwsSolutionsChecks, NIST80053R5Checks, HIPAASecurityChecks)
RECORD = "findings.json"


def check_rules(app: App, settings: Settings) -> None:
    """Have the packs, and CDK's own validation, check all of `app` when it is synthesised."""
    acknowledgements = Acknowledgements(settings)
    acknowledge_validation(app, acknowledgements)
    packs = [pack(app) for pack in PACKS]
    Validations.of(app).add_plugins(
        RulePacks(packs, acknowledgements, record=Path(app.outdir) / RECORD)
    )


@jsii.implements(IPolicyValidationPlugin)
class RulePacks:
    """The packs as one plugin of CDK's validation."""

    def __init__(
        self, packs: Sequence[NagPack], acknowledgements: Acknowledgements, *, record: Path
    ) -> None:
        """Write all that the packs find, acknowledged or not, to the file `record`."""
        self._packs = packs
        self._acknowledgements = acknowledgements
        self._record = record

    @property
    def name(self) -> str:
        """How CDK's report names the plugin."""
        return "cdk-nag"

    @property
    def version(self) -> str:
        """The version of cdk-nag."""
        return version("cdk-nag")

    @property
    def rule_ids(self) -> None:
        """None: CDK would count them for its analytics."""
        return

    def validate(self, context: IPolicyValidationContext) -> PolicyValidationPluginReport:
        """Report what nobody acknowledged, and record everything."""
        found = [v for pack in self._packs for v in pack.validate(context).violations]
        self._write(found)
        unknown = list(self._unknown(found))
        return PolicyValidationPluginReport(success=not unknown, violations=unknown)

    def _unknown(self, found: Sequence[PolicyViolation]) -> Iterator[PolicyViolation]:
        for violation in found:
            resources = [
                resource
                for resource in violation.violating_resources
                if self._acknowledgements.reason(str(resource.construct_path), violation.rule_name)
                is None
            ]
            if resources:
                yield PolicyViolation(
                    rule_name=violation.rule_name,
                    description=violation.description,
                    severity=violation.severity,
                    violating_resources=resources,
                )

    def _write(self, found: Sequence[PolicyViolation]) -> None:
        rows = {
            (str(resource.construct_path), violation.rule_name)
            for violation in found
            for resource in violation.violating_resources
        }
        record = [
            {
                "path": path,
                "finding": finding,
                "reason": self._acknowledgements.reason(path, finding),
            }
            for path, finding in sorted(rows)
        ]
        self._record.write_text(json.dumps(record, indent=1))

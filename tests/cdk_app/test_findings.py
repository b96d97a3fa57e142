"""Every finding that stays has one reason, and every reason is for something that is found."""

import json
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3

from cdk_app.configuration_files import load_configuration
from cdk_app.feature_flags import feature_flags
from cdk_app.findings import OF_CHECKOV, Acknowledgements, acknowledged
from cdk_app.rule_packs import RECORD, check_rules
from synthesised import ENVIRONMENTS, Synthesis, Synthesised

OF_PACKS = ("AwsSolutions-", "HIPAA.Security-", "NIST.800.53.R5-")


def test_every_finding_that_stays_has_a_reason_in_words() -> None:
    short = [
        (pattern, group.reason)
        for pattern, groups in acknowledged().items()
        for group in groups
        if len(group.reason.strip()) < 15
    ]

    assert short == []


def test_every_pack_checks_the_stacks_and_the_published_templates(local: Synthesised) -> None:
    found = local.findings()

    of_stacks = [row["finding"] for row in found if row["path"].startswith("Provisioner/")]
    of_templates = [row["finding"] for row in found if row["path"].startswith("DebugPlain/")]
    assert {of for of in OF_PACKS for id_ in of_stacks if id_.startswith(of)} == set(OF_PACKS)
    assert {of for of in OF_PACKS[1:] for id_ in of_templates if id_.startswith(of)}


def test_a_finding_has_no_two_reasons(environment: Synthesised) -> None:
    acknowledgements = Acknowledgements(environment.configuration.settings)

    twice = [
        (path, finding)
        for path in environment.construct_paths()
        for known in [[finding for finding, _ in acknowledgements.of(path)]]
        for finding in set(known)
        if known.count(finding) > 1
    ]

    assert twice == []


def test_no_acknowledgement_is_dead(
    synthesis: Synthesis, public_keycloak: Synthesised, session_manager: Synthesised
) -> None:
    found = set()
    for synthesised in (*map(synthesis.of, ENVIRONMENTS), public_keycloak, session_manager):
        general = Acknowledgements(synthesised.configuration.settings).general
        found |= {(row["path"], general(row["finding"])) for row in synthesised.findings()}
        found |= synthesised.acknowledged_validation()

    dead = [
        (pattern, known)
        for pattern, groups in acknowledged().items()
        for group in groups
        for known in group.findings
        if not known.startswith(OF_CHECKOV)
        and not any(known == finding and fnmatchcase(path, pattern) for path, finding in found)
    ]

    assert dead == []


def test_a_finding_that_nobody_acknowledged_fails_the_synthesis(tmp_path: Path) -> None:
    app = App(context=feature_flags(), outdir=str(tmp_path))
    s3.Bucket(Stack(app, "Unknown"), "Bucket", enforce_ssl=True)
    check_rules(app, load_configuration("local").settings)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    found = {row["finding"]: row["reason"] for row in json.loads((tmp_path / RECORD).read_text())}
    assert found["AwsSolutions-S1"] is None
    assert found["HIPAA.Security-S3DefaultEncryptionKMS"] is None
    assert found["NIST.800.53.R5-S3BucketVersioningEnabled"] is None


def test_a_finding_is_written_for_any_environment_and_read_for_one() -> None:
    settings = load_configuration("sandbox").settings
    acknowledgements = Acknowledgements(settings)
    general = "IAM5[arn:aws:ssm:{region}:{account}:parameter/hpc/{environment}/*]"

    filled = acknowledgements.filled(general)

    assert (
        filled == f"IAM5[arn:aws:ssm:{settings.region}:{settings.account}:parameter/hpc/sandbox/*]"
    )
    assert acknowledgements.general(filled) == general

"""How long what projects leave behind is kept, and who may mount their directories."""

from typing import Any

import pytest
from aws_cdk import App

from cdk_app.application import build_foundation
from cdk_app.feature_flags import feature_flags
from cdk_app.settings import Settings
from iam_evaluation import Principal, ResourcePolicy, evaluate
from synthesised import Synthesised, Template, resources


def with_storage(settings: Settings, **storage: object) -> Settings:
    changed = {**settings.storage.model_dump(), **storage}
    return Settings.model_validate({**settings.model_dump(), "storage": changed})


def shared_data(settings: Settings) -> Template:
    app = App(context=feature_flags())
    stack = build_foundation(app, settings).shared_data
    template: Template = app.synth().get_stack_artifact(stack.artifact_id).template
    return template


def one(template: Template, type_: str, begins: str) -> Any:
    [found] = [it for id_, it in resources(template, type_).items() if id_.startswith(begins)]
    return found["Properties"]


def rules(template: Template) -> list[dict[str, Any]]:
    bucket = one(template, "AWS::S3::Bucket", "Scratch")
    return list(bucket["LifecycleConfiguration"]["Rules"])


@pytest.fixture(scope="module")
def kept_for_a_time(local: Synthesised) -> Template:
    settings = with_storage(
        local.configuration.settings,
        scratch_expiration_days=90,
        noncurrent_version_days=14,
        infrequent_access_days=7,
    )
    return shared_data(settings)


def test_what_is_written_stays_unless_the_settings_say_for_how_long(local: Synthesised) -> None:
    expiring = [rule for rule in rules(local.stacks()["SharedData"]) if "ExpirationInDays" in rule]

    assert expiring == []


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("lab/project/results", 90),
        ("2025-10-29/project/a", 90),
        ("Lab/project/.export-reports/0123abcd-1/task-1/failures.csv", 90),
        (".receipts/lab/project/0123abcd.json", None),
    ],
)
def test_scratch_expires_and_receipts_never_do(
    key: str, days: int | None, kept_for_a_time: Template
) -> None:
    expiring = [rule for rule in rules(kept_for_a_time) if "ExpirationInDays" in rule]

    found = [rule["ExpirationInDays"] for rule in expiring if key.startswith(rule["Prefix"])]

    assert found == ([] if days is None else [days])


def test_old_versions_and_unread_files_go_when_the_settings_say(kept_for_a_time: Template) -> None:
    old = [
        rule["NoncurrentVersionExpiration"]["NoncurrentDays"]
        for bucket in resources(kept_for_a_time, "AWS::S3::Bucket").values()
        for rule in bucket["Properties"]["LifecycleConfiguration"]["Rules"]
        if "NoncurrentVersionExpiration" in rule
    ]
    file_system = one(kept_for_a_time, "AWS::EFS::FileSystem", "FileSystem")

    assert old == [14, 14, 14]
    assert {"TransitionToIA": "AFTER_7_DAYS"} in file_system["LifecyclePolicies"]


def test_a_bucket_of_others_has_no_rules_of_ours(local: Synthesised) -> None:
    with pytest.raises(ValueError, match="example exists already: its owner sets"):
        with_storage(
            local.configuration.settings, scratch_bucket="example", scratch_expiration_days=90
        )


@pytest.mark.parametrize("days", [0, 3651])
def test_directories_are_kept_for_at_least_a_day_and_at_most_ten_years(
    days: int, local: Synthesised
) -> None:
    with pytest.raises(ValueError, match="directory_keep_days"):
        with_storage(local.configuration.settings, directory_keep_days=days)


ALLOWED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "elasticfilesystem:Client*", "Resource": "*"}],
}
MOUNT = {
    "aws:SecureTransport": "true",
    "elasticfilesystem:AccessedViaMountTarget": "true",
    "elasticfilesystem:AccessPointArn": "arn:aws:elasticfilesystem:us-east-1:0:access-point/a",
}


@pytest.mark.parametrize(
    ("policies", "changed", "allowed"),
    [
        ([ALLOWED], {}, True),
        ([], {}, False),
        ([ALLOWED], {"aws:SecureTransport": "false"}, False),
        ([ALLOWED], {"elasticfilesystem:AccessedViaMountTarget": "false"}, False),
        ([ALLOWED], {"elasticfilesystem:AccessPointArn": None}, False),
    ],
)
def test_a_directory_is_mounted_by_a_role_that_may_in_one_way_only(
    policies: list[Any], changed: dict[str, str | None], *, allowed: bool, local: Synthesised
) -> None:
    file_system = one(local.stacks()["SharedData"], "AWS::EFS::FileSystem", "FileSystem")
    # A statement of a file system's policy is about that file system.
    said = file_system["FileSystemPolicy"]["Statement"]
    policy = {
        "Version": "2012-10-17",
        "Statement": [{**statement, "Resource": "*"} for statement in said],
    }
    context = {key: value for key, value in {**MOUNT, **changed}.items() if value is not None}
    node = Principal(arn="arn:aws:iam::0:role/node", account="0", policies=policies)

    decision = evaluate(
        node,
        "elasticfilesystem:ClientMount",
        "arn:aws:elasticfilesystem:us-east-1:0:file-system/fs-1",
        context,
        resource_policy=ResourcePolicy(document=policy, account="0"),
    )

    assert decision.allowed is allowed

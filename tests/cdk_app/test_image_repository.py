"""The provider's image: its repository, and which image its functions run."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cdk_app.configuration_files import ConfigurationError, load_configuration
from cdk_app.image_repository import REPOSITORY_NAME
from cdk_app.pipeline_settings import PipelineSettings
from cloudformation_values import resolved
from synthesised import Synthesis, Synthesised, Template, resources, the_resource

REPOSITORY = f"111111111111.dkr.ecr.us-east-1.amazonaws.com/{REPOSITORY_NAME}"
DIGEST = f"sha256:{'0' * 64}"


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    """The sandbox with an image of the repository."""
    configuration = load_configuration("sandbox").with_image("1.2.3")
    return Synthesised.made_from(configuration, tmp_path_factory.mktemp("pushed"))


def repository(environment: Synthesised) -> dict[str, Any]:
    return the_resource(environment.stacks()["ImageRepository"], "AWS::ECR::Repository")


def test_a_pushed_version_can_t_be_replaced_and_is_scanned(environment: Synthesised) -> None:
    properties = repository(environment)["Properties"]

    assert properties["ImageTagMutability"] == "IMMUTABLE"
    assert properties["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert properties["EncryptionConfiguration"] == {"EncryptionType": "KMS"}


def test_the_images_go_with_the_data_and_no_earlier(environment: Synthesised) -> None:
    keep = environment.configuration.settings.storage.keep_data

    made = repository(environment)

    assert made["DeletionPolicy"] == ("Retain" if keep else "Delete")
    assert made["Properties"].get("EmptyOnDelete", False) is not keep


def test_only_lambda_is_let_in_and_for_our_functions_only(environment: Synthesised) -> None:
    settings = environment.configuration.settings

    [statement] = repository(environment)["Properties"]["RepositoryPolicyText"]["Statement"]

    assert statement["Effect"] == "Allow"
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert sorted(statement["Action"]) == ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    [(operator, keys)] = statement["Condition"].items()
    [(key, functions)] = keys.items()
    place = f"{settings.region}:{settings.account}"
    assert (operator, key) == ("ArnLike", "aws:SourceArn")
    assert resolved(functions, {}) == f"arn:aws:lambda:{place}:function:HpcProvisioner-*"


def test_what_is_forgotten_first_is_what_has_no_version(environment: Synthesised) -> None:
    policy = repository(environment)["Properties"]["LifecyclePolicy"]["LifecyclePolicyText"]

    rules = sorted(json.loads(policy)["rules"], key=lambda rule: rule["rulePriority"])

    assert [rule["selection"]["tagStatus"] for rule in rules] == ["untagged", "any"]
    assert rules[1]["selection"]["countType"] == "imageCountMoreThan"


def test_the_repository_stands_on_no_other_stack_and_the_provider_on_it(
    environment: Synthesised,
) -> None:
    manifest = json.loads((environment.directory / "manifest.json").read_text())["artifacts"]

    def stacks_below(id_: str) -> set[str]:
        return {name for name in manifest[id_]["dependencies"] if not name.endswith(".assets")}

    assert stacks_below("ImageRepository") == set()
    assert "ImageRepository" in stacks_below("Provisioner")


def test_with_a_tag_the_provider_runs_that_image_and_nothing_is_built(pushed: Synthesised) -> None:
    template = pushed.stacks()["Provisioner"]

    assert {resolved(code, {}) for code in image_uris(template)} == {f"{REPOSITORY}:1.2.3"}
    assert len(image_uris(template)) == 2
    assert not built_images(pushed)


def test_with_a_digest_it_runs_that_one(tmp_path: Path) -> None:
    configuration = load_configuration("sandbox").with_image(DIGEST)

    template = Synthesised.made_from(configuration, tmp_path).stacks()["Provisioner"]

    assert {resolved(code, {}) for code in image_uris(template)} == {f"{REPOSITORY}@{DIGEST}"}


def test_a_pushed_image_opens_the_repository_to_nobody_else(pushed: Synthesised) -> None:
    [statement] = repository(pushed)["Properties"]["RepositoryPolicyText"]["Statement"]

    assert statement["Sid"] == "LambdaPulls"


def test_without_either_the_image_is_built_with_the_version_as_its_label(
    synthesis: Synthesis,
) -> None:
    built = built_images(synthesis.of("sandbox"))

    assert built
    assert {image["source"]["dockerBuildArgs"]["VERSION"] for image in built} == {"0.0.0"}


@pytest.mark.parametrize("image", ["two words", "latest:1", "sha256:abc", "-1", "x" * 129])
def test_what_is_neither_tag_nor_digest_is_refused_with_the_file_s_name(image: str) -> None:
    configuration = load_configuration("sandbox")

    with pytest.raises(ConfigurationError, match=r"config/sandbox\.yaml: provider\.image: "):
        configuration.with_image(image)


def test_where_no_image_runs_none_can_be_named() -> None:
    configuration = load_configuration("local")

    with pytest.raises(ConfigurationError, match="the runtime is 'process'"):
        configuration.with_image("1.2.3")


def test_every_stack_carries_the_version_and_no_template_does(environment: Synthesised) -> None:
    manifest = json.loads((environment.directory / "manifest.json").read_text())["artifacts"]
    tags = {
        name: artifact["properties"]["tags"].get("hpc:version")
        for name, artifact in manifest.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }

    assert set(tags) == set(environment.stacks())
    assert set(tags.values()) == {"0.0.0"}
    assert "hpc:version" not in json.dumps(environment.stacks())


@pytest.mark.parametrize(
    ("environment_name", "reference"),
    [("sandbox", "branch:ref:main"), ("production", "tag:ref:v*")],
)
def test_only_jobs_of_our_project_and_reference_take_the_pipeline_s_role(
    environment_name: str, reference: str, synthesis: Synthesis
) -> None:
    template = synthesis.of(environment_name).stacks()["ImageRepository"]

    role = the_resource(template, "AWS::IAM::Role")["Properties"]
    [statement] = role["AssumeRolePolicyDocument"]["Statement"]

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"]["Federated"].endswith(":oidc-provider/gitlab.example.org")
    project = "project_path:example/parallelcluster-provisioner"
    assert statement["Condition"] == {
        "StringEquals": {"gitlab.example.org:aud": "sts.amazonaws.com"},
        "StringLike": {"gitlab.example.org:sub": f"{project}:ref_type:{reference}"},
    }


def test_without_a_pipeline_in_the_settings_there_is_no_role_for_one(local: Synthesised) -> None:
    assert not resources(local.stacks()["ImageRepository"], "AWS::IAM::Role")


@pytest.mark.parametrize(
    "subject",
    [
        "*",
        "project_path:group/*:ref_type:branch:ref:main",
        "project_path:group/project:ref_type:branch:ref:*",
        "project_path:group/project:*",
        "group/project",
    ],
)
def test_a_subject_that_others_could_have_is_refused(subject: str) -> None:
    with pytest.raises(ValidationError, match="subject"):
        PipelineSettings(
            identity_provider_arn="arn:aws:iam::111111111111:oidc-provider/gitlab.com",
            subject=subject,
        )


def image_uris(template: Template) -> list[Any]:
    return [
        function["Properties"]["Code"]["ImageUri"]
        for function in resources(template, "AWS::Lambda::Function").values()
        if "ImageUri" in function["Properties"]["Code"]
    ]


def built_images(environment: Synthesised) -> list[dict[str, Any]]:
    return [
        image
        for file in environment.directory.glob("*.assets.json")
        for image in json.loads(file.read_text())["dockerImages"].values()
    ]

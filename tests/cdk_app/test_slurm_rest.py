"""An environment that names a realm: what its clusters are told, and what their nodes may read."""

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from cdk_app.slurm_rest_settings import SlurmRestSettings
from cloudformation_values import resolved
from longest_values import LongestValues
from synthesised import Synthesised, resources
from tools.render_configurations import cluster_configuration

ISSUER = "https://keycloak.example.org/realms/hpc"
KEYS = "slurm-rest/jwks.json"
MANAGED_POLICY_CHARACTERS = 6144


def boundary(synthesised: Synthesised) -> dict[str, Any]:
    policies = resources(synthesised.stacks()["Provisioner"], "AWS::IAM::ManagedPolicy")
    [found] = [it for id_, it in policies.items() if id_.startswith("NodePermissionsBoundary")]
    return dict(found["Properties"]["PolicyDocument"])


def test_head_nodes_are_told_the_realm_and_what_admits_to_their_project(
    public_keycloak: Synthesised,
) -> None:
    for template in public_keycloak.published().values():
        head = cluster_configuration(template, region="us-east-1")["HeadNode"]
        for action in ("OnNodeStart", "OnNodeConfigured"):
            told = head["CustomActions"][action]["Args"]

            assert [it for it in told if it.startswith("--rest-")] == [
                f"--rest-issuer={ISSUER}",
                "--rest-audience=hpc-slurm",
                "--rest-claim=realm_access.roles",
                "--rest-admits=hpc:lab:project",
                f"--rest-keys=example-artifacts/{KEYS}",
            ]


def test_head_nodes_alone_have_a_role_that_reads_the_realm_s_keys(
    public_keycloak: Synthesised,
) -> None:
    keys = {"BucketName": "example-artifacts", "KeyName": KEYS}
    for template in public_keycloak.published().values():
        configuration = cluster_configuration(template, region="us-east-1")
        queues = configuration["Scheduling"]["SlurmQueues"]

        assert keys in configuration["HeadNode"]["Iam"]["S3Access"]
        assert all(keys not in queue["Iam"]["S3Access"] for queue in queues)


def test_the_boundary_lets_nodes_read_the_realm_s_keys_and_has_room_for_it(
    local: Synthesised, public_keycloak: Synthesised
) -> None:
    before, after = json.dumps(boundary(local)), json.dumps(boundary(public_keycloak))

    assert after.count(f"/{KEYS}") == 1
    assert f"/{KEYS}" not in before
    [statement] = [it for it in boundary(public_keycloak)["Statement"] if KEYS in json.dumps(it)]
    assert "s3:GetObject" in statement["Action"]
    assert statement["Effect"] == "Allow"
    longest = resolved(boundary(public_keycloak), LongestValues(public_keycloak.stacks().values()))
    assert len(re.sub(r"\s", "", json.dumps(longest))) < MANAGED_POLICY_CHARACTERS


def test_without_a_realm_there_is_nothing_of_it(local: Synthesised) -> None:
    texts = [json.dumps(template) for template in local.published().values()]

    assert [word for text in texts for word in ("--rest-", "SlurmRest") if word in text] == []
    assert [id_ for id_ in local.stacks()["Provisioner"]["Resources"] if "RealmKeys" in id_] == []


def test_where_it_is_and_with_which_certificate_are_outputs_of_a_cluster_s_stack(
    public_keycloak: Synthesised,
) -> None:
    for template in public_keycloak.published().values():
        ((id_, cluster),) = resources(template, "Custom::ParallelCluster").items()
        outputs = template["Outputs"]

        assert cluster["Properties"]["SlurmRest"] == "true"
        assert outputs["SlurmRestCertificateSha256"]["Value"] == {
            "Fn::GetAtt": [id_, "SlurmRestCertificateSha256"]
        }
        assert outputs["SlurmRestUrl"]["Value"] == {
            "Fn::Join": [
                "",
                ["https://", {"Fn::GetAtt": [id_, "HeadNodePrivateIp"]}, ":8082"],
            ]
        }


def of_realm_keys(synthesised: Synthesised, type_: str) -> dict[str, Any]:
    """The properties of the one resource of this type."""
    (found,) = (
        it["Properties"]
        for id_, it in resources(synthesised.stacks()["Provisioner"], type_).items()
        if id_.startswith("RealmKeys")
    )
    return dict(found)


def test_the_function_that_publishes_keys_is_told_where_from_and_where_to(
    sandbox: Synthesised,
) -> None:
    told = of_realm_keys(sandbox, "AWS::Lambda::Function")["Environment"]["Variables"]

    assert told.pop("KEYS_BUCKET")["Fn::ImportValue"].startswith("HpcProvisioner-SharedData:")
    assert told == {
        "JWKS_URL": f"{ISSUER}/protocol/openid-connect/certs",
        "KEYS_KEY": KEYS,
        "TOKEN_LIFETIME_MINUTES": "30",
    }


def test_it_is_in_the_vpc_only_where_keycloak_is_behind_the_peering(
    sandbox: Synthesised, public_keycloak: Synthesised
) -> None:
    behind = of_realm_keys(sandbox, "AWS::Lambda::Function")
    public = of_realm_keys(public_keycloak, "AWS::Lambda::Function")

    (group,) = behind["VpcConfig"]["SecurityGroupIds"]
    assert "KeycloakFunction" in group["Fn::ImportValue"]
    assert "VpcConfig" not in public


def test_it_is_called_every_few_minutes_and_a_failed_call_is_not_repeated(
    sandbox: Synthesised,
) -> None:
    assert of_realm_keys(sandbox, "AWS::Events::Rule")["ScheduleExpression"] == "rate(5 minutes)"
    assert of_realm_keys(sandbox, "AWS::Lambda::EventInvokeConfig")["MaximumRetryAttempts"] == 0


@pytest.mark.parametrize(
    "admits",
    [
        "hpc",
        "hpc:{vlab_id}",
        "hpc:{project_id}",
        "{vlab_id}{project_id}",
        "{vlab_id}-{project_id}",
        "{vlab_id}:{project_id}:{vlab_id}",
        "{vlab_id}:{project_id}:{user}",
        "a b {vlab_id}:{project_id}",
    ],
)
def test_a_pattern_that_doesn_t_tell_projects_apart_is_refused(admits: str) -> None:
    with pytest.raises(ValidationError, match="admits"):
        SlurmRestSettings(issuer=ISSUER, audience="hpc-slurm", admits=admits)


def test_a_pattern_may_have_project_and_lab_in_either_order() -> None:
    made = SlurmRestSettings(
        issuer=ISSUER, audience="hpc-slurm", admits="/{project_id}/of/{vlab_id}"
    )

    assert made.admits_to(vlab_id="Lab.1", project_id="My_Project") == "/My_Project/of/Lab.1"

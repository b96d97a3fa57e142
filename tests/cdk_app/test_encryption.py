"""What lies somewhere is encrypted with our keys, and each key is for whom it should be."""

import json

import pytest
from aws_cdk import App

from cdk_app.feature_flags import feature_flags
from cdk_app.project_cluster import ProjectCluster, StorageKind
from cdk_app.settings import Settings
from encryption_at_rest import (
    KEY_OF_TYPE,
    WITHOUT,
    at_rest_differences,
    in_transit_differences,
    reason,
)
from encryption_world import KEYS, EncryptionWorld
from iam_evaluation import Principal, evaluate
from key_policies import key_policy_differences
from key_uses import key_use_differences
from synthesised import Synthesis, Synthesised
from tools.render_configurations import cluster_configuration


@pytest.fixture(scope="session")
def world(environment: Synthesised) -> EncryptionWorld:
    return EncryptionWorld.of(environment)


def test_a_key_s_policy_admits_just_whom_it_should(world: EncryptionWorld) -> None:
    assert list(key_policy_differences(world)) == []


def test_keys_are_used_as_the_table_says(world: EncryptionWorld) -> None:
    assert list(key_use_differences(world)) == []


def test_keys_rotate_have_names_and_stay_where_data_stays(environment: Synthesised) -> None:
    keep = environment.configuration.settings.storage.keep_data
    template = environment.stacks()["Keys"]["Resources"].values()

    keys = [resource for resource in template if resource["Type"] == "AWS::KMS::Key"]
    aliases = [r["Properties"]["AliasName"] for r in template if r["Type"] == "AWS::KMS::Alias"]

    assert len(keys) == len(KEYS)
    assert all(key["Properties"]["EnableKeyRotation"] is True for key in keys)
    assert {key["DeletionPolicy"] for key in keys} == {"Retain" if keep else "Delete"}
    assert sorted(aliases) == ["alias/hpc-data", "alias/hpc-records", "alias/hpc-secrets"]


def test_everything_at_rest_has_its_key_or_a_reason(world: EncryptionWorld) -> None:
    assert list(at_rest_differences(world)) == []


def test_no_reason_is_dead(synthesis: Synthesis) -> None:
    world = EncryptionWorld.of(synthesis.of("local"))
    there = {reason(stack, id_) for stack, id_, _, _ in world.all_resources(*KEY_OF_TYPE)}

    assert {why for _, _, why in WITHOUT} <= there


def test_what_has_no_key_of_ours_has_one_of_aws(world: EncryptionWorld) -> None:
    [queue] = [it for *_, it in world.all_resources("AWS::SQS::Queue")]
    [logs] = [
        it for _, id_, _, it in world.all_resources("AWS::S3::Bucket") if id_.startswith("AccessL")
    ]

    assert queue["SqsManagedSseEnabled"] is True
    assert "AES256" in json.dumps(logs["BucketEncryption"])


def test_nothing_is_used_without_tls(world: EncryptionWorld) -> None:
    assert list(in_transit_differences(world)) == []


def test_logs_may_use_the_key_for_every_group_that_has_it(world: EncryptionWorld) -> None:
    """A group whose name the key's policy doesn't know could not be made."""
    service = Principal(arn=f"logs.{world.settings.region}.amazonaws.com")
    place = f"{world.settings.region}:{world.settings.account}"

    for stack, id_, _, group in world.all_resources("AWS::Logs::LogGroup"):
        # CloudFormation names what has no name by stack and logical id.
        name = group.get("LogGroupName", f"HpcProvisioner-{stack}-{id_}-0123456789AB")
        arn = f"arn:aws:logs:{place}:log-group:{name.replace('<ClusterName>', 'pcluster-a')}"
        context = {"kms:EncryptionContext:aws:logs:arn": arn}

        decision = evaluate(
            service,
            "kms:GenerateDataKey",
            world.key_arn("Records"),
            context,
            resource_policy=world.key_policy("Records"),
        )

        assert decision.allowed, arn


def test_the_api_makes_secrets_and_clusters_with_our_keys(world: EncryptionWorld) -> None:
    [variables] = [
        function["Environment"]["Variables"]
        for id_, function in world.resources_of("Provisioner", "AWS::Lambda::Function")
        if id_.startswith("ApiFunction")
    ]
    [identities] = [it for _, it in world.resources_of("Provisioner", "AWS::SSM::Parameter")]

    parameters = json.loads(identities["Value"])

    assert variables["SECRETS_KEY_ARN"] == world.key_arn("Secrets")
    assert parameters["DataKeyArn"] == world.key_arn("Data")
    assert parameters["RecordsKeyArn"] == world.key_arn("Records")


def test_all_root_volumes_of_nodes_are_encrypted(environment: Synthesised) -> None:
    for template in environment.published().values():
        configuration = cluster_configuration(template, environment.configuration.settings.region)

        head = configuration["HeadNode"]["LocalStorage"]
        queues = [
            queue["ComputeSettings"]["LocalStorage"]
            for queue in configuration["Scheduling"]["SlurmQueues"]
        ]

        assert all(storage["RootVolume"]["Encrypted"] is True for storage in (head, *queues))


OTHERS_KEY = "arn:aws:kms:us-east-1:999999999999:key/01234567-89ab-cdef-0123-456789abcdef"


def with_bucket_key(settings: Settings, arn: str) -> Settings:
    storage = {**settings.storage.model_dump(), "bucket_key_arns": [arn]}
    return Settings.model_validate({**settings.model_dump(), "storage": storage})


def test_nodes_decrypt_through_s3_with_the_keys_of_existing_buckets(local: Synthesised) -> None:
    configuration = local.configuration
    settings = with_bucket_key(configuration.settings, OTHERS_KEY)
    app = App(context=feature_flags())

    stack = ProjectCluster(
        app,
        "Debug",
        settings=settings,
        tier=configuration.tiers[0].tier,
        storage=StorageKind.PLAIN,
    )

    template = app.synth().get_stack_artifact(stack.artifact_id).template
    [policy] = [r for r in template["Resources"].values() if r["Type"] == "AWS::IAM::ManagedPolicy"]
    [decrypt] = [s for s in policy["Properties"]["PolicyDocument"]["Statement"] if "kms" in str(s)]
    assert decrypt["Action"] == "kms:Decrypt"
    assert decrypt["Resource"] == [OTHERS_KEY, {"Ref": "DataKeyArn"}]
    assert "s3" in json.dumps(decrypt["Condition"]["StringEquals"]["kms:ViaService"])


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        (OTHERS_KEY.replace("us-east-1", "eu-west-1"), "are not of region us-east-1"),
        ("arn:aws:kms:us-east-1:999999999999:alias/theirs", "String should match pattern"),
        ("01234567-89ab-cdef-0123-456789abcdef", "String should match pattern"),
    ],
)
def test_a_bucket_s_key_is_a_key_of_this_region_by_its_arn(
    arn: str, words: str, local: Synthesised
) -> None:
    with pytest.raises(ValueError, match=words):
        with_bucket_key(local.configuration.settings, arn)

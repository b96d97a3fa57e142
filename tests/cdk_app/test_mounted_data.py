"""What nodes mount from S3, and what they may read there: without Lustre, or for a benchmark."""

from project_template import properties
from synthesised import Synthesised
from tools.render_configurations import cluster_configuration


def test_nodes_are_told_of_more_users_and_of_what_they_mount(sandbox: Synthesised) -> None:
    def arguments(template: str) -> list[str]:
        configuration = cluster_configuration(sandbox.published()[template], "us-east-1")
        return list(configuration["HeadNode"]["CustomActions"]["OnNodeConfigured"]["Args"])

    plain, lustre = arguments("DebugPlain"), arguments("DebugLustre")

    users = "--users=alice:20001:ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB"
    assert users in plain
    assert users in lustre
    assert [each for each in plain if each.startswith("--s3-mount=")] == [
        "--s3-mount=project/public=example-public/",
        "--s3-mount=containers=example-containers/",
        "--s3-mount=project/private=example-projects/lab/project/",
    ]
    assert "--s3-mount=" not in str(lustre)


def test_a_benchmark_is_told_to_its_nodes_and_their_roles_alike(environment: Synthesised) -> None:
    """And a template launches none, unless it is told to."""
    for template in environment.published().values():
        configuration = cluster_configuration(template, "us-east-1")  # of a benchmark
        (policy,) = properties(template, "AWS::IAM::ManagedPolicy").values()

        arguments = [
            part["CustomActions"]["OnNodeConfigured"]["Args"]
            for part in (configuration["HeadNode"], *configuration["Scheduling"]["SlurmQueues"])
        ]

        assert template["Parameters"]["Benchmark"]["Default"] == "false"
        assert {"Key": "hpc:benchmark", "Value": "true"} in configuration["Tags"]
        assert configuration["Monitoring"]["DetailedMonitoring"] == "true"
        for given in arguments:
            assert "--s3-mount-if=true:benchmark=example-scratch/" in given
        (statement,) = (
            one for one in policy["PolicyDocument"]["Statement"] if "scratches" in str(one)
        )
        assert statement["Condition"] == {
            "StringEquals": {"aws:PrincipalTag/hpc:benchmark": "true"}
        }


def test_nodes_read_buckets_only_without_lustre_or_for_a_benchmark(sandbox: Synthesised) -> None:
    def of_s3(template: str) -> set[str]:
        (policy,) = properties(sandbox.published()[template], "AWS::IAM::ManagedPolicy").values()
        of_all = [
            one["Action"]
            for one in policy["PolicyDocument"]["Statement"]
            if "hpc:benchmark" not in str(one.get("Condition"))
        ]
        listed = [one for each in of_all for one in ([each] if isinstance(each, str) else each)]
        return {one for one in listed if one.startswith("s3:")}

    assert of_s3("DebugLustre") == set()
    assert of_s3("DebugPlain") == {"s3:GetObject", "s3:ListBucket"}

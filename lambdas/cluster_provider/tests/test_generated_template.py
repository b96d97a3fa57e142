"""What ParallelCluster makes and calls is what the provider's permissions were written for."""

import json
import os
from pathlib import Path

import pytest
import yaml
from generation import OWNER, Generated, generate

from cluster_provider.model import OWNER_TAG

REPOSITORY = Path(__file__).parents[3]
DIRECTORY = Path(os.environ.get("CONFIGURATIONS", REPOSITORY / "build" / "configurations"))
WRITTEN = yaml.safe_load(Path(__file__).with_name("generated_template.yaml").read_text())
# The one with most: EFA, placement groups, several queues and file systems.
LARGEST = "production-mixed-prod-mpi-lustre.json"


@pytest.fixture(scope="module")
def generated() -> Generated:
    rendered = json.loads((DIRECTORY / LARGEST).read_text())
    return generate(rendered["configuration"])


def test_the_resource_types_and_their_properties_are_those_written_down(
    generated: Generated,
) -> None:
    assert {type_: sorted(names) for type_, names in generated.properties().items()} == WRITTEN[
        "resources"
    ]


def test_the_library_calls_what_is_written_down(generated: Generated) -> None:
    assert sorted(generated.calls) == sorted(WRITTEN["calls"])


def test_instances_are_tried_with_the_owner_s_tag(generated: Generated) -> None:
    """The provider may launch none without it."""
    tags = [
        {tag["Key"]: tag["Value"] for one in trial["TagSpecifications"] for tag in one["Tags"]}
        for trial in generated.trials
    ]

    assert tags
    assert {tag.get(OWNER_TAG) for tag in tags} == {OWNER}


def test_the_head_node_is_launched_with_the_owner_s_tag(generated: Generated) -> None:
    (head_node,) = (
        resource
        for resource in generated.templates[0]["Resources"].values()
        if resource["Type"] == "AWS::EC2::Instance"
    )

    assert {"Key": OWNER_TAG, "Value": OWNER} in head_node["Properties"]["Tags"]

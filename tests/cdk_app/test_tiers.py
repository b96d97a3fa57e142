"""A tier is offered where all of its instance types are, and nowhere else."""

import pytest
import yaml

from cdk_app.configuration_files import DIRECTORY
from cdk_app.tiers import InstanceType, offer
from hpc_constructs import ComputeResource, Queue, Tier
from tools import instance_types as moto_data

INSTANCE_TYPES = {
    name: InstanceType.model_validate(entry)
    for name, entry in yaml.safe_load((DIRECTORY / "instance_types.yaml").read_text()).items()
}


def tier(instance_type: str, *, efa: bool = False) -> Tier:
    resource = ComputeResource(name="nodes", instance_types=(instance_type,), max_nodes=2, efa=efa)
    queue = Queue(name="queue", compute_resources=(resource,), time_limit_minutes=60)
    return Tier(name="tried", head_node_instance_type="t3.medium", queues=(queue,))


def test_a_tier_is_offered_in_the_zones_that_have_all_of_its_instance_types() -> None:
    zones = ("us-east-2a", "us-east-2b", "us-east-2c")

    offered = offer(tier("hpc7a.96xlarge"), zones=zones, instance_types=INSTANCE_TYPES)

    assert offered.zones == ("us-east-2b",)


def test_hpc7a_can_not_be_offered_in_us_east_1() -> None:
    with pytest.raises(ValueError, match=r"tier 'tried' can't be offered.*hpc7a\.96xlarge") as no:
        offer(tier("hpc7a.96xlarge"), zones=("us-east-1a",), instance_types=INSTANCE_TYPES)

    assert "us-east-1a" in str(no.value)
    assert "Remove the tier" in str(no.value)


def test_efa_on_a_type_without_it_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'nodes': efa is true.*t3\.micro.*no Elastic Fabric"):
        offer(tier("t3.micro", efa=True), zones=("us-east-1a",), instance_types=INSTANCE_TYPES)


def test_an_unknown_instance_type_is_named_with_its_file() -> None:
    with pytest.raises(ValueError, match=r"z9\.mega.*config/instance_types\.yaml"):
        offer(tier("z9.mega"), zones=("us-east-1a",), instance_types=INSTANCE_TYPES)


@pytest.mark.parametrize("name", INSTANCE_TYPES)
def test_an_instance_type_is_what_ec2_says_it_is(name: str) -> None:
    described = moto_data._read("instance_types.json.gz")[name]

    facts = moto_data._facts(described, moto_data._zones(name))

    assert INSTANCE_TYPES[name] == InstanceType.model_validate(facts)

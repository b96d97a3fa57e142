"""A published template: reserved first, released last, and closed to what is spliced into it."""

import json
import re
from typing import Any

import pytest

from cdk_app.cluster_templates import template_id
from cdk_app.project_cluster import StorageKind
from synthesised import Synthesised, Template, resources, the_resource
from tools.render_configurations import cluster_configuration


def references(value: Any) -> set[str]:
    """Every logical id that the value names."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            return {name}
        case dict():
            return {name for part in value.values() for name in references(part)}
        case list():
            return {name for part in value for name in references(part)}
        case _:
            return set()


def stands_on(template: Template, id_: str) -> set[str]:
    """Every resource that must be there before `id_`."""
    resource = template["Resources"][id_]
    direct = {*resource.get("DependsOn", []), *references(resource["Properties"])}
    direct &= set(template["Resources"])
    return direct | {further for name in direct for further in stands_on(template, name)}


def test_every_tier_is_published_with_each_kind_of_storage(environment: Synthesised) -> None:
    expected = {
        template_id(offered, kind)
        for offered in environment.configuration.tiers
        for kind in StorageKind
    }

    assert set(environment.published()) == expected


def test_everything_stands_on_the_reservation(environment: Synthesised) -> None:
    for template in environment.published().values():
        for id_ in set(template["Resources"]) - {"Reservation"}:
            assert "Reservation" in stands_on(template, id_), id_


def test_the_reservation_stands_on_nothing(environment: Synthesised) -> None:
    for template in environment.published().values():
        assert stands_on(template, "Reservation") == set()


def test_every_parameter_has_an_anchored_pattern(environment: Synthesised) -> None:
    for template in environment.published().values():
        for name, parameter in template["Parameters"].items():
            assert re.fullmatch(r"\^.+\$", parameter["AllowedPattern"]), name


@pytest.mark.parametrize("spliced", ['"', '","x":"', "\\", "\n", "${AWS::Region}", " "])
def test_a_value_can_not_break_out_of_its_string(spliced: str, local: Synthesised) -> None:
    for name, parameter in local.published()["DebugLustre"]["Parameters"].items():
        # CloudFormation matches a pattern against the whole value.
        assert not re.fullmatch(parameter["AllowedPattern"], spliced), name
        assert not re.fullmatch(parameter["AllowedPattern"], f"abc{spliced}def"), name


def test_a_configuration_is_json_with_numbers_as_numbers(environment: Synthesised) -> None:
    region = environment.configuration.settings.region
    for template in environment.published().values():
        configuration = cluster_configuration(template, region)

        assert configuration["Region"] == region
        assert configuration["HeadNode"]["Imds"]["Secured"] is True
        for queue in configuration["Scheduling"]["SlurmQueues"]:
            for resource in queue["ComputeResources"]:
                assert type(resource["MinCount"]) is int
                assert type(resource["MaxCount"]) is int
                assert type(resource["Efa"]["Enabled"]) is bool


def test_nodes_are_denied_every_access_point_but_their_own(environment: Synthesised) -> None:
    for template in environment.published().values():
        (access_point,) = resources(template, "AWS::EFS::AccessPoint")
        policy = the_resource(template, "AWS::IAM::ManagedPolicy")["Properties"]["PolicyDocument"]

        (statement,) = (
            one
            for one in policy["Statement"]
            if one["Effect"] == "Deny" and "elasticfilesystem:ClientMount" in one["Action"]
        )

        assert statement["Condition"] == {
            "StringNotEquals": {
                "elasticfilesystem:AccessPointArn": {"Fn::GetAtt": [access_point, "Arn"]}
            }
        }


def test_only_a_template_with_lustre_makes_a_file_system(environment: Synthesised) -> None:
    for id_, template in environment.published().items():
        has_lustre = bool(resources(template, "AWS::FSx::FileSystem"))

        assert has_lustre == id_.endswith("Lustre")
        assert json.dumps(template).count("/obi/data") == int(has_lustre)

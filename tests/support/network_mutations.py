"""Everything that can be taken away from the network, one at a time."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain

from closed_vpc import closed_vpc_differences
from endpoint_expectations import endpoint_differences
from network_world import NetworkWorld
from reachability_differences import differences
from synthesised import Template
from tools.reachability import load

REMOVED_WHOLE = (
    "AWS::EC2::NetworkAclEntry",
    "AWS::EC2::Route",
    "AWS::EC2::SecurityGroupEgress",
    "AWS::EC2::SecurityGroupIngress",
    "AWS::EC2::SubnetNetworkAclAssociation",
    "AWS::EC2::SubnetRouteTableAssociation",
    "AWS::EC2::VPCEndpoint",
    "AWS::EC2::FlowLog",
    "Custom::VpcRestrictDefaultSG",
)
STACKS = ("Network", "Endpoints", "ClusterSubnets1", "ClusterA")


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """One thing taken away.

    Attributes:
        name: the resource, and the part of it.
        stack: whose template changes.
        template: the changed template.
    """

    name: str
    stack: str
    template: Template

    def noticed(self, world: NetworkWorld) -> list[str]:
        """What every check says about the world without it."""
        without = world.changed(self.stack, self.template)
        return [
            *closed_vpc_differences(without),
            *endpoint_differences(without),
            *differences(without, load()),
        ]


def mutations(world: NetworkWorld) -> Iterator[Mutation]:
    """All of them."""
    needless = _associations_of_empty_tables(world)
    for stack in STACKS:
        template = world.templates.templates[stack]
        for id_, resource in template["Resources"].items():
            name = f"{stack}.{id_}"
            if resource["Type"] in REMOVED_WHOLE and name not in needless:
                yield Mutation(name=name, stack=stack, template=_without(template, id_))
            if resource["Type"] == "AWS::EC2::SecurityGroup":
                yield Mutation(
                    name=f"{name} closed egress",
                    stack=stack,
                    template=_changed(template, id_, {"SecurityGroupEgress": []}),
                )
            if resource["Type"] == "AWS::EC2::VPCEndpoint":
                yield from _of_policy(name, stack, template, id_)
                yield from _of_tables(name, stack, template, id_)


def _associations_of_empty_tables(world: NetworkWorld) -> set[str]:
    """Nobody misses them; service subnets have some."""
    facts = world.facts()
    leading = {*facts.routes, *chain.from_iterable(facts.gateways.values())}
    associations = world.templates.resources("AWS::EC2::SubnetRouteTableAssociation")
    return {name for name, it in associations if it["RouteTableId"] not in leading}


def _of_tables(name: str, stack: str, template: Template, id_: str) -> Iterator[Mutation]:
    """A gateway that one route table doesn't lead to."""
    tables = template["Resources"][id_]["Properties"].get("RouteTableIds", [])
    for position in range(len(tables)):
        rest = [table for number, table in enumerate(tables) if number != position]
        yield Mutation(
            name=f"{name} route table {position + 1}",
            stack=stack,
            template=_changed(template, id_, {"RouteTableIds": rest}),
        )


def _of_policy(name: str, stack: str, template: Template, id_: str) -> Iterator[Mutation]:
    document = template["Resources"][id_]["Properties"]["PolicyDocument"]
    for position, statement in enumerate(document["Statement"]):
        said = f"{name} {statement['Sid']}"
        rest = [s for s in document["Statement"] if s is not statement]
        yield _policy(said, stack, template, id_, rest)
        for key in statement.get("Condition", {}).get("StringEquals", {}):
            weaker = deepcopy(statement)
            del weaker["Condition"]["StringEquals"][key]
            statements = [*document["Statement"]]
            statements[position] = weaker
            yield _policy(f"{said} {key}", stack, template, id_, statements)


def _policy(
    name: str, stack: str, template: Template, id_: str, statements: list[dict[str, object]]
) -> Mutation:
    document = {"Version": "2012-10-17", "Statement": statements}
    changed = _changed(template, id_, {"PolicyDocument": document})
    return Mutation(name=name, stack=stack, template=changed)


def _without(template: Template, id_: str) -> Template:
    rest = {name: it for name, it in template["Resources"].items() if name != id_}
    return {**template, "Resources": rest}


def _changed(template: Template, id_: str, properties: dict[str, object]) -> Template:
    resource = template["Resources"][id_]
    changed = {**resource, "Properties": {**resource["Properties"], **properties}}
    return {**template, "Resources": {**template["Resources"], id_: changed}}

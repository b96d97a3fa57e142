"""What is deployed and published is what was reviewed: a change shows as a diff.

`python -m pytest tests/cdk_app/test_snapshots.py --snapshot-update` accepts the new state.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from synthesised import Synthesis, Synthesised, Template

HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
SHARED = (
    "ImageRepository",
    *(
        "Keys",
        "Network",
        "ClusterSubnets1",
        "SharedData",
        "Endpoints",
        "Provisioner",
        "Observability",
    ),
)
# A cluster subnet and what belongs to it, by its number.
OF_A_SUBNET = re.compile(r"(?:Subnet|RouteTableAssociation|Acl|AclAssociation)(\d{3})")
STACKS = {
    "local": (*SHARED, "Surroundings"),
    "sandbox": SHARED,
    "production": (*SHARED, "ClusterSubnets2", "ClusterSubnets3"),
}


def without_hashes(template: Template, synthesised: Synthesised) -> Template:
    """The template with each asset's hash replaced by what the asset is."""

    assets = synthesised.assets()

    def name(found: re.Match[str]) -> str:
        return f"<{assets[found[0]]}>"

    return dict(json.loads(HASH.sub(name, json.dumps(template))))


def of_subnets(template: Template) -> dict[str, dict[str, Any]]:
    """What belongs to each cluster subnet, by its number."""
    found: dict[str, dict[str, Any]] = {}
    for id_, resource in template["Resources"].items():
        if number := OF_A_SUBNET.match(id_):
            found.setdefault(number[1], {})[id_] = resource
    return found


def without_repetition(template: Template) -> Template:
    """The template with the first cluster subnet only: the others are alike."""
    others = [id_ for subnet in list(of_subnets(template).values())[1:] for id_ in subnet]
    kept = {id_: it for id_, it in template["Resources"].items() if id_ not in others}
    return {**template, "Resources": kept}


@pytest.mark.parametrize(
    ("name", "stack"), [(name, stack) for name, stacks in STACKS.items() for stack in stacks]
)
def test_a_stack_is_as_it_was_reviewed(
    name: str, stack: str, synthesis: Synthesis, snapshot: SnapshotAssertion
) -> None:
    synthesised = synthesis.of(name)

    template = without_hashes(without_repetition(synthesised.stacks()[stack]), synthesised)

    assert template == snapshot(extension_class=JSONSnapshotExtension)


def test_cluster_subnets_differ_in_number_range_and_zone_only(environment: Synthesised) -> None:
    settings = environment.configuration.settings
    ranges = settings.network.plan().cluster_subnets
    subnets = [
        of_a_subnet
        for name, template in environment.stacks().items()
        if name.startswith("ClusterSubnets")
        for of_a_subnet in of_subnets(template).items()
    ]

    alike = set()
    for number, resources in subnets:
        text = json.dumps(resources, sort_keys=True).replace(str(ranges[int(number) - 1]), "RANGE")
        zone = settings.zones[(int(number) - 1) % len(settings.zones)]
        alike.add(re.sub(rf"(?<=[A-Za-z-]){number}", "NUMBER", text).replace(zone, "ZONE"))

    assert len(subnets) == settings.network.cluster_subnets
    assert len(alike) == 1


@pytest.mark.parametrize("template_id", ["DebugLustre", "DebugPlain"])
def test_a_published_template_is_as_it_was_reviewed(
    template_id: str, local: Synthesised, snapshot: SnapshotAssertion
) -> None:
    template = without_hashes(local.published()[template_id], local)

    assert template == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize("name", STACKS)
def test_no_stack_is_without_a_snapshot(name: str, synthesis: Synthesis) -> None:
    assert set(synthesis.of(name).stacks()) == set(STACKS[name])


def test_two_assets_are_told_apart_in_a_snapshot(local: Synthesised) -> None:
    functions = without_hashes(local.stacks()["Provisioner"], local)

    text = json.dumps(functions)

    assert "<Templates/DebugLustre>.json" in text
    assert "<Templates/DebugPlain>.json" in text
    assert not HASH.search(text)


def test_a_snapshot_hides_hashes_of_assets_and_nothing_else(environment: Synthesised) -> None:
    hashes = {name: hash_ for hash_, name in environment.assets().items()}

    for template in environment.stacks().values():
        normalised = json.dumps(without_hashes(template, environment))
        restored = re.sub(r"<([^<>]+)>", lambda found: hashes.get(found[1], found[0]), normalised)

        # Functions of one zip share its hash: compare what is around the hashes too.
        assert json.dumps(without_hashes(json.loads(restored), environment)) == normalised
        assert json.loads(restored) == template


def test_the_same_settings_give_the_same_files(local: Synthesised, tmp_path: Path) -> None:
    again = Synthesised.of("local", tmp_path)

    assert files(again.directory) == files(local.directory)


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(directory)): file.read_bytes()
        for file in directory.rglob("*")
        if file.is_file()
    }

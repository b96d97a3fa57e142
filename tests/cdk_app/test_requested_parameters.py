"""What a request may ask of a template: each has a pattern, and Lustre's size is the tier's."""

import re

import pytest

from synthesised import Synthesised, Template, the_resource


def test_lustre_has_the_tier_s_size_unless_it_is_told_another(environment: Synthesised) -> None:
    for offered in environment.configuration.tiers:
        name = "".join(word.capitalize() for word in (*offered.tier.name.split("-"), "lustre"))
        template = environment.published()[name]
        it = the_resource(template, "AWS::FSx::FileSystem")["Properties"]

        size = offered.tier.lustre
        defaults = {
            "LustreCapacityGib": str(size.capacity_gib),
            "LustreThroughput": str(size.throughput_mb_s_per_tib),
        }
        assert it["StorageCapacity"] == {"Ref": "LustreCapacityGib"}
        assert it["LustreConfiguration"]["PerUnitStorageThroughput"] == {"Ref": "LustreThroughput"}
        for parameter, default in defaults.items():
            assert template["Parameters"][parameter]["Default"] == default
            assert re.fullmatch(template["Parameters"][parameter]["AllowedPattern"], default)


@pytest.mark.parametrize(
    ("parameter", "allowed", "refused"),
    [
        ("LustreCapacityGib", ["1200", "2400", "4800", "24000"], ["", "1201", "0", "-2400", "600"]),
        ("LustreThroughput", ["125", "250", "500", "1000"], ["", "200", "12", "1250"]),
        ("Benchmark", ["true", "false"], ["", "True", "truefalse", "true|false"]),
        (
            "MoreUsers",
            ["", "a:10000:ssh-ed25519 AA+/=", "a:10000:ssh-ed25519 AA,b-1:59999:ssh-ed25519 BB"],
            [",", "a:10000:ssh-rsa AA", "A:10000:ssh-ed25519 AA", "a:0:ssh-ed25519 AA", "a:10000:"],
        ),
    ],
)
def test_what_a_request_may_ask_for_has_a_pattern(
    parameter: str, allowed: list[str], refused: list[str], lustre: Template
) -> None:
    pattern = lustre["Parameters"][parameter]["AllowedPattern"]

    assert [each for each in allowed if not re.fullmatch(pattern, each)] == []
    assert [each for each in refused if re.fullmatch(pattern, each)] == []

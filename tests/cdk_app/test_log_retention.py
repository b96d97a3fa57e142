"""Logs are kept as long as the settings say, whoever makes their groups."""

import json
import re

import pytest

from synthesised import ENVIRONMENTS, Synthesis, resources


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_log_group_of_every_template_has_the_settings_retention(
    synthesis: Synthesis, environment: str
) -> None:
    of = synthesis.of(environment)
    days = of.configuration.settings.log_retention_days
    templates = {**of.stacks(), **of.published()}

    kept = {
        (name, id_): group["Properties"].get("RetentionInDays")
        for name, template in templates.items()
        for id_, group in resources(template, "AWS::Logs::LogGroup").items()
    }

    assert kept
    assert {where: told for where, told in kept.items() if told != days} == {}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_parallelcluster_is_told_the_same_of_its_own(
    synthesis: Synthesis, environment: str
) -> None:
    of = synthesis.of(environment)
    days = of.configuration.settings.log_retention_days

    configurations = [
        resource["Properties"]["ClusterConfiguration"]
        for template in of.published().values()
        for resource in resources(template, "Custom::ParallelCluster").values()
    ]

    assert configurations
    for configuration in configurations:
        assert set(re.findall(r'RetentionInDays[\\"]+:(\d+)', json.dumps(configuration))) == {
            str(days)
        }

"""The environment is read once, and all that is wrong with it is said at once."""

import json

import pytest

from cluster_api.settings import SettingsError, parse_api_settings, parse_registry_settings

ENVIRONMENT = {
    "REGISTRY_TABLE": "table",
    "LAUNCH_PATH": "/hpc/launch",
    "TEMPLATE_PARAMETERS": "/hpc/launch/template-parameters",
    "TEMPLATE_BASE_URL": "https://s3.us-east-1.amazonaws.com/bucket/",
    "CATALOGUE": json.dumps({"debug": {"lustre": "l", "plain": "p", "zones": ["us-east-1a"]}}),
    "DEFAULT_TIER": "debug",
    "TIERS_BUCKET": "templates",
    "TIERS_KEY": "tiers.json",
    "SERVICE_ROLE_ARN": "arn:role",
    "SECRETS_KEY_ARN": "arn:key",
    "HISTORY_DAYS": "90",
    "VERSION": "1.2.3",
    "OPERATORS": "[]",
    "AWS_REGION": "us-east-1",
    "DELETION_WORKFLOW_ARN": "arn:workflow",
}


def test_a_whole_environment_becomes_settings() -> None:
    settings = parse_api_settings(ENVIRONMENT)

    assert settings.history_days == 90
    assert settings.operators == ()
    assert settings.catalogue["debug"].template(include_lustre=True) == "l"
    assert settings.catalogue["debug"].template(include_lustre=False) == "p"
    assert settings.catalogue["debug"].zones == ("us-east-1a",)


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError) as refusal:
        parse_api_settings({})

    assert all(f"{name} is missing" in str(refusal.value) for name in ENVIRONMENT)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HISTORY_DAYS", "ninety"),
        ("OPERATORS", "{}"),
        ("OPERATORS", "[1]"),
        ("CATALOGUE", '{"debug": {"lustre": "l"}}'),
        ("CATALOGUE", '{"debug": 3}'),
        ("CATALOGUE", "[1]"),
        ("DEFAULT_TIER", "unknown"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_wanted(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is .* not "):
        parse_api_settings(ENVIRONMENT | {name: value})


def test_the_followers_need_the_table_and_the_days() -> None:
    settings = parse_registry_settings(ENVIRONMENT)

    assert (settings.registry_table, settings.history_days) == ("table", 90)

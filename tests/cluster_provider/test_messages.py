"""What an operator reads: one sentence that fits, with the essential first."""

import pytest

from cluster_provider.errors import InvalidConfiguration, InvalidRequest, ProviderError
from cluster_provider.model import Failure
from cluster_provider_story import Resource


def test_a_message_holds_the_code_and_every_reason() -> None:
    error = ProviderError(Failure(code="A", reason="first"), Failure(code="A", reason="second"))

    assert str(error) == "A: first; second"


def test_a_long_message_is_cut_and_the_failures_are_whole() -> None:
    messages = [f"Validator{n}: {'ü' * 300}" for n in range(10)]

    error = InvalidConfiguration("pcluster-a", messages)

    assert len(str(error).encode()) <= 1500
    assert str(error).startswith("InvalidConfiguration: Validator0: ü")
    assert str(error).endswith("… (10 failures, cut here)")
    assert [failure.reason for failure in error.failures] == messages


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("ClusterName", "", "ClusterName is ''; give it a text"),
        ("ClusterConfiguration", "{", "ClusterConfiguration is no JSON"),
        ("ClusterConfiguration", "[]", "one JSON object in a string"),
        ("SuppressValidators", "ALL", "SuppressValidators is no JSON"),
        ("SuppressValidators", '["Subnets"]', 'SuppressValidators is ["Subnets"]; give it a JSON'),
    ],
)
def test_a_bad_property_is_named_with_its_value_and_what_is_allowed(
    resource: Resource, name: str, value: str, complaint: str
) -> None:
    resource.extra[name] = value

    with pytest.raises(InvalidRequest) as refused:
        resource.create()

    assert complaint in str(refused.value)

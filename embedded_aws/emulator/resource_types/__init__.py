"""Other resource types of ordinary stacks.

ministack 1.5.33 refuses AWS::CloudWatch::CompositeAlarm, AWS::Logs::QueryDefinition,
AWS::SecretsManager::{ResourcePolicy, RotationSchedule} and AWS::EC2::Volume, leaves out a few
attributes of types that it has, lets `Ref` give the wrong id of two, and generates secrets
otherwise than the template says. Ours make the real thing in its services; saved queries, which it
has no service for, have their own three actions.
"""

from embedded_aws.emulator.resource_types import (
    attributes,
    composite_alarms,
    generated_secrets,
    physical_ids,
    saved_queries,
    secrets,
    volumes,
)


def install() -> None:
    """Register the types; complete the others."""
    composite_alarms.install()
    generated_secrets.install()
    physical_ids.install()
    saved_queries.install()
    secrets.install()
    volumes.install()
    attributes.install()

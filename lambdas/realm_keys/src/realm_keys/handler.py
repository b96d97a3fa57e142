"""The entry point: the schedule calls it, and each call is one pass."""

import os
from datetime import UTC, datetime

import boto3
from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from realm_keys.bucket import S3Place
from realm_keys.entry_point import entry_point, logger
from realm_keys.errors import KeysRefused, RealmAway
from realm_keys.publishing import Pass
from realm_keys.realm import KeycloakRealm
from realm_keys.settings import parse_settings

_CONFIG = Config(
    connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3}
)


class SystemClock:
    """`Clock` of this machine."""

    def now(self) -> datetime:
        """See Clock."""
        return datetime.now(UTC)


metrics = Metrics(namespace="HpcProvisioner", service="realm-keys")
_settings = parse_settings(os.environ)
_place = S3Place(
    client=boto3.client("s3", config=_CONFIG), bucket=_settings.bucket, key=_settings.key
)
_realm = KeycloakRealm(url=_settings.jwks_url, authorities=_settings.authorities)


@entry_point
@metrics.log_metrics
def handler(_: object, __: LambdaContext) -> None:
    """Make a pass, which the metrics count, good or not.

    One that isn't good for the realm's sake says so in the log, and no more: the next pass is the
    second try, and an alarm of the keys' age tells an operator. Others raise.
    """
    made = Pass(
        realm=_realm, place=_place, clock=SystemClock(), token_lifetime=_settings.token_lifetime
    )
    failures = 1
    try:
        outcome = made.publish()
        failures = 0
        logger.info(
            "published",
            extra={"changed": outcome.changed, "realms": outcome.realms, "kept": outcome.kept},
        )
    except (RealmAway, KeysRefused) as error:
        # A raise would be a letter in the queue of dead letters each few minutes.
        logger.error("no good pass", extra={"reason": str(error)})
    finally:
        metrics.add_metric("RealmKeysFailures", MetricUnit.Count, failures)
        if (age := made.age()) is not None:
            metrics.add_metric("RealmKeysAgeSeconds", MetricUnit.Seconds, age.total_seconds())

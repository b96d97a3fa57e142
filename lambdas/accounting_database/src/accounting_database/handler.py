"""The entry points of the three functions, and the only place that reads the environment."""

import os
from collections.abc import Mapping
from functools import cache

from aws_lambda_powertools.utilities.typing import LambdaContext

from accounting_database.admission import Admission
from accounting_database.clock import SystemClock
from accounting_database.credentials import AdminCredentials
from accounting_database.database import Database
from accounting_database.entry_point import entry_point, is_about, logger
from accounting_database.errors import PurgeIncomplete
from accounting_database.provider import Provider
from accounting_database.purging import Purge
from accounting_database.request import Made, ResourceEvent, parse_request
from accounting_database.secrets_manager import AwsSecrets, secrets_manager
from accounting_database.settings import (
    DatabaseSettings,
    parse_database_settings,
    parse_purge_settings,
)
from accounting_database.usage_report import Report, UsageReport, parse_question


@entry_point
def on_event(event: ResourceEvent, _: LambdaContext) -> Made:
    """What CDK's provider framework calls for each event of the resource; it reports a raise."""
    request = parse_request(event)
    is_about(request.log_fields)
    made = _provider().fulfil(request)
    logger.info(request.fulfilled)
    return made


@entry_point
def purge(_: object, __: LambdaContext) -> dict[str, int]:
    """What the schedule calls: how many schemas went, and how many that are due stayed.

    Raises PurgeIncomplete when all were tried, so that a failure is seen as one.
    """
    due = _purge().run()
    for each in due:
        if each.kept:
            logger.warning("kept", extra=each.log_fields)
        else:
            logger.info("dropped", extra=each.log_fields)
    if failures := sum(each.failed for each in due):
        raise PurgeIncomplete(failures)
    kept = sum(bool(each.kept) for each in due)
    return {"dropped": len(due) - kept, "kept": kept}


@entry_point
def usage(event: Mapping[str, object], _: LambdaContext) -> Report:
    """What an operator invokes: core hours a lab, project and month."""
    question = parse_question(event, SystemClock().now())
    report = _usage_report().answer(question)
    logger.info("reported", extra={"rows": len(report["rows"])})
    return report


@cache
def _provider() -> Provider:
    settings = parse_database_settings(os.environ)
    return Provider(
        admission=Admission(database=_database(settings), clock=SystemClock()),
        secrets=_secrets(),
    )


@cache
def _purge() -> Purge:
    settings = parse_purge_settings(os.environ)
    return Purge(
        database=_database(settings.database),
        clock=SystemClock(),
        retention_days=settings.retention_days,
    )


@cache
def _usage_report() -> UsageReport:
    return UsageReport(database=_database(parse_database_settings(os.environ)), clock=SystemClock())


def _database(settings: DatabaseSettings) -> Database:
    admin = AdminCredentials(secrets=_secrets(), arn=settings.secret_arn)
    return Database(settings=settings, admin=admin)


@cache
def _secrets() -> AwsSecrets:
    return AwsSecrets(secrets_manager())

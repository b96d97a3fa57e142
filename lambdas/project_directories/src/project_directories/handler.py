"""The entry point, and the only place that reads the environment and the clock."""

import os
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from aws_lambda_powertools.utilities.typing import LambdaContext

from project_directories.entry_point import entry_point, logger
from project_directories.errors import PassIncomplete
from project_directories.listing import parse_listing
from project_directories.retention import Retention
from project_directories.settings import parse_settings

# What begins before is over by then: a removal, a rename, a line of the log.
_LAST_MILLISECONDS = 20_000


@entry_point
def handler(event: Mapping[str, object], context: LambdaContext) -> dict[str, int]:
    """One pass on the list in `event`: how often it did what, each of which is a line of the log.

    Raises PassIncomplete when all were tried, so that a failure is seen as one.
    """
    settings = parse_settings(os.environ)
    retention = Retention(mount=settings.mount, keep=settings.keep, now=lambda: datetime.now(UTC))
    done: Counter[str] = Counter()
    failures = 0
    for each in retention.run(
        parse_listing(event),
        out_of_time=lambda: context.get_remaining_time_in_millis() < _LAST_MILLISECONDS,
    ):
        log = logger.error if each.failed else logger.info
        log(each.what, extra={"directory": each.directory, "cluster": each.cluster, **each.fields})
        done[each.what] += 1
        failures += each.failed
    logger.info("pass over", extra={"done": dict(done)})
    if failures:
        raise PassIncomplete(failures)
    return dict(done)

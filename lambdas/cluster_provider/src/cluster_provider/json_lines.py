"""Logging as one JSON object a line, which CloudWatch Logs Insights reads."""

import json
import logging
import sys


class JsonLines(logging.Formatter):
    """Formats a record's level, message and `extra={"fields": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        fields = getattr(record, "fields", {})
        line = {"level": record.levelname, "message": record.getMessage(), **fields}
        return json.dumps(line, default=str)


def log_as_json_lines() -> None:
    """Log this package to stdout; libraries stay with the runtime's own handler and level.

    ParallelCluster logs the parameters of its AWS calls at INFO: that is left out.
    """
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    package = logging.getLogger("cluster_provider")
    package.handlers = [handler]
    package.setLevel(logging.INFO)
    package.propagate = False

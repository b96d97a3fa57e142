"""What Lambda does when a function fails on records of a DynamoDB stream.

ministack takes `batchItemFailures` for success, and tries a batch that failed for ever. Here a
mapping goes on with the first record that its function names, halves a batch if it shall
(BisectBatchOnFunctionError), and gives up after MaximumRetryAttempts or MaximumRecordAgeInSeconds:
then it tells its destination, and goes on behind. Not so exact: there is one shard a table, a
second is between two attempts, and ParallelizationFactor is one.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ministack.core.arn import parse_arn
from ministack.services import dynamodb, lambda_svc

from embedded_aws.emulator.seams import wrap
from embedded_aws.emulator.stream_batches import Batch, after_failure, after_progress

PAUSE_SECONDS = 1.0
PARTIAL = "ReportBatchItemFailures"

logger = logging.getLogger(__name__)
# What a mapping still has to hand over of what it read, by its id.
_waiting: dict[str, list[Batch]] = {}


def install() -> None:
    """Poll in ministack's stead; forget a mapping when it does."""
    wrap("services.lambda_svc._poll_dynamodb_streams", lambda _: poll)
    wrap("services.lambda_svc._release_esm_poll_state", _forgetting)


def poll() -> bool:
    """Hand over a batch of each mapping that has one; whether any was handed over."""
    handed_over = False
    for account, region, mapping in lambda_svc._iter_all_esms():
        with _within(account, region):
            table = _table_of(mapping)
            function, _ = lambda_svc._get_func_record_for_qualifier(
                mapping["FunctionName"], mapping.get("Qualifier")
            )
            resting = lambda_svc._esm_backoff_until.get(mapping["UUID"], 0) > time.time()
            if table and function and mapping.get("Enabled", True) and not resting:
                handed_over = _hand_over(mapping, table, function) or handed_over
    return handed_over


def _hand_over(mapping: dict[str, Any], table: str, function: Any) -> bool:
    id_ = mapping["UUID"]
    waiting = _waiting.setdefault(id_, [])
    if not waiting:
        waiting.extend(_next_batch(mapping, table))
    if not waiting:
        return False
    batch = waiting.pop(0)
    records = dynamodb.stream_records_since(table, batch.begin, len(batch))
    chosen = lambda_svc._apply_filter_criteria(records, mapping)
    result = lambda_svc._execute_function(function, {"Records": chosen}) if chosen else {}
    failed = _first_failed(mapping, result, chosen)
    if failed is None:
        mapping["LastProcessingResult"] = f"OK - {len(chosen)} records"
        lambda_svc._dynamodb_stream_positions[id_] = batch.end
        return True
    mapping["LastProcessingResult"] = "FAILED"
    logger.warning("%s failed on records of %s: %s", mapping["FunctionName"], table, result)
    # Where the failed record is among all, those that the filter left out counted.
    at = batch.begin + records.index(failed)
    reason = _why_given_up(mapping, batch, failed)
    if reason:
        left = chosen[chosen.index(failed) :]
        lambda_svc._send_ddb_stream_failure_record(
            mapping, function, left, mapping["EventSourceArn"], result, reason
        )
        lambda_svc._dynamodb_stream_positions[id_] = batch.end
        return True
    if failed is not chosen[0]:
        waiting[:0] = [after_progress(batch, at)]
    else:
        halved = bool(mapping.get("BisectBatchOnFunctionError"))
        waiting[:0] = after_failure(batch, at, halved=halved)
    lambda_svc._dynamodb_stream_positions[id_] = at
    lambda_svc._esm_backoff_until[id_] = time.time() + PAUSE_SECONDS
    return False


def _next_batch(mapping: Mapping[str, Any], table: str) -> Iterator[Batch]:
    oldest = dynamodb.stream_start_position(table)
    begin = max(lambda_svc._dynamodb_stream_positions.get(mapping["UUID"], oldest), oldest)
    records = dynamodb.stream_records_since(table, begin, int(mapping.get("BatchSize", 100)))
    if records:
        yield Batch(begin=begin, end=begin + len(records))


def _first_failed(
    mapping: Mapping[str, Any], result: Mapping[str, Any], records: list[Any]
) -> Any | None:
    """The record with which Lambda goes on; None if the function took them all."""
    if result.get("error"):
        return records[0]
    body = result.get("body")
    if PARTIAL not in mapping.get("FunctionResponseTypes", []) or not isinstance(body, dict):
        return None
    named = {item.get("itemIdentifier") for item in body.get("batchItemFailures") or []}
    if not named:
        return None
    # A name that is nobody's fails the whole batch (AWS Lambda, "Partial batch response").
    by_number = {record["dynamodb"]["SequenceNumber"]: record for record in records}
    failed = [number for number in by_number if number in named]
    return by_number[failed[0]] if named <= set(by_number) else records[0]


def _why_given_up(mapping: Mapping[str, Any], batch: Batch, record: Any) -> str:
    """The condition under which Lambda gives the batch up; "" to try it again."""
    attempts = int(mapping.get("MaximumRetryAttempts", -1))
    age = int(mapping.get("MaximumRecordAgeInSeconds", -1))
    made_at = float(record["dynamodb"]["ApproximateCreationDateTime"])
    if 0 < age < time.time() - made_at:
        return "MaxRecordAgeExceeded"
    can_be_halved = bool(mapping.get("BisectBatchOnFunctionError")) and len(batch) > 1
    if 0 <= attempts <= batch.failures and not can_be_halved:
        return "RetryAttemptsExhausted"
    return ""


def _table_of(mapping: Mapping[str, Any]) -> str:
    """The table whose stream it is; "" if it's no stream, or one that is closed."""
    spec = parse_arn(mapping.get("EventSourceArn", ""))
    if spec.service != "dynamodb":
        return ""
    name, _ = lambda_svc._dynamodb_stream_table_from_arn_spec(spec) or ("", "")
    table = dynamodb._tables.get(name) or {}
    return str(name) if table.get("LatestStreamArn") == mapping["EventSourceArn"] else ""


def _forgetting(original: Callable[[str], None]) -> Callable[[str], None]:
    def release(mapping_id: str) -> None:
        _waiting.pop(mapping_id, None)
        original(mapping_id)

    return release


@contextmanager
def _within(account: str, region: str) -> Iterator[None]:
    account_token = lambda_svc._request_account_id.set(account)
    region_token = lambda_svc._request_region.set(region)
    try:
        yield
    finally:
        lambda_svc._request_account_id.reset(account_token)
        lambda_svc._request_region.reset(region_token)

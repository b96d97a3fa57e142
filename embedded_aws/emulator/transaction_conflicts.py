"""DynamoDB's transactions meet each other, and single writes meet them.

ministack does one request after the other, so that no transaction is ever in flight when another
one comes. On AWS it takes some milliseconds; what meets it on one of its items is refused: a
single write with TransactionConflictException, a transaction with TransactionCanceledException and
the reason TransactionConflict, a repeat of its own token with TransactionInProgressException
("Transaction conflict handling" in the DynamoDB Developer Guide). Plain reads never are.

Here a transaction that succeeds is answered a little later, and until then its items are busy.
Not so exact: one that fails is over at once; the items of a refused transaction that aren't busy
have the reason None, whatever their conditions; BatchWriteItem, PartiQL and what another service
writes meet nobody, and single writes are never in the way of TransactGetItems.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb

from embedded_aws.emulator.seams import wrap

Request = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
Handle = Callable[..., Awaitable[Response]]
# What is in flight: (account, region, table, key), or (account, region, token).
Busy = tuple[str, ...]

IN_FLIGHT_SECONDS = 0.01
OK, REFUSED = 200, 400
SINGLE_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
TRANSACTIONS = {"TransactWriteItems", "TransactGetItems"}
ONGOING = "Transaction is ongoing for the item"

# Only the event loop's own thread comes here.
_in_flight: set[Busy] = set()


def install() -> None:
    """Refuse what meets a transaction before ministack sees it."""
    wrap("services.dynamodb.handle_request", _meeting)


def _meeting(original: Handle) -> Handle:
    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> Response:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        request = _parsed(body) if action in SINGLE_WRITES | TRANSACTIONS else {}
        refusal = _refusal(action, request)
        if refusal is not None:
            return refusal
        response = await original(method, path, headers, body, query)
        if action == "TransactWriteItems" and response[0] == OK:
            with _flight(request):
                await asyncio.sleep(IN_FLIGHT_SECONDS)
        return response

    return handle_request


def _refusal(action: str, request: Request) -> Response | None:
    if action in SINGLE_WRITES and _item(request) in _in_flight:
        return _answer("TransactionConflictException", ONGOING)
    if action in TRANSACTIONS:
        if _token(request) in _in_flight:
            return _answer(
                "TransactionInProgressException",
                "Transaction is in progress for the given client request token",
            )
        met = [item in _in_flight for item in _items(request)]
        if any(met):
            return _cancelled(met)
    return None


@contextmanager
def _flight(request: Request) -> Iterator[None]:
    mine = {each for each in [*_items(request), _token(request)] if each is not None}
    _in_flight.update(mine)
    try:
        yield
    finally:
        _in_flight.difference_update(mine)


def _items(request: Request) -> list[Busy | None]:
    members = request.get("TransactItems")
    actions = [next(iter(member.values()), None) for member in members or [] if member]
    return [_item(action) if isinstance(action, dict) else None for action in actions]


def _item(action: Request) -> Busy | None:
    """What names the item of a write, or of a transaction's member; None if it names none."""
    name = dynamodb._normalize_table_name(action.get("TableName", ""))
    table = dynamodb._tables.get(name)
    attributes = action.get("Key") or action.get("Item")
    if table is None or not isinstance(attributes, dict):
        return None
    names = [table["pk_name"], *filter(None, [table["sk_name"]])]
    key = json.dumps([attributes.get(each) for each in names], sort_keys=True)
    return (get_account_id(), get_region(), name, key)


def _token(request: Request) -> Busy | None:
    token = request.get("ClientRequestToken")
    return (get_account_id(), get_region(), token) if isinstance(token, str) else None


def _cancelled(met: list[bool]) -> Response:
    codes = ["TransactionConflict" if each else "None" for each in met]
    return _answer(
        "TransactionCanceledException",
        "Transaction cancelled, please refer cancellation reasons for specific reasons "
        f"[{', '.join(codes)}]",
        CancellationReasons=[
            {"Code": code, "Message": ONGOING} if code != "None" else {"Code": code}
            for code in codes
        ],
    )


def _answer(code: str, message: str, **more: object) -> Response:
    content = {"__type": code, "message": message, **more}
    headers = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-errortype": code}
    return REFUSED, headers, json.dumps(content).encode()


def _parsed(body: bytes) -> Request:
    """The request; nothing if it is none: ministack says what is wrong with it."""
    try:
        request = json.loads(body or b"{}")
    except ValueError:
        return {}
    return request if isinstance(request, dict) else {}

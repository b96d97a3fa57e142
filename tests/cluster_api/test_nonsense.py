"""Whatever the gateway hands over, the answer is one of the contract's, and never a fault of ours.

An answer of 500 would be one: nothing in these worlds fails by itself.
"""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster_api.gateway import MAX_MESSAGE, answer
from cluster_api_fake_world import FakeWorld
from cluster_api_world import ALICE

IDS = {"vlab_id": "lab", "project_id": "project"}
PATH = "/hpc-provisioner/pcluster"
MEGABYTES_6 = 6 * 1024 * 1024


def event(method: str | None = "POST", path: str | None = PATH, **others: Any) -> Any:
    """A request as the gateway hands it over, with both ids, unless `others` say otherwise."""
    return {
        "httpMethod": method,
        "path": path,
        "multiValueQueryStringParameters": {name: [text] for name, text in IDS.items()},
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {"requestId": "request-1", "identity": {"userArn": None}},
        **others,
    }


def refusal(request: Any) -> tuple[int, str]:
    """Status and message of the answer, which is made as all errors are."""
    response = answer(request, FakeWorld().api)
    body = json.loads(response["body"])
    assert set(body) == {"message", "requestId"}
    assert response["headers"]["Content-Type"] == "application/json"
    assert 0 < len(body["message"]) <= MAX_MESSAGE
    return response["statusCode"], body["message"]


@pytest.mark.parametrize(
    "id_",
    [
        "." * 64,
        "../../etc/passwd",
        "..%2f..",
        "%252e",
        "a\u0000b",
        "a\u001b[31m",
        "a\u2028",
        "\u202ea",
        "\U0001f4a9",
        "e\u0301",
        "\ud800",
        "x" * 1_000_000,
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_an_id_of_nonsense_is_named_and_not_told_at_length(method: str, id_: str) -> None:
    query = {"vlab_id": ["lab"], "project_id": [id_]}

    status, message = refusal(event(method, multiValueQueryStringParameters=query))

    assert status == 400
    assert "project_id" in message
    assert len(message) < 1000


def test_of_a_thousand_unknown_parameters_some_are_named_and_the_rest_counted() -> None:
    query = {f"{number:04}" * 20: ["x"] for number in range(1000)}

    status, message = refusal(event(multiValueQueryStringParameters=query))

    assert status == 400
    assert "and 995 more" in message


@pytest.mark.parametrize(
    "body",
    [
        "x" * MEGABYTES_6,
        " " * MEGABYTES_6,
        '{"tier": "' + "x" * MEGABYTES_6 + '"}',
        "[" * MEGABYTES_6,
        '{"tier": ' + "[" * 2000 + "]" * 2000 + "}",
        '{"tier": ' + '{"a":' * 700 + "1" + "}" * 700 + "}",
        '{"tier": NaN}',
        '{"dev": Infinity}',
        '{"dev": -Infinity}',
        '{"tier": ' + "9" * 4000 + "}",
        '{"tier": 1e999}',
        '{"include_lustre": 1}',
        '{"include_lustre": [true]}',
        '{"project_id": 8}',
        '{"vlab_id": {"a": "b"}}',
        '{"tier": "debug", "tier": "debug"}',
        '{"tier": ' + "[" * 8000 + "]" * 8000 + "}",
        '{"users": ' + "[" * 8000 + "]" * 8000 + "}",
        '{"users": [' + "{}," * 5000 + "{}]}",
        '{"users": [{"name": "alice", "name": "bob"}]}',
        '{"users": [{"name": "\\ud800", "uid": 1, "public_key": ""}]}',
        '{"users": [{"' + "x" * 16_000 + '": 1}]}',
        '{"lustre_capacity_gib": ' + "9" * 4000 + "}",
        '{"lustre_capacity_gib": ' + "9" * 16_000 + "}",
        '{"lustre_throughput_mb_s_per_tib": 1e999}',
        '{"lustre_throughput_mb_s_per_tib": -0.0}',
        '{"": ""}',
        '{"tier": "debug"} {}',
        "null",
        "\ufeff{}",
        "'tier'",
        "tier=debug",
        "\x00",
    ],
)
@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_of_nonsense_is_a_400(body: str, *, encoded: bool) -> None:
    sent = base64.b64encode(body.encode()).decode() if encoded else body

    status, _ = refusal(event(body=sent, isBase64Encoded=encoded))

    assert status == 400


@pytest.mark.parametrize("body", ["%%%", "////", "gICA", "A", "é", base64.b64encode(b"\xff{}")])
def test_base64_that_is_no_text_is_a_400(body: str | bytes) -> None:
    text = body if isinstance(body, str) else body.decode()

    status, message = refusal(event(body=text, isBase64Encoded=True))

    assert (status, "UTF-8" in message) == (400, True)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("body", ["%%%", "x" * MEGABYTES_6])
def test_calls_that_read_no_body_don_t_mind_it(method: str, body: str) -> None:
    status, message = refusal(event(method, body=body, isBase64Encoded=True))

    assert (status, "has no cluster" in message) == (404, True)


def test_query_and_body_may_not_contradict() -> None:
    status, message = refusal(event(body='{"project_id": "other"}'))

    assert (status, '"project_id"' in message) == (400, True)


@pytest.mark.parametrize(
    "method", ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PUT", "get", "Post", "", None, "X" * 5000]
)
def test_another_method_is_a_405_that_says_which_there_are(method: str | None) -> None:
    request = event(method)

    status, message = refusal(request)

    assert status == 405
    assert answer(request, FakeWorld().api)["headers"]["Allow"] == "POST, GET, DELETE"
    assert len(message) < 300


@pytest.mark.parametrize(
    "path",
    [
        "/hpc-provisioner/pcluster/",
        "//hpc-provisioner/pcluster",
        "/hpc-provisioner//pcluster",
        "/HPC-provisioner/pcluster",
        "/hpc-provisioner/./pcluster",
        "/hpc-provisioner/%70cluster",
        "/hpc-provisioner/pcluster\u0000",
        "/hpc-provisioner",
        "/hpc-provisioner/" + "x" * 8000,
        "/",
        "",
        None,
        "\ud800",
    ],
)
def test_another_path_is_a_404_that_says_which_there_are(path: str | None) -> None:
    status, message = refusal(event(path=path))

    assert status == 404
    assert "/hpc-provisioner/pcluster, /hpc-provisioner/tiers" in message


@pytest.mark.parametrize("path", ["tiers", "version", "openapi.json"])
def test_calls_without_parameters_take_none(path: str) -> None:
    status, message = refusal(event("GET", f"/hpc-provisioner/{path}"))

    assert (status, "allowed are none" in message) == (400, True)


def test_a_token_beside_a_project_is_refused(world: FakeWorld) -> None:
    refused = world.call("GET", **IDS, nextToken="bGFiL3Byb2plY3Q")

    assert refused.status == 400
    assert "nextToken" in str(refused.body["message"])


@pytest.mark.parametrize("context", [None, {}, {"identity": None}, {"requestId": None}])
def test_what_the_gateway_leaves_out_is_no_fault(context: object) -> None:
    request = event("GET", requestContext=context, headers=None)

    status, _ = refusal(request)

    assert status == 404


def test_an_empty_event_is_a_404() -> None:
    assert refusal({})[0] == 404


_TEXT = st.one_of(
    st.sampled_from([*IDS, "tier", "nextToken", "dev", "benchmark", "lab", "true", "debug", ""]),
    st.text(max_size=80),
)
_USER = st.fixed_dictionaries(
    {},
    optional={
        "name": st.one_of(_TEXT, st.sampled_from(["alice", "bob", "root"])),
        "uid": st.one_of(st.integers(), st.floats(), st.integers(10_000, 59_999), _TEXT),
        "public_key": st.one_of(_TEXT, st.just(ALICE["public_key"])),
        "more": _TEXT,
    },
)
_BODY = st.fixed_dictionaries(
    dict.fromkeys(IDS, st.just("lab")),
    optional={
        "lustre_capacity_gib": st.one_of(st.integers(), st.floats(), st.sampled_from([1200, 2400])),
        "lustre_throughput_mb_s_per_tib": st.one_of(st.integers(), _TEXT, st.just(250)),
        "users": st.one_of(st.lists(_USER, max_size=3), _USER, _TEXT),
    },
)
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _TEXT),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(_TEXT, inner)),
    max_leaves=8,
)
_EVENTS = st.fixed_dictionaries(
    {},
    optional={
        "httpMethod": st.one_of(st.sampled_from(["GET", "POST", "DELETE"]), _TEXT, st.none()),
        "path": st.one_of(
            st.sampled_from([PATH, *(f"/hpc-provisioner/{name}" for name in ("tiers", "version"))]),
            _TEXT,
            st.none(),
        ),
        "queryStringParameters": st.one_of(st.none(), st.dictionaries(_TEXT, _TEXT)),
        "multiValueQueryStringParameters": st.one_of(
            st.none(), st.dictionaries(_TEXT, st.lists(_TEXT, max_size=3))
        ),
        "headers": st.one_of(st.none(), st.dictionaries(_TEXT, _TEXT)),
        "body": st.one_of(st.none(), _TEXT, st.builds(json.dumps, st.one_of(_JSON, _BODY))),
        "isBase64Encoded": st.booleans(),
        "requestContext": st.one_of(
            st.none(),
            st.fixed_dictionaries(
                {"identity": st.one_of(st.none(), st.just({"userArn": "arn:aws:iam::1:user/x"}))},
                optional={"requestId": st.text(max_size=40)},
            ),
        ),
    },
)


@settings(max_examples=400, deadline=None)
@given(request=_EVENTS)
def test_any_event_is_answered_as_the_contract_has_it(request: Any) -> None:
    response = answer(request, FakeWorld().api)

    body = json.loads(response["body"])
    assert response["statusCode"] in {200, 400, 403, 404, 405}
    assert ("message" in body) == (response["statusCode"] != 200)
    assert len(body.get("message", "")) <= MAX_MESSAGE
    assert ("Allow" in response["headers"]) == (response["statusCode"] == 405)

"""Requests are parsed once, and what is wrong with them is said."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster_api_fake_world import FakeWorld
from cluster_api_world import CALLER

IDS = {"vlab_id": "lab", "project_id": "project"}


@pytest.mark.parametrize(
    "text", ["8c1b2f3a", "2025-10-29-14h05", "my-project", "x" * 64, "a.b_c", "0"]
)
def test_an_id_may_be_any_of_those_in_use(world: FakeWorld, text: str) -> None:
    assert world.call("POST", vlab_id=text, project_id=text).status == 200


@pytest.mark.parametrize(
    "text",
    ["", ".", "..", "a/b", "../x", "a b", "-a", "x" * 65, "é", "a\n", "a\0", "%2e", "\uff11"],
)
def test_any_other_id_is_refused_by_name(world: FakeWorld, text: str) -> None:
    answer = world.call("POST", vlab_id="lab", project_id=text)

    assert answer.status == 400
    assert "project_id" in str(answer.body["message"])
    assert answer.body["requestId"] == "request-1"


@pytest.mark.parametrize("flag", ["true", "TRUE", "False", "fAlSe"])
@pytest.mark.parametrize("name", ["include_lustre", "dev"])
def test_booleans_may_be_written_in_any_case(world: FakeWorld, name: str, flag: str) -> None:
    assert world.call("POST", **IDS, **{name: flag}).status == 200


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("tier", "huge", "debug, prod"),
        ("tier", "", "debug, prod"),
        ("include_lustre", "yes", "true or false"),
        ("benchmark", "1", "true or false"),
        ("dev", "maybe", "true or false"),
        ("lustre_capacity_gib", "3600", "1200, or a multiple of 2400 up to 100800"),
        ("lustre_throughput_mb_s_per_tib", "200", "125, 250, 500, 1000"),
        ("users", "alice", "in the JSON body only"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(
    world: FakeWorld, name: str, value: str, allowed: str
) -> None:
    answer = world.call("POST", **IDS, **{name: value})

    assert answer.status == 400
    assert name in str(answer.body["message"])
    assert allowed in str(answer.body["message"])


@pytest.mark.parametrize(
    ("method", "name"), [("POST", "key_name"), ("GET", "tier"), ("DELETE", "dev")]
)
def test_an_unknown_parameter_is_named(world: FakeWorld, method: str, name: str) -> None:
    answer = world.call(method, **IDS, **{name: "x"})

    assert answer.status == 400
    assert name in str(answer.body["message"])
    assert "project_id, vlab_id" in str(answer.body["message"])


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("missing", ["project_id", "vlab_id"])
def test_a_missing_id_is_named(world: FakeWorld, method: str, missing: str) -> None:
    given_ = {name: text for name, text in IDS.items() if name != missing}

    answer = world.send(method, {name: [text] for name, text in given_.items()})

    assert answer.status == 400
    assert missing in str(answer.body["message"])


def test_a_project_without_its_lab_is_refused(world: FakeWorld) -> None:
    assert world.call("GET", project_id="project").status == 400


def test_a_parameter_given_twice_is_refused(world: FakeWorld) -> None:
    answer = world.send("GET", {"vlab_id": ["a", "a"], "project_id": ["b"]})

    assert answer.status == 400
    assert "vlab_id" in str(answer.body["message"])


def test_a_body_has_the_same_parameters(world: FakeWorld) -> None:
    body = {**IDS, "tier": "prod", "include_lustre": False}

    answer = world.call("POST", body=body)

    assert answer.status == 200
    assert world.record().tier == "prod"
    assert world.record().include_lustre is False


def test_query_and_body_may_agree(world: FakeWorld) -> None:
    assert world.call("POST", body={**IDS, "dev": True}, **IDS, dev="True").status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"vlab_id": "another"},
        {"unknown": 1},
        {"tier": 3},
        {"tier": None},
        {"include_lustre": "perhaps"},
        [],
        3,
        "no json",
        '{"dev": true, "dev": true}',
        "[" * 4000,
        '{"tier": "\\ud800"}',
        "{" + " " * 17_000 + "}",
        {"lustre_capacity_gib": "2400"},
        {"lustre_throughput_mb_s_per_tib": 126},
        {"users": [{"name": "alice"}]},
    ],
)
def test_a_wrong_body_is_a_400(world: FakeWorld, body: object) -> None:
    answer = world.call("POST", body=body, **IDS)

    assert answer.status == 400
    assert answer.body["message"]


def test_only_operators_may_ask_for_a_benchmark(world: FakeWorld) -> None:
    operator = "arn:aws:sts::123456789012:assumed-role/Operators/me"

    refused = world.call("POST", **IDS, benchmark="true", caller=CALLER)
    allowed = world.call("POST", **IDS, benchmark="true", caller=operator)

    assert (refused.status, allowed.status) == (403, 200)
    assert "operator" in str(refused.body["message"])
    assert world.record().benchmark is True
    assert world.stacks.launches[-1].parameters["Benchmark"] == "true"


def test_an_unknown_path_is_a_404(world: FakeWorld) -> None:
    answer = world.call("GET", "/hpc-provisioner/other")

    assert answer.status == 404
    assert "/hpc-provisioner/pcluster" in str(answer.body["message"])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "HEAD", "OPTIONS", "TRACE"])
def test_another_method_is_a_405_with_what_is_allowed(world: FakeWorld, method: str) -> None:
    answer = world.call(method, **IDS)

    assert answer.status == 405
    assert answer.headers["Allow"] == "POST, GET, DELETE"


def test_the_version_is_told(world: FakeWorld) -> None:
    assert world.call("GET", "/hpc-provisioner/version").body == {"version": "1.2.3"}


_NAMES = ["vlab_id", "project_id", "tier", "nextToken", "lustre_capacity_gib", "users"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    query=st.dictionaries(
        st.one_of(st.sampled_from(_NAMES), st.text()),
        st.lists(st.text(), max_size=3),
    ),
    body=st.one_of(st.none(), st.text(), st.dictionaries(st.text(), st.integers())),
)
def test_no_request_is_a_fault_of_ours(
    world: FakeWorld, method: str, query: dict[str, list[str]], body: object
) -> None:
    safe = {name: texts or [""] for name, texts in query.items()}

    assert world.send(method, safe, body=body).status in {200, 400, 404, 503}

"""Slurm's REST API behind its front: who is let in, as whom, and what the others are told."""

import hashlib
import http.client
import socket
import ssl
import time

import pytest

from rest_cluster import RestCluster, V, job_body
from rest_front import ask_until, logged
from rest_refusals import REFUSED, Make


@pytest.mark.parametrize(("status", "message", "make"), REFUSED.values(), ids=REFUSED)
def test_a_token_that_is_not_good_is_refused_and_the_answer_says_why(
    rest: RestCluster, status: int, message: str, make: Make
) -> None:
    token = make(rest.realm)

    for method, path, body in (
        ("GET", f"{V}/jobs", None),
        ("POST", f"{V}/job/submit", job_body("true")),
        ("GET", "/slurmdb/v0.0.42/jobs", None),
    ):
        got = rest.ask(method, path, token=token, body=body)

        assert (got.status, got.message) == (status, message)
        assert ("WWW-Authenticate" in got.headers) == (status == 401)
        time.sleep(0.1)
    assert rest.slurm.must("root", "squeue", "--noheader", "--name=by-rest") == ""


def test_without_a_token_nobody_comes_in(rest: RestCluster) -> None:
    for headers in ({}, {"Authorization": "Basic YWxpY2U6eA=="}, {"Authorization": "Bearer "}):
        got = rest.ask("GET", f"{V}/jobs", headers=headers)

        assert (got.status, got.message) == (
            401,
            "the header 'Authorization: Bearer TOKEN' is missing",
        )


def test_a_valid_token_is_its_user_in_slurm(rest: RestCluster) -> None:
    job = rest.submit("alice", "exit 3")

    done = rest.slurm.wait(job)

    assert (done.user, done.account, done.state, done.exit_code) == (
        "alice",
        "my_project",
        "FAILED",
        3,
    )


def test_users_see_and_cancel_their_own_jobs_and_no_other_s(rest: RestCluster) -> None:
    job = rest.submit("alice")
    alice, bob = rest.realm.token("alice"), rest.realm.token("bob")

    own = rest.ask("GET", f"{V}/job/{job}", token=alice)
    others = rest.ask("GET", f"{V}/job/{job}", token=bob)
    list_of_bob = rest.ask("GET", f"{V}/jobs", token=bob)
    history_of_bob = rest.ask("GET", f"/slurmdb/v0.0.42/job/{job}", token=bob)
    refused = rest.ask("DELETE", f"{V}/job/{job}", token=bob)
    cancelled = rest.ask("DELETE", f"{V}/job/{job}", token=alice)

    assert own.status == 200
    assert own.json()["jobs"][0]["user_name"] == "alice"
    assert others.status == 404, others.body
    assert job not in [each["job_id"] for each in list_of_bob.json()["jobs"]]
    assert history_of_bob.status in (200, 404)
    assert history_of_bob.status == 404 or history_of_bob.json()["jobs"] == []
    assert refused.status == 403, refused.body
    assert cancelled.status == 200, cancelled.body
    assert rest.slurm.wait(job).state == "CANCELLED"
    assert rest.ask("GET", f"/slurmdb/v0.0.42/job/{job}", token=alice).status == 200


def test_no_header_of_the_caller_s_gets_to_slurm(rest: RestCluster) -> None:
    smuggled = {
        "X-SLURM-USER-NAME": "root",
        "X-SLURM-USER-TOKEN": rest.realm.token("root"),
        "X-Rest-User": "bob",
        "X-Rest-Token": "other",
    }

    got = rest.ask(
        "POST",
        f"{V}/job/submit",
        token=rest.realm.token("alice"),
        body=job_body("true"),
        headers=smuggled,
    )

    assert got.status == 200, got.body
    assert rest.slurm.wait(got.json()["job_id"]).user == "alice"


def test_slurm_s_refusals_have_statuses_of_http_and_slurm_s_words(rest: RestCluster) -> None:
    token = rest.realm.token("alice")
    submit = ("POST", f"{V}/job/submit")

    partition = rest.ask(*submit, token=token, body=job_body("true", partition="none"))
    as_root = rest.ask(*submit, token=token, body=job_body("true", user_id="0"))
    garbage = rest.ask(*submit, token=token, body=b"{")
    missing = rest.ask("GET", f"{V}/job/999999", token=token)
    cancelled = rest.ask("DELETE", f"{V}/job/999999", token=token)

    assert (partition.status, partition.message) == (
        400,
        "Slurm refuses it: Invalid partition name specified",
    )
    assert partition.json()["errors"][0]["error_number"] == 2000
    assert as_root.status in (400, 403), as_root.body
    assert garbage.status == 400, garbage.body
    assert missing.status == 404, missing.body
    assert cancelled.status == 404, cancelled.body


def test_what_is_not_offered_is_not_there(rest: RestCluster) -> None:
    token = rest.realm.token("alice")

    for path in (
        "/",
        "/openapi/v3",
        "/slurm/v0.0.41/jobs",
        f"{V}/diag",
        f"{V}/job/1/../../diag",
        f"{V}/job/1%2f..%2f..%2fdiag",
        f"{V}/reconfigure",
        "/slurmdb/v0.0.42/users",
        "/verify",
        # nginx's $ would match before a newline at the end.
        f"{V}/jobs%0a",
        f"{V}/job/1%0a",
        f"{V}/partition/debug%0a",
        "/slurmdb/v0.0.42/job/1/%0a",
    ):
        got = rest.ask("GET", path, token=token)
        assert (path, got.status, got.message) == (path, 404, "no such path here")
    for method, path in (
        ("DELETE", f"{V}/jobs"),
        ("POST", f"{V}/job/1"),
        ("GET", f"{V}/job/submit"),
        ("PUT", f"{V}/jobs"),
    ):
        assert rest.ask(method, path, token=token).status == 405


def test_a_request_that_is_too_much_is_refused_before_slurm_has_it(rest: RestCluster) -> None:
    token = rest.realm.token("alice")

    large = rest.ask("POST", f"{V}/job/submit", token=token, body=b"x" * (6 << 20))
    long = rest.ask("GET", f"{V}/jobs?x={'x' * 20000}", token=token)

    assert (large.status, large.message) == (413, "the body has more than 5 MiB")
    assert (long.status, long.message) == (414, "the request line is longer than 16 KiB")


def test_a_job_that_has_ended_can_not_be_cancelled_any_more(rest: RestCluster) -> None:
    job = rest.submit("alice", "true")
    assert rest.slurm.wait(job).state == "COMPLETED"

    got = rest.ask("DELETE", f"{V}/job/{job}", token=rest.realm.token("alice"))

    assert got.status == 409, got.body
    assert got.message == "Slurm refuses it: Job/step already completing or completed"


def test_a_request_that_takes_too_long_to_come_is_ended_and_logged(rest: RestCluster) -> None:
    with pytest.raises(http.client.RemoteDisconnected):
        rest.ask_slowly(
            "POST", f"{V}/job/submit", token=rest.realm.token("alice"), says_bytes=100, sends=b"{"
        )

    [row] = logged(rest, {"status": 408, "method": "POST", "path": f"{V}/job/submit"})
    # By itself nginx would wait for a minute.
    assert row["seconds"] < 45


def test_who_asks_too_often_is_told_to_wait_and_is_served_again(rest: RestCluster) -> None:
    refused = ask_until(429, rest, f"{V}/jobs", at_most=2000)

    assert refused is not None
    assert refused.message == "too many requests: try again in a second"
    assert refused.headers["Retry-After"] == "1"
    time.sleep(4)
    assert rest.ask("GET", f"{V}/ping", token=rest.realm.token("alice")).status == 200


def test_the_log_has_user_and_job_and_never_a_token(rest: RestCluster) -> None:
    job = rest.submit("alice", "true")
    tokens = rest.realm.token("alice"), rest.realm.token("root")
    rest.ask("GET", f"{V}/job/{job}", token=tokens[0])
    rest.ask("GET", f"{V}/jobs", token=tokens[1])

    assert logged(
        rest,
        {"method": "POST", "status": 200, "user": "alice", "job": str(job)},
        {"method": "GET", "status": 200, "user": "alice", "job": str(job)},
        {"method": "GET", "status": 403, "user": "", "job": ""},
    )
    journal = rest.node.must("journalctl", "--output=cat")
    assert "eyJ" not in journal
    for token in tokens:
        assert token.rpartition(".")[2] not in journal


def test_a_token_in_the_address_is_refused_and_not_logged(rest: RestCluster) -> None:
    token = rest.realm.token("alice")
    in_percents = "".join(f"%{ord(each):02x}" for each in token)

    for path in (
        # slurmrestd would log a time that it can't read.
        f"{V}/jobs?update_time={token}",
        f"{V}/jobs?update_time={in_percents}",
        f"{V}/job/submit?access_token={token}",
        f"{V}/node/{token}",
        f"/{in_percents}",
    ):
        got = rest.ask("GET", path, token=token)
        assert got.status == 400
        assert got.message == "a token belongs into the header Authorization alone"
    assert rest.ask("GET", f"{V}/jobs?x=MonkeyJ{'o' * 20}bs", token=token).status == 200
    # nginx would log where it puts a body that is large.
    rest.ask("POST", f"{V}/job/submit", token=token, body=job_body(f"true #{'x' * 100_000}"))
    time.sleep(1)
    journal = rest.node.must("journalctl", "--output=short")
    assert [line for line in journal.splitlines() if "eyJ" in line or "%65%79" in line] == []


def test_the_certificate_is_the_one_whose_fingerprint_the_node_has(rest: RestCluster) -> None:
    fingerprint = hashlib.sha256(rest.certificate()).hexdigest()

    assert rest.node.read("/etc/hpc-slurm-rest/certificate.sha256") == f"{fingerprint}\n"
    again = rest.configure()
    assert f"the certificate's SHA-256 is {fingerprint}" in again
    rest.wait_for_keys()
    assert hashlib.sha256(rest.certificate()).hexdigest() == fingerprint


def test_the_fingerprint_is_told_where_the_provider_asks_for_it(rest: RestCluster) -> None:
    assert rest.told_fingerprint() == hashlib.sha256(rest.certificate()).hexdigest()


def test_who_trusts_the_certificate_and_nothing_else_is_content_with_it(rest: RestCluster) -> None:
    context = ssl.create_default_context(cadata=ssl.DER_cert_to_PEM_cert(rest.certificate()))
    context.verify_flags |= ssl.VERIFY_X509_STRICT

    for name in (rest.node.address, rest.node.name):
        with (
            socket.create_connection(("127.0.0.1", rest.port), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname=name) as trusted,
        ):
            assert trusted.version() in ("TLSv1.2", "TLSv1.3")


def test_nothing_is_said_without_tls(rest: RestCluster) -> None:
    with socket.create_connection(("127.0.0.1", rest.port), timeout=10) as plain:
        plain.sendall(b"GET /slurm/v0.0.42/ping HTTP/1.0\r\n\r\n")

        assert plain.recv(100).startswith(b"HTTP/1.1 400")


def test_nobody_else_on_the_node_gets_to_slurmrestd_or_reads_a_key(rest: RestCluster) -> None:
    for path in (
        "/run/hpc-slurmrestd/slurmrestd.sock",
        "/run/hpc-rest-verifier/verifier.sock",
        "/run/hpc-rest-relay/relay.sock",
    ):
        assert rest.slurm.run("alice", "stat", path).returncode
    for key in ("signing-key.pem", "certificate-key.pem"):
        assert rest.slurm.run("alice", "cat", f"/etc/hpc-slurm-rest/{key}").returncode
        assert rest.slurm.run("slurm", "cat", f"/etc/hpc-slurm-rest/{key}").returncode

"""Daemons are away, or the node boots again: what callers are told, and that it comes back."""

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from keycloak_realm import Realm
from rest_cluster import RestCluster, V, job_body
from rest_front import logged

LOOK_FIRST = "look for it by its name before you submit it again"


def test_while_a_daemon_is_away_callers_are_told_to_come_again(rest: RestCluster) -> None:
    token = rest.realm.token("alice")
    submit = ("POST", f"{V}/job/submit")
    assert rest.cluster.slurm is not None

    for daemon, method, path, status in (
        ("hpc-slurmrestd", "GET", f"{V}/jobs", 503),
        ("hpc-rest-relay", "GET", f"{V}/jobs", 503),
        ("hpc-rest-verifier", *submit, 503),
        # Slurm's own clients, such as slurmrestd, wait for slurmctld longer than callers do.
        ("slurmctld", "GET", f"{V}/jobs", 504),
        ("slurmdbd", "GET", "/slurmdb/v0.0.42/jobs", 503),
    ):
        rest.node.must("systemctl", "stop", daemon)
        got = rest.ask(method, path, token=token)
        rest.node.must("systemctl", "start", daemon)
        rest.cluster.slurm.wait_until_ready()
        rest.wait_for_keys()

        assert (daemon, got.status) == (daemon, status), got.body
        assert got.message


def held(rest: RestCluster) -> int:
    """How many of slurmrestd's requests have come to slurmctld, which hasn't read them."""
    # Of each end: state, bytes not read, bytes not sent, its address, the peer's, and whose it is.
    ends = [line.split() for line in rest.node.must("ss", "-Htnp").splitlines()]
    clients = {end[3] for end in ends if "slurmrestd" in end[-1]}
    # slurmctld's ports are 6820 to 6829.
    return sum(":682" in end[3] and end[4] in clients and end[1] != "0" for end in ends)


# What ends is what the request has come to, while slurmctld holds it.
@pytest.mark.parametrize("daemon", ["slurmctld", "hpc-slurmrestd", "hpc-rest-relay"])
def test_a_submission_that_is_lost_on_its_way_is_not_told_to_be_repeated(
    rest: RestCluster, daemon: str
) -> None:
    token = rest.realm.token("alice")
    assert rest.cluster.slurm is not None
    submit = partial(rest.ask, "POST", f"{V}/job/submit", token=token, body=job_body("true"))
    look = partial(rest.ask, "GET", f"{V}/jobs", token=token)

    rest.node.must("systemctl", "kill", "--signal=STOP", "slurmctld")
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(submit), pool.submit(look)]
        rest.cluster.slurm.wait_until("slurmctld holds both", lambda: held(rest) >= len(asked))
        rest.node.must("systemctl", "kill", "--signal=KILL", daemon)
        submitted, looked = [each.result() for each in asked]
    rest.node.run("systemctl", "kill", "--signal=CONT", "slurmctld")
    rest.node.must("systemctl", "reset-failed", daemon)
    rest.node.must("systemctl", "restart", daemon)
    rest.cluster.slurm.wait_until_ready()
    rest.wait_for_keys()

    assert (submitted.status, looked.status) == (504, 503), (submitted.body, looked.body)
    assert submitted.message.endswith("the job may have been taken: " + LOOK_FIRST)


@pytest.mark.parametrize("lives_seconds", [0, 0.7])
def test_a_service_that_does_not_stay_fails_the_node_with_its_last_words(
    rest: RestCluster, lives_seconds: float
) -> None:
    broken = "/etc/systemd/system/hpc-rest-relay.service.d/broken.conf"
    ends = f"/bin/sh -c 'sleep {lives_seconds}; echo its last words; exit 1'"
    rest.node.write(broken, f"[Service]\nExecStart=\nExecStart={ends}\n")

    done = rest.configuring()

    rest.node.must("rm", broken)
    rest.configure()
    rest.wait_for_keys()
    assert (done.returncode, done.stderr) == (
        1,
        "configure_node: slurm rest: hpc-rest-relay.service was started and doesn't stay:"
        " its last words\n",
    )


def test_the_log_says_which_part_is_away_and_nothing_of_the_query(rest: RestCluster) -> None:
    token = rest.realm.token("alice")
    path = f"{V}/job/submit?x=what-no-log-has"

    for daemon, verifier, relay in (
        ("hpc-rest-relay", "200", "502"),
        ("hpc-rest-verifier", "502", ""),
    ):
        rest.node.must("systemctl", "stop", daemon)
        try:
            rest.ask("POST", path, token=token, body=job_body(f"true #{'x' * 100_000}"))
            logged(rest, {"status": 503, "verifier": verifier, "relay": relay})
        finally:
            rest.node.must("systemctl", "start", daemon)
            rest.wait_for_keys()

    assert "what-no-log-has" not in rest.node.must("journalctl", "--output=cat")


def test_where_slurm_refuses_the_node_s_own_token_an_operator_is_to_be_told(
    rest: RestCluster,
) -> None:
    keys = "/opt/slurm/etc/slurm-rest/jwks.json"
    of_the_node = rest.node.read(keys)
    assert rest.cluster.slurm is not None
    others = json.loads(Realm().jwks())["keys"][-1]

    def with_keys(text: str) -> None:
        rest.node.write(keys, text)
        rest.node.must("systemctl", "restart", "slurmctld")
        assert rest.cluster.slurm is not None
        rest.cluster.slurm.wait_until_ready()

    with_keys(json.dumps({"keys": [others]}))
    got = rest.ask("GET", f"{V}/jobs", token=rest.realm.token("alice"))
    with_keys(of_the_node)

    assert got.status == 500, got.body
    assert got.message.startswith("Slurm is away: ")
    assert rest.ask("GET", f"{V}/jobs", token=rest.realm.token("alice")).status == 200


def test_all_of_it_is_there_after_a_reboot(rest: RestCluster) -> None:
    rest.node.reboot()
    assert rest.cluster.slurm is not None
    rest.cluster.slurm.wait_until_ready()
    rest.wait_for_keys()

    job = rest.submit("bob", "true")

    assert rest.slurm.wait(job).user == "bob"


def test_where_the_settings_allow_it_a_stranger_to_the_node_is_sim(rest: RestCluster) -> None:
    rest.configure("--rest-fallback-user=sim")
    rest.wait_for_keys()

    job = rest.submit("mallory", "true")
    refused = [
        rest.ask("GET", f"{V}/jobs", token=rest.realm.token(user)) for user in ("root", "slurm")
    ]

    rest.configure()
    rest.wait_for_keys()
    assert rest.slurm.wait(job).user == "sim"
    assert [each.status for each in refused] == [403, 403]

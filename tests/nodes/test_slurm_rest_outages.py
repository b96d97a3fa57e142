"""Daemons are away, or the node boots again: what callers are told, and that it comes back."""

import json

from keycloak_realm import Realm
from rest_cluster import RestCluster, V


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

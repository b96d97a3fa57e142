"""Every way a job can end leaves one record a run, which says what `sacct` says."""

from collections.abc import Iterator

import pytest

from accounting_server import AccountingServer
from job_endings import OWN_SECRET, SECRET, Endings, ended
from recorded_laboratory import CLUSTER, RecordedLaboratory


@pytest.fixture(scope="module")
def endings(server: AccountingServer) -> Iterator[Endings]:
    with RecordedLaboratory(server, "endings") as laboratory:
        yield ended(laboratory)


def test_each_run_has_one_record(endings: Endings) -> None:
    keys = [record["key"] for record in endings.laboratory.records()]

    assert sorted(keys) == sorted(set(keys))


def test_each_record_says_what_sacct_says(endings: Endings) -> None:
    rows = endings.laboratory.slurm.sacct(
        "root", "--duplicates", "--allusers", f"--jobs={','.join(map(str, endings.jobs.values()))}"
    )
    compared = 0
    for row in rows:
        told = row.record
        record = endings.records[f"{row.number}/{told['restart_cnt']}"]
        state = "REQUEUED" if "REQUEUED" in told["state"]["current"] else row.state
        assert record["state"] == state, record["key"]
        assert record["exit_code"] == told["exit_code"]["return_code"]["number"], record["key"]
        assert record["exit_signal"] == told["exit_code"]["signal"]["id"]["number"], record["key"]
        assert record["end_time"] == told["time"]["end"], record["key"]
        compared += 1

    assert compared >= len(endings.jobs)


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("fine", "COMPLETED"),
        ("failed", "FAILED"),
        ("signalled", "FAILED"),
        ("held and cancelled", "CANCELLED"),
        ("cancelled before its time", "CANCELLED"),
        ("waited in vain", "CANCELLED"),
        ("cancelled while running", "CANCELLED"),
        ("out of time", "TIMEOUT"),
        ("requeued", "REQUEUED"),
        ("lost its node", "NODE_FAIL"),
        ("nowhere to write", "FAILED"),
        ("no such interpreter", "FAILED"),
        ("array that never ran", "CANCELLED"),
        ("salloc", "COMPLETED"),
        ("srun", "COMPLETED"),
    ],
)
def test_the_state_is_how_it_ended(endings: Endings, name: str, state: str) -> None:
    assert endings.of(name)["state"] == state


@pytest.mark.parametrize(
    ("name", "stdout"),
    [
        ("fine", "fine\n"),
        ("python", "by python\n"),
        ("output by pattern", "pattern\n"),
        ("array", "3\n"),
        ("own trap", "mine\n"),
    ],
)
def test_output_is_read_where_slurm_wrote_it(endings: Endings, name: str, stdout: str) -> None:
    assert endings.of(name)["stdout"]["head"] == stdout


def test_standard_error_has_a_file_of_its_own_where_it_was_asked_for(endings: Endings) -> None:
    assert endings.of("fine")["stderr"]["head"] == "trouble\n"
    assert endings.of("failed")["stderr"]["same_as"] == "stdout"


@pytest.mark.parametrize(
    ("name", "trouble"),
    [
        ("link to a file of root", "it is no regular file"),
        ("fifo", "it is no regular file"),
        ("directory", "it is no regular file"),
        ("deleted output", "No such file or directory"),
        ("nowhere to write", "No such file or directory"),
    ],
)
def test_what_is_no_file_of_the_user_s_is_not_read(
    endings: Endings, name: str, trouble: str
) -> None:
    assert endings.of(name)["stdout"]["trouble"] == trouble
    assert "root:" not in str(endings.of(name))


def test_large_output_is_cut_in_the_middle(endings: Endings) -> None:
    large, huge = endings.of("large output")["stdout"], endings.of("two gigabytes")["stdout"]

    assert (large["size"], large["omitted_bytes"]) == (3_000_000, 3_000_000 - 64 * 1024)
    assert large["head"].startswith("0123456789\n0123456789\n")
    assert huge["size"] == 2 * 1024**3
    assert huge["head"].startswith("begin\n")


def test_output_that_is_not_utf_8_is_marked(endings: Endings) -> None:
    stdout = endings.of("binary output")["stdout"]

    assert (stdout["head"], stdout["is_utf8"]) == ("a\ufffd\0b", False)


@pytest.mark.parametrize(
    ("name", "source", "names"),
    [
        ("login shell", "exit_trap", ["login/1", "more/2"]),
        ("steps with modules", "step", ["step/1"]),
        ("modules", "module_hook", ["base/2", "tool/1.0"]),
    ],
)
def test_modules_loaded_in_a_script_are_told_by_who_saw_them(
    endings: Endings, name: str, source: str, names: list[str]
) -> None:
    assert endings.of(name)["modules"]["by_source"][source] == names


@pytest.mark.parametrize("name", ["own trap", "exec", "python"])
def test_where_no_trap_can_be_none_is_told(endings: Endings, name: str) -> None:
    assert "exit_trap" not in endings.of(name)["modules"]["by_source"]


def test_a_requeued_job_has_a_record_of_each_run(endings: Endings) -> None:
    first, second = endings.of("requeued"), endings.of("requeued", 1)

    assert (first["requeued"], second["requeued"]) == (True, False)
    assert first["end_time"] <= second["start_time"]
    assert second["state"] == "COMPLETED"


def test_arrays_and_het_jobs_say_which_part_a_record_is_of(endings: Endings) -> None:
    tasks = [r for r in endings.records.values() if (r["array"] or {}).get("job_id")]
    of_array = {
        r["array"]["task_id"] for r in tasks if r["array"]["job_id"] == endings.jobs["array"]
    }
    het = endings.jobs["het"]

    assert of_array == {1, 2, 3}
    assert endings.of("array that never ran")["array"]["tasks"] == "1-3"
    assert [endings.records[f"{het + n}/0"]["het"] for n in (0, 1)] == [
        {"job_id": het, "offset": 0},
        {"job_id": het, "offset": 1},
    ]


def test_what_never_had_nodes_never_started(endings: Endings) -> None:
    for name in ("held and cancelled", "cancelled before its time", "waited in vain"):
        record = endings.of(name)
        assert (record["start_time"], record["nodes"]) == (None, None)
        assert record["sources"]["epilog"] is False


def test_environment_and_script_are_those_of_the_submission(endings: Endings) -> None:
    record = endings.of("fine")

    assert record["environment"]["source"] == "slurmctld"
    assert record["environment"]["variables"]["HOME"] == "/home/alice"
    assert "echo fine; echo trouble >&2" in record["script"]["head"]
    assert endings.of("salloc")["script"] is None


def test_no_secret_is_in_any_record(endings: Endings) -> None:
    record = endings.of("secret")

    assert record["environment"]["variables"]["API_TOKEN"] == "[redacted]"
    assert record["stdout"].get("head") == "using [redacted]\n", record["stdout"]
    assert SECRET not in "".join(endings.laboratory.logs.messages("jobs"))


def test_no_secret_that_a_script_sets_is_in_what_it_prints(endings: Endings) -> None:
    assert endings.of("secret of its own")["stdout"]["head"] == (
        "API_TOKEN=[redacted]\n+ echo using [redacted]\nusing [redacted]\n"
    )
    assert OWN_SECRET not in "".join(endings.laboratory.logs.messages("jobs"))


def test_who_and_where_are_told(endings: Endings) -> None:
    record = endings.of("two nodes")

    assert (record["cluster"], record["user"], record["uid"]) == (CLUSTER, "alice", 20001)
    assert (record["account"], record["partition"]) == ("project", "small")
    assert (record["nodes"], record["node_count"]) == ("small-st-small-[1-2]", 2)
    assert record["usage"]["cpu_seconds"] >= 0


def test_nothing_of_it_is_left_on_the_node(endings: Endings) -> None:
    node = endings.laboratory.node

    assert node.must("ls", "/home/.job-records") == ""
    assert node.must("ls", "/var/spool/hpc-job-records/new") == ""


def test_the_cluster_is_told_in_numbers(endings: Endings) -> None:
    [first, *_] = endings.laboratory.logs.messages("metrics")

    assert '"Namespace":"HpcProvisioner"' in first
    assert f'"Cluster":"{CLUSTER}"' in first

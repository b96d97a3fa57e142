"""Which modules a job had, and who says so."""

from hpc_constructs.node_scripts.job_records.modules_loaded import EXIT, HOOK, STEP, Trace, modules


def test_each_source_is_told_with_what_it_had() -> None:
    traces = [
        Trace(HOOK, "mpi/4\nhdf5/1.14\nmpi/4\n"),
        Trace(STEP, "gcc/12:mpi/4"),
        Trace(EXIT, "gcc/12:mpi/4:hdf5/1.14"),
    ]

    told = modules({"LOADEDMODULES": "gcc/12"}, traces)

    assert told == {
        "loaded": ["gcc/12", "hdf5/1.14", "mpi/4"],
        "by_source": {
            "submission": ["gcc/12"],
            "module_hook": ["mpi/4", "hdf5/1.14"],
            "step": ["gcc/12", "mpi/4"],
            "exit_trap": ["gcc/12", "mpi/4", "hdf5/1.14"],
        },
    }


def test_a_source_that_had_nothing_is_not_one_that_was_not_there() -> None:
    assert modules({}, [Trace(EXIT, "")])["by_source"] == {"submission": [], "exit_trap": []}
    assert modules(None, []) == {"loaded": [], "by_source": {}}


def test_several_steps_are_one_source() -> None:
    told = modules(None, [Trace(STEP, "a/1"), Trace(STEP, "a/1:b/2")])

    assert told["by_source"] == {"step": ["a/1", "b/2"]}


def test_a_user_who_writes_nonsense_gets_a_bounded_record_of_it() -> None:
    told = modules(None, [Trace(HOOK, "\n".join("x" * 1000 + str(n) for n in range(1000)))])

    assert len(str(told)) < 100_000

"""The tables in which Slurm keeps jobs, and rows of them.

Columns as slurmdbd 24.11.5 makes them (create_cluster_tables in accounting_storage_mysql.c), of the
job's table those that say who ran what and when.
"""

from dataclasses import dataclass, field
from typing import Any

import pymysql

from accounting_world import ask

_JOB_COLUMNS = """
    `job_db_inx` bigint unsigned not null auto_increment,
    `mod_time` bigint unsigned default 0 not null,
    `deleted` tinyint default 0 not null,
    `account` tinytext,
    `array_task_pending` int unsigned default 0 not null,
    `cpus_req` int unsigned not null,
    `job_name` tinytext not null,
    `id_assoc` int unsigned not null,
    `id_array_job` int unsigned default 0 not null,
    `id_array_task` int unsigned default 0xfffffffe not null,
    `id_job` int unsigned not null,
    `id_user` int unsigned not null,
    `nodes_alloc` int unsigned not null,
    `partition` tinytext not null,
    `state` int unsigned not null,
    `time_submit` bigint unsigned default 0 not null,
    `time_eligible` bigint unsigned default 0 not null,
    `time_start` bigint unsigned default 0 not null,
    `time_end` bigint unsigned default 0 not null,
    `time_suspended` bigint unsigned default 0 not null,
    `tres_alloc` text not null default '',
    `tres_req` text not null default '',
    primary key (job_db_inx),
    unique index (id_job, time_submit),
    key rollup (time_eligible, time_end)
"""
_SUSPEND_COLUMNS = """
    `deleted` tinyint default 0 not null,
    `job_db_inx` bigint unsigned not null,
    `id_assoc` int not null,
    `time_start` bigint unsigned default 0 not null,
    `time_end` bigint unsigned default 0 not null,
    primary key (job_db_inx, time_start)
"""


@dataclass
class SlurmTables:
    """Of one cluster, written through its own user's connection, as slurmdbd does."""

    connection: "pymysql.Connection[Any]"
    schema: str
    cluster: str
    _jobs: int = field(default=0)

    def make(self) -> None:
        for table, columns in (("job", _JOB_COLUMNS), ("suspend", _SUSPEND_COLUMNS)):
            ask(self.connection, f"CREATE TABLE {self._name(table)} ({columns}) ENGINE = InnoDB")

    def job(
        self,
        *,
        start: int,
        end: int = 0,
        tres: str = "1=4,2=8192,4=1,5=4",
        pauses: tuple[tuple[int, int], ...] = (),
        **columns: int,
    ) -> None:
        self._jobs += 1
        values = {
            "cpus_req": 1,
            "job_name": "job",
            "id_assoc": 1,
            "id_job": self._jobs,
            "id_user": 20001,
            "nodes_alloc": 1,
            "partition": "debug",
            "state": 3 if end else 1,
            "time_submit": self._jobs,
            "time_start": start,
            "time_end": end,
            "tres_alloc": tres,
        } | columns
        names = ", ".join(f"`{name}`" for name in values)
        marks = ", ".join(["%s"] * len(values))
        ask(
            self.connection,
            f"INSERT INTO {self._name('job')} ({names}) VALUES ({marks})",
            *values.values(),
        )
        ((id_,),) = ask(self.connection, "SELECT LAST_INSERT_ID()")
        for paused, resumed in pauses:
            ask(
                self.connection,
                f"INSERT INTO {self._name('suspend')} VALUES (0, %s, 1, %s, %s)",
                *(id_, paused, resumed),
            )

    def _name(self, table: str) -> str:
        return f"`{self.schema}`.`{self.cluster}_{table}_table`"

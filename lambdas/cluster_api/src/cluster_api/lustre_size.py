"""The size of Lustre that a request asks for; what it leaves out is the tier's."""

from cluster_api.errors import InvalidParameter
from cluster_api.parameters import Values, whole_number

CAPACITY = "lustre_capacity_gib"
THROUGHPUT = "lustre_throughput_mb_s_per_tib"

# PERSISTENT_2 on SSD (FSx API reference, CreateFileSystem, StorageCapacity, and
# CreateFileSystemLustreConfiguration, PerUnitStorageThroughput).
LEAST_GIB = 1200
STEP_GIB = 2400
THROUGHPUTS = (125, 250, 500, 1000)
# An account's quota in a region, unless AWS raises it (FSx for Lustre User Guide, "Quotas").
MOST_GIB = 100_800


def read_capacity(values: Values, *, include_lustre: bool) -> int | None:
    """GiB, or None if none is asked for. Raises InvalidParameter."""
    if CAPACITY not in values:
        return None
    number = _number(values, CAPACITY, include_lustre=include_lustre)
    if number is None or not _is_capacity(number):
        allowed = f"{LEAST_GIB}, or a multiple of {STEP_GIB} up to {MOST_GIB} (GiB)"
        raise InvalidParameter(CAPACITY, values[CAPACITY], allowed)
    return number


def read_throughput(values: Values, *, include_lustre: bool) -> int | None:
    """MB/s for each TiB, or None if none is asked for. Raises InvalidParameter."""
    if THROUGHPUT not in values:
        return None
    number = _number(values, THROUGHPUT, include_lustre=include_lustre)
    if number not in THROUGHPUTS:
        allowed = f"one of {', '.join(map(str, THROUGHPUTS))} (MB/s for each TiB)"
        raise InvalidParameter(THROUGHPUT, values[THROUGHPUT], allowed)
    return number


def _number(values: Values, name: str, *, include_lustre: bool) -> int | None:
    if not include_lustre:
        raise InvalidParameter(name, values[name], "none with include_lustre=false")
    return whole_number(values[name])


def _is_capacity(number: int) -> bool:
    return number == LEAST_GIB or (STEP_GIB <= number <= MOST_GIB and number % STEP_GIB == 0)

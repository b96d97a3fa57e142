"""Where the network and the table of who can reach whom differ."""

from collections.abc import Iterator, Sequence
from functools import reduce

from network_facts import Probe
from network_world import NetworkWorld
from reachability import stops
from tools.reachability import EVERYTHING, Expected

# SSH, HTTP, HTTPS, Lustre, NFS, MariaDB, Slurm's own, its REST API, and where connections start.
PORTS = (22, 80, 443, 988, 1018, 1023, 2049, 3306, 6817, 6818, 6819, 6829, 8082, 40000)
PROBES = tuple(Probe(port=port) for port in (*PORTS, None))


def differences(world: NetworkWorld, rows: Sequence[Expected]) -> list[str]:
    """One sentence for each pair that isn't as its row says."""
    return list(_differences(world, rows))


def _differences(world: NetworkWorld, rows: Sequence[Expected]) -> Iterator[str]:
    facts, hosts = world.facts(), world.hosts()
    for row in rows:
        for source, target in row.pairs(keycloak=world.has_keycloak):
            found = [stops(facts, hosts[source], hosts[target], probe) for probe in PROBES]
            is_open = {probe.port for probe, by in zip(PROBES, found, strict=True) if not by}
            meant = {probe.port for probe in PROBES} if row.ports == EVERYTHING else {*row.ports}
            if is_open != meant:
                yield f"{source} → {target}: open are {_say(is_open)}, not {_say(meant)}"
            closed = [by for by in found if by]
            stopped = {str(s) for s in reduce(frozenset.__and__, closed)} if closed else set()
            if stopped != row.stops:
                yield (
                    f"{source} → {target}: stopped by {sorted(stopped)}, not {sorted(row.stops)}"
                )


def _say(ports: set[int | None]) -> list[str]:
    return sorted(str(port) if port else "other protocols" for port in ports)

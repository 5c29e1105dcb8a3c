"""Cases by seed, each on every release that is asked for."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

from tests.harness.seeds import SeedRunner
from tests.harness.tally import Tally
from tests.imports.case import run_case
from tests.lab.daemon import Daemon
from tests.lab.disk import Disk
from tests.lab.domain import define
from tests.lab.releases import RELEASES

DISKS = (Disk("vda", mib=1), Disk("vdb", mib=1))


@contextmanager
def runner(names: Sequence[str]) -> Iterator[SeedRunner[dict[str, Tally]]]:
    """Run the case of a seed on each of these releases, on one domain of each."""
    with ExitStack() as stack:
        domains = {}
        for release in (release for release in RELEASES if release.name in names):
            daemon = stack.enter_context(Daemon(release))
            domains[release.name] = define(daemon, "imported", DISKS)
        yield lambda seed: {name: run_case(domain, seed) for name, domain in domains.items()}

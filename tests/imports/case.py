"""One case: a tree in libvirt, imported, planned, owned and imported again."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from reconcile.libvirt.connection import Connection
from reconcile.manifest.load import load
from reconcile.observe.domain import observe_domain
from tests.harness.command import Ran, reconcile
from tests.harness.tally import Tally
from tests.imports.redefined import forget, redefine
from tests.imports.trees import off, random_tree
from tests.lab import metadata
from tests.lab.domain import Domain

EVERY = 4  # cases of which one is owned, too, which is a call of libvirt for each snapshot


def run_case(domain: Domain, seed: int) -> Tally:
    """The case of this seed on a domain that has no snapshots, and has none again afterwards."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    with Connection(domain.daemon.uri, readonly=True) as host:
        known = next(each for each in host.domains() if each.name == domain.name)
        tree = random_tree(rng, off(observe_domain(host.domain(known))))
    tally = Tally(1)
    try:
        taken = redefine(domain, tree)
        tally.counts["snapshots"] += len(taken)
        with TemporaryDirectory() as folder:
            wrong = _imported(domain, Path(folder), taken, tally, adopt=seed % EVERY == 0)
        tally.found += [f"seed {seed}: {each}" for each in wrong]
    finally:
        forget(domain)
    return tally


def _imported(
    domain: Domain, folder: Path, taken: set[str], tally: Tally, *, adopt: bool
) -> list[str]:
    """What is wrong with the import of what libvirt took."""
    before = metadata.dumps(domain)
    made = _run(domain, "import", domain.name, "--output", str(folder))
    wrong = [] if made.code == 0 else [f"import ended with {made.code}: {made.out}{made.err}"]
    if metadata.dumps(domain) != before:
        wrong.append("import changed the host")
    if wrong or not taken:
        return wrong
    left = made.out.count(": not declared: ")
    tally.counts["left out"] += left
    trees = load([folder]) if any(folder.glob("*.yaml")) else ()
    declared = {entry.name for tree in trees for entry in tree.snapshots}
    if len(declared) + left != len(taken):
        wrong.append(f"of {len(taken)} snapshots {len(declared)} are declared, {left} left out")
    if not declared:
        return wrong
    wrong += _planned(domain, folder)
    again = _run(domain, "import", domain.name, "--check", "--output", str(folder))
    if again.code:
        wrong.append(f"a second import would change something: {again.out}{again.err}")
    return wrong + (_owned(domain, folder / "owned", declared) if adopt else [])


def _planned(domain: Domain, folder: Path) -> list[str]:
    planned = _run(domain, "plan", "--detailed-exitcode", str(folder))
    return [] if planned.code == 0 else [f"the plan is not empty: {planned.out}{planned.err}"]


def _owned(domain: Domain, folder: Path, declared: set[str]) -> list[str]:
    """With --adopt every declared one is marked, and the plan is empty with `adopt` as well."""
    made = _run(domain, "import", domain.name, "--adopt", "--output", str(folder))
    if made.code:
        return [f"--adopt ended with {made.code}: {made.out}{made.err}"]
    found = metadata.snapshots(domain)
    bare = [name for name in sorted(declared) if not found[name].foreign]
    return [*_planned(domain, folder), *(f"{name} has no mark" for name in bare)]


def _run(domain: Domain, *arguments: str) -> Ran:
    return reconcile(*arguments, uri=domain.daemon.uri)

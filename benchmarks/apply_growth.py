"""`python -m benchmarks.apply_growth`: what applying to N domains costs, as N grows.

`--host simulated` has no libvirt at all: what is left is the tool's own work. `--host test` is the
whole command on libvirt's test driver. What one domain costs alone, which is nearly all start, is
taken off. The bar is on CPU time, which other programs of the machine change least: four times as
many domains may cost 4.5 times as much.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Literal

from benchmarks import test_driver
from benchmarks.process import Usage, measured

SIZES: Final = (100, 200, 400)
SNAPSHOTS: Final = 10
SLACK: Final = 1.125
"""How much more than in proportion to the domains the cost may grow: 4.5 for 400 against 100."""

HostKind = Literal["simulated", "test"]


@dataclass(frozen=True, slots=True)
class Growth:
    """The runs of one benchmark by their number of domains; `start` is the run with one domain."""

    host: HostKind
    snapshots: int
    start: Usage
    runs: dict[int, Usage]

    @property
    def domains_ratio(self) -> float:
        """How many times as many domains the largest run has."""
        return max(self.runs) / min(self.runs)

    @property
    def cpu_ratio(self) -> float:
        """How many times as much CPU time the largest run takes."""
        small, large = self.runs[min(self.runs)], self.runs[max(self.runs)]
        return (large.cpu - self.start.cpu) / (small.cpu - self.start.cpu)

    @property
    def wall_ratio(self) -> float:
        """How many times as long the largest run takes."""
        small, large = self.runs[min(self.runs)], self.runs[max(self.runs)]
        return (large.wall - self.start.wall) / (small.wall - self.start.wall)

    @property
    def bar(self) -> float:
        """The largest CPU ratio that counts as linear."""
        return self.domains_ratio * SLACK

    @property
    def kept(self) -> bool:
        """Whether the bar is kept."""
        return self.cpu_ratio <= self.bar

    def as_json(self) -> dict[str, Any]:
        """For programs that compare."""
        return {
            "benchmark": "apply-growth",
            "host": self.host,
            "snapshots": self.snapshots,
            "start": asdict(self.start),
            "runs": [{"domains": size, **asdict(usage)} for size, usage in self.runs.items()],
            "domains_ratio": self.domains_ratio,
            "cpu_ratio": self.cpu_ratio,
            "wall_ratio": self.wall_ratio,
            "bar": self.bar,
            "kept": self.kept,
        }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; 1 where the bar is not kept."""
    options = _options(arguments)
    print(f"apply of {options.snapshots} snapshots to each domain, host: {options.host}")
    print(f"{'domains':>8}{'CPU s':>10}{'wall s':>10}{'MiB':>8}")
    start = _run(options.host, 1, options.snapshots)
    runs = {size: _run(options.host, size, options.snapshots) for size in sorted(options.domains)}
    growth = Growth(options.host, options.snapshots, start, runs)
    print(
        f"{growth.domains_ratio:g} times the domains: {growth.cpu_ratio:.1f} times the CPU time "
        f"({growth.wall_ratio:.1f} times the time); the bar is {growth.bar:g}: "
        f"{'kept' if growth.kept else 'NOT KEPT'}"
    )
    if options.json is not None:
        options.json.write_text(json.dumps(growth.as_json(), indent=2) + "\n")
    return 0 if growth.kept else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.apply_growth", description=__doc__)
    parser.add_argument("--host", choices=("simulated", "test"), default="simulated")
    parser.add_argument("--domains", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--snapshots", type=int, default=SNAPSHOTS, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args(arguments)


def _run(host: HostKind, domains: int, snapshots: int) -> Usage:
    """One apply in a process of its own, with a row of the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        act = _simulated if host == "simulated" else _on_test_driver
        usage = act(folder, domains, snapshots)
    print(f"{domains:>8}{usage.cpu:>10.2f}{usage.wall:>10.2f}{usage.peak:>8.0f}", flush=True)
    return usage


def _simulated(folder: Path, domains: int, snapshots: int) -> Usage:
    arguments = (str(domains), str(snapshots), str(folder / "state"))
    return measured("benchmarks.simulated_apply", arguments)


def _on_test_driver(folder: Path, domains: int, snapshots: int) -> Usage:
    uri, path = test_driver.host(folder, domains), test_driver.manifest(folder, snapshots)
    arguments = ("-c", uri, "apply", "--yes", str(path))
    return measured("reconcile", arguments, {"XDG_STATE_HOME": str(folder / "state")})


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.fuzz`: bad files of one format, by the thousand.

python -m tests.fuzz --format journal --cases 100000 --seed 7
python -m tests.fuzz --format journal --seed 7 --case 4711 --show >bad.jsonl
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.cases import FORMATS, Cases, Format
from tests.fuzz.runner import Finding, findings
from tests.fuzz.sandbox import Sandbox
from tests.fuzz.worker import work


def main() -> int:
    """Run what the options say; 0 where nothing was found."""
    options = _options()
    if options.case is not None:
        options.first, options.cases = options.case, 1
    numbers = range(options.first, options.first + options.cases)
    if options.worker is not None:
        return work(options.form, options.seed, numbers, options.worker)
    if options.show:
        return _show(options.form, options.seed, numbers.start)
    return _run(options.form, options.seed, numbers)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--format", dest="form", choices=FORMATS, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first case")
    parser.add_argument("--case", type=int, help="this case alone")
    parser.add_argument("--show", action="store_true", help="print the case's file, run nothing")
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(form: Format, seed: int, numbers: range) -> int:
    began = time.monotonic()
    kinds: Counter[str] = Counter()
    for found in findings(form, seed, numbers):
        print(f"case {found.number}: {found.problem}", flush=True)
        kinds[_kind(found)] += 1
    print(f"{len(numbers)} cases, {kinds.total()} findings, {time.monotonic() - began:.0f} s")
    for kind, count in kinds.most_common():
        print(f"{count:>7}  {kind}")
    return 1 if kinds else 0


def _kind(found: Finding) -> str:
    """Where it happened, without the values of this case."""
    where = re.match(r"(error: )?internal error at \S+ \w+|\w+Error in [^\s:]+:\d+", found.problem)
    return where.group() if where else found.problem[:80]


def _show(form: Format, seed: int, number: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(Path(folder))
        sandbox.prepare()
        case = Cases(form, seed, sandbox).case(number)
    kind = f"  # the file is a {case.special}" if case.special else ""
    sys.stderr.write(f"reconcile {' '.join(case.command)}{kind}\n")
    sys.stdout.buffer.write(case.data)
    return 0


if __name__ == "__main__":
    sys.exit(main())

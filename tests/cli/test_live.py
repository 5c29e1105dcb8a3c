"""The live display of an apply in a real terminal: what stands on the screen, and what stays."""

import re
from pathlib import Path

from tests.harness.terminal import CTRL_C, Terminal
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

# Each create is held until a file of its snapshot's name lets it go; libvirt's job is at 42 %.
HELD = """
import re, sys, time
from pathlib import Path
from reconcile.cli.main import main
from reconcile.libvirt.domain import DomainHandle
create = DomainHandle.create
def held(domain, xml, flags):
    name = re.search("<name>(.*?)</name>", xml)[1]
    while not Path(sys.argv[1], name).exists():
        time.sleep(0.05)
    create(domain, xml, flags)
DomainHandle.create = held
DomainHandle.progress = lambda *_: 0.42
sys.exit(main(sys.argv[2:]))
"""
SHOWN = "\x1b[?25h"
HIDDEN = "\x1b[?25l"
SPINNER = r"^[⠀-⣿] "
TOOK = re.compile(r"  \d+ s$")  # said of long steps, on a busy machine
WAITING = "interrupted: waiting for the running calls, then undoing"


def started(
    lab: Daemon, folder: Path, *domains: Domain, columns: int = 200, before: tuple[str, ...] = ()
) -> Terminal:
    """An apply of the snapshots a and, below it, b."""
    path = folder / "web01.yaml"
    names = ", ".join(domain.name for domain in domains)
    entries = "snapshots: [{name: a, children: [{name: b}]}]"
    path.write_text(f"apiVersion: reconcile/v1\ndomains: [{names}]\n{entries}\n")
    arguments = (str(folder), *before, "-c", lab.uri, "apply", "--yes", str(path))
    return Terminal(*arguments, columns=columns, program=("-c", HELD))


def moving(terminal: Terminal) -> list[str]:
    """The lines that move, without their spinners."""
    return [line[2:] for line in terminal.picture if re.match(SPINNER, line)]


def at(terminal: Terminal, step: str, domains: tuple[Domain, ...]) -> bool:
    """Whether each domain has one line with step, time and percentage, and no other line moves."""
    found = moving(terminal)
    lines = [rf"{domain.name}  {step} +\d:\d\d:\d\d 42%" for domain in domains]
    return len(found) == len(lines) and all(
        any(re.fullmatch(line, each) for each in found) for line in lines
    )


def restored(terminal: Terminal) -> bool:
    """Whether the display has come and gone, and left the terminal as it was."""
    hid = terminal.shown.rindex(HIDDEN)
    return SHOWN in terminal.shown[hid:] and terminal.cursor and moving(terminal) == []


def test_every_running_domain_has_a_line_and_the_results_stay(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domains = (make_domain(), make_domain())
    with started(lab, tmp_path, *domains) as terminal:
        terminal.wait_until(lambda: at(terminal, "1/2 create a", domains))
        assert not terminal.cursor
        order = [line.split()[0] for line in moving(terminal)]
        (tmp_path / "a").touch()
        terminal.wait_until(lambda: at(terminal, "2/2 create b", domains))
        assert [line.split()[0] for line in moving(terminal)] == order
        (tmp_path / "b").touch()
        assert terminal.end() == 0
    assert "Traceback" not in terminal.shown
    assert restored(terminal)
    plan = next(n for n, line in enumerate(terminal.picture) if line.startswith("Plan: "))
    results = terminal.picture[plan + 1 :]
    steps = ["    ✓ create a", "    ✓ create b"]
    blocks = [[f"{each.name}  {lab.uri}  applied", *steps] for each in domains]
    first, second = blocks if results[0] == blocks[0][0] else reversed(blocks)
    assert [TOOK.sub("", line) for line in results] == [*first, *second, "2 domains: 2 applied."]


def test_ctrl_c_is_told_above_the_lines_and_the_terminal_is_restored(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domains = (make_domain(), make_domain())
    with started(lab, tmp_path, *domains) as terminal:
        terminal.wait_until(lambda: at(terminal, "1/2 create a", domains))
        terminal.type(CTRL_C)
        terminal.wait_until(lambda: WAITING in terminal.picture)
        terminal.wait_until(lambda: at(terminal, "1/2 create a", domains))
        terminal.type(CTRL_C)
        terminal.wait_until(lambda: WAITING.replace("interrupted:", "still") in terminal.picture)
        (tmp_path / "a").touch()
        assert terminal.end() == 130
    assert "Traceback" not in terminal.shown
    assert restored(terminal)
    assert terminal.picture[-1] == "2 domains: 2 rolled back."
    assert sum(line.endswith("↶ create a  (undone)") for line in terminal.picture) == 2
    assert "^C" not in "".join(terminal.picture)
    assert [lab.virsh("snapshot-list", each.name, "--name").split() for each in domains] == [[], []]


def test_a_narrow_terminal_cuts_names_and_not_numbers(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domains = (make_domain(), make_domain())
    with started(lab, tmp_path, *domains, columns=24) as terminal:
        terminal.wait_until(lambda: "42%" in terminal.shown and len(moving(terminal)) == 2)
        terminal.wait_until(lambda: all(line.endswith(" 42%") for line in moving(terminal)))
        for line in moving(terminal):
            assert re.fullmatch(r"lab-[\d-]*… \d:\d\d:\d\d 42%", line)
        (tmp_path / "a").touch()
        (tmp_path / "b").touch()
        assert terminal.end() == 0
    assert restored(terminal)


def test_what_verbose_says_stands_above_the_lines(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domains = (make_domain(),)
    with started(lab, tmp_path, *domains, before=("-v",)) as terminal:
        terminal.wait_until(lambda: at(terminal, "1/2 create a", domains))
        (tmp_path / "a").touch()
        terminal.wait_until(lambda: at(terminal, "2/2 create b", domains))
        (tmp_path / "b").touch()
        assert terminal.end() == 0
    assert restored(terminal)
    logged = [line for line in terminal.picture if line.endswith(" ms")]
    assert logged
    assert [line for line in logged if not re.match(r" +\d+\.\d{3} s  ", line)] == []

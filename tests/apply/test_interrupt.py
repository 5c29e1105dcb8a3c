"""An apply that is asked to stop, that fails beside others, and that dies: what the user sees."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.harness.command import reconcile
from tests.harness.schemas import events
from tests.harness.transcript import ROOT
from tests.lab.daemon import Daemon
from tests.lab.domain import Domain
from tests.lab.fixtures import MakeDomain

SLOW = """
import sys, time
from reconcile.cli.main import main
from reconcile.libvirt.domain import DomainHandle
create = DomainHandle.create
def slow(*arguments):
    print("CALLED", flush=True)
    time.sleep(1.5)
    create(*arguments)
DomainHandle.create = slow
sys.exit(main(sys.argv[1:]))
"""
# After the bad domain's first create, the file of its second one is there. The calls of the others
# last until the run is stopped.
FAILING = """
import sys
from pathlib import Path
from reconcile.fleet.run import Run
from reconcile.cli.main import main
from reconcile.libvirt.domain import DomainHandle
bad, overlay = sys.argv[1:3]
runs, begin, create = [], Run.__enter__, DomainHandle.create
def entered(run):
    runs.append(run)
    return begin(run)
def slow(domain, xml, flags):
    create(domain, xml, flags)
    if f"/{bad}/" in xml:
        Path(overlay).write_bytes(b"somebody's")
    else:
        runs[0].stop.wait(60)
Run.__enter__, DomainHandle.create = entered, slow
sys.exit(main(sys.argv[3:]))
"""


def manifest(
    folder: Path, *domains: Domain, entries: str = "{name: a, children: [{name: b}]}"
) -> Path:
    path = folder / "web01.yaml"
    names = ", ".join(domain.name for domain in domains)
    path.write_text(f"apiVersion: reconcile/v1\ndomains: [{names}]\nsnapshots: [{entries}]\n")
    return path


def names(domain: Domain) -> list[str]:
    return sorted(domain.daemon.virsh("snapshot-list", domain.name, "--name").split())


def began(lab: Daemon, path: Path) -> "subprocess.Popen[str]":
    """An apply that is inside its first call."""
    command = (sys.executable, "-c", SLOW, "-c", lab.uri, "apply", "--yes", str(path))
    apply = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert apply.stdout is not None
    while "CALLED" not in apply.stdout.readline():
        assert apply.poll() is None
    return apply


def test_a_signal_lets_the_call_end_then_undoes(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    for number in (signal.SIGTERM, signal.SIGINT):
        apply = began(lab, manifest(tmp_path, domain))
        apply.send_signal(number)
        out, err = apply.communicate(timeout=60)
        assert apply.returncode == 130, out + err
        assert err == "interrupted: waiting for the running calls, then undoing\n"
        assert "rolled back" in out
        assert names(domain) == []


def test_a_killed_apply_is_in_the_way_until_it_is_settled(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    domain = make_domain()
    path = manifest(tmp_path, domain)
    apply = began(lab, path)
    apply.kill()
    apply.communicate()
    again = reconcile("apply", "--yes", str(path), uri=lab.uri)
    assert again.code == 5
    assert "an earlier apply was cut off in step 1: " in again.out
    assert "run `reconcile resume` to finish it, or `reconcile rollback` to undo it" in again.out
    resumed = reconcile("resume", "--format", "json")
    assert events(resumed.out)[-1]["exit_code"] == resumed.code == 0
    assert names(domain) == ["a", "b"]
    assert reconcile("resume").err.startswith("error: no apply was left unfinished\n")
    assert reconcile("apply", "--yes", str(path), uri=lab.uri).code == 0


def test_one_that_fails_leaves_the_others_going(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    good, bad = make_domain(), make_domain()
    path = manifest(tmp_path, good, bad)
    _in_the_way(lab, bad, path, tmp_path)
    ran = reconcile(
        "apply", "--yes", "--format", "json", "--parallel", "1", str(tmp_path / "p.json")
    )
    told = events(ran.out)
    assert ran.code == 3
    statuses = {each["domain"]: each["status"] for each in told[-1]["domains"]}
    assert statuses == {good.name: "applied", bad.name: "stale"}
    assert {"step-began", "step-ended", "domain-ended"} <= {each["event"] for each in told}


def test_fail_fast_stops_the_others(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    first, second = sorted((make_domain(), make_domain()), key=lambda each: each.name)
    path = manifest(tmp_path, first, second)
    _in_the_way(lab, first, path, tmp_path)
    ran = reconcile("apply", "--yes", "--fail-fast", "--parallel", "1", str(tmp_path / "p.json"))
    assert "not begun: the run was stopped" in ran.out
    assert names(second) == []


def test_fail_fast_lets_running_calls_end_then_undoes(
    lab: Daemon, make_domain: MakeDomain, tmp_path: Path
) -> None:
    bad, running, later = sorted((make_domain() for _ in range(3)), key=lambda each: each.name)
    entries = "{name: a, disks: {vda: external}, children: [{name: b, disks: {vda: external}}]}"
    path = manifest(tmp_path, bad, running, later, entries=entries)
    for each in (bad, running, later):
        each.start()
    overlay = bad.folder / "vda.b"
    options = ("--yes", "--fail-fast", "--parallel", "2", "--format", "json")
    command = (sys.executable, "-c", FAILING, bad.name, str(overlay), "-c", lab.uri)
    ran = subprocess.run(
        (*command, "apply", *options, str(path)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    assert ran.returncode == 4
    told = events(ran.stdout)
    ends = {each["domain"]: each for each in told[-1]["domains"]}
    assert [ends[each.name]["status"] for each in (bad, running, later)] == [
        "rolled back",
        "rolled back",
        "failed",
    ]
    assert f"{overlay} exists now" in ends[bad.name]["notes"]
    assert [step["state"] for step in ends[running.name]["steps"]] == ["undone", "not started"]
    assert ends[later.name]["notes"] == ["not begun: the run was stopped"]
    assert later.name not in {each["domain"] for each in told if each["event"] == "step-began"}
    assert [names(each) for each in (bad, running, later)] == [[], [], []]
    assert overlay.read_bytes() == b"somebody's"


def test_domains_are_applied_at_once(lab: Daemon, make_domain: MakeDomain, tmp_path: Path) -> None:
    domains = [make_domain() for _ in range(6)]
    ran = reconcile(
        "apply", "--yes", "--parallel", "6", str(manifest(tmp_path, *domains)), uri=lab.uri
    )
    assert ran.code == 0, ran.out
    assert all(names(domain) == ["a", "b"] for domain in domains)


def _in_the_way(lab: Daemon, domain: Domain, path: Path, folder: Path) -> None:
    """A saved plan, and somebody's snapshot taken since."""
    saved = folder / "p.json"
    assert reconcile("plan", "--out", str(saved), str(path), uri=lab.uri).code == 0
    lab.virsh("snapshot-create-as", domain.name, "somebodys")

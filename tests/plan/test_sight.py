"""Files that nobody could look at are told, and files elsewhere are not touched unasked."""

from dataclasses import replace

from reconcile.model.desired import Current, DesiredTree
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.host import Host
from reconcile.model.images import Image, ImageGraph
from reconcile.model.plan import DomainPlan
from reconcile.model.snapshot import Mark
from reconcile.plan.planner import plan_domain
from tests.harness.identity import HERE
from tests.rules.notation import FORKY, TEST, declared, domain, grown

IMAGE = "/images/vda.qcow2"


def planned(desired: DesiredTree, observed: Domain, images: ImageGraph | None = None) -> DomainPlan:
    return plan_domain(desired, observed, Host(HERE, FORKY, images or ImageGraph()))


def owned(observed: Domain, name: str, **fields: object) -> Domain:
    snapshot = replace(observed.tree[name], mark=Mark(name, "digest"), **fields)  # type: ignore[arg-type] # its own fields
    return replace(observed, tree=observed.tree.put(snapshot))


def test_tags_that_could_not_be_read_are_told() -> None:
    unread = planned(declared("A"), domain())
    assert unread.warnings == (f"A: nobody could see which internal snapshots {IMAGE} holds",)
    read = planned(declared("A"), domain(), ImageGraph({IMAGE: Image(tags=())}))
    assert read.warnings == ()


def test_a_memory_file_that_could_not_be_seen_is_told() -> None:
    observed = grown("start, mem A, ext B")
    wanted = replace(declared("A (B)"), current=Current("A"))
    hidden = ImageGraph({"/images/vda.A.mem": Image(exists=Fact.UNKNOWN)})
    assert planned(wanted, observed, hidden).warnings == (
        "A: nobody could see whether /images/vda.A.mem exists",
    )


def test_the_test_driver_has_no_images_to_look_at() -> None:
    assert plan_domain(declared("A"), domain(), Host(HERE, TEST)).warnings == ()


def test_deleting_keeps_to_the_directories_of_the_domain() -> None:
    grown_tree = grown("start, mem A, ext B")
    elsewhere = replace(grown_tree.tree["A"].memory, file="/etc/keep.mem")
    observed = owned(grown_tree, "A", memory=elsewhere)
    refused = planned(declared("B"), observed)
    assert [each.code for each in refused.refusals] == ["metadata-elsewhere"]
    allowed = replace(declared("B"), allow_paths=("/etc",))
    assert planned(allowed, observed).refusals == ()


def test_a_merge_into_a_raw_image_leaves_a_raw_disk() -> None:
    """So that an internal snapshot after it is refused before the delete, not after it."""
    raw = domain(replace(domain().disks[0], format="raw"))
    assert [each.format for each in grown("ext A, delete A", raw).disks] == ["raw"]
    observed = owned(grown("ext A", raw), "A")
    assert planned(declared("B int"), observed).refusals != ()


def test_a_disk_that_falls_back_to_an_image_with_a_data_file_takes_no_internal_snapshot() -> None:
    """The image below the overlay counts once the overlay is merged into it."""
    observed = owned(grown("start, mem A"), "A")
    images = {each: Image(below=()) for each in observed.images}
    assert planned(declared("B int"), observed, ImageGraph(images)).refusals == ()
    images[IMAGE] = Image(below=(), data_file="/images/vda.data")
    assert planned(declared("B int"), observed, ImageGraph(images)).refusals != ()

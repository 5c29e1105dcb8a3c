"""Files that a create would write: which they are, and whether they are safe to write."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from reconcile.model.action import Create
from reconcile.model.domain import Domain
from reconcile.model.fact import Fact
from reconcile.model.images import ImageGraph
from reconcile.model.plan import DomainPlan, Refusal
from reconcile.rules.checks import first
from reconcile.rules.file_effects import file_key
from reconcile.rules.refusals import Code, refuse


def written(plan: DomainPlan) -> tuple[str, ...]:
    """Every file that the plan would create: facts about these are worth asking for."""
    creates = (step.action for step in plan.steps if isinstance(step.action, Create))
    return tuple(sorted({file for action in creates for file in _files(action)}))


def objection(
    action: Create, domain: Domain, images: ImageGraph, allowed: tuple[str, ...]
) -> Refusal | None:
    """The refusal for the first of the action's files that must not be written, or None.

    Facts that were not gathered (yet) are no reason; a file that cannot be seen is one where
    libvirt itself would not look either: the memory file (trap 12).
    """
    paths = tuple(_files(action))
    return first(
        (
            *(_in_use(action, path, images) for path in paths),
            *(_data_in_use(action, path, images) for path in paths),
            *(_exists(action, path, images) for path in paths),
            *(_elsewhere(action, path, domain, allowed) for path in paths),
        )
    )


def _files(action: Create) -> Iterable[str]:
    yield from (disk.file for disk in action.disks if disk.file)
    if action.memory.file:
        yield action.memory.file


def _in_use(action: Create, path: str, images: ImageGraph) -> Refusal | None:
    use = next(iter(images.users(path)), None)
    if use is None:
        return None
    key = file_key(action, path)
    return refuse(Code.FILE_IN_USE, action.snapshot, path=path, user=use.user, key=key)


def _data_in_use(action: Create, path: str, images: ImageGraph) -> Refusal | None:
    """An overlay that is there already may keep its data in somebody's file (all releases)."""
    data_file = images.data_file(path)
    use = next(iter(images.users(data_file)), None) if data_file is not None else None
    if use is None:
        return None
    key = file_key(action, path)
    return refuse(Code.FILE_IN_USE, action.snapshot, path=data_file, user=use.user, key=key)


def _exists(action: Create, path: str, images: ImageGraph) -> Refusal | None:
    exists, memory = images.exists(path), path == action.memory.file
    key = file_key(action, path)
    if action.capture.reuse_files and not memory:
        gone = exists is Fact.NO
        return refuse(Code.FILE_MISSING, action.snapshot, path=path, key=key) if gone else None
    if exists is Fact.YES:
        return refuse(Code.FILE_EXISTS, action.snapshot, path=path, key=key)
    if exists is Fact.UNKNOWN and memory:
        return refuse(Code.FILE_UNSEEN, action.snapshot, path=path)
    return None


def _elsewhere(
    action: Create, path: str, domain: Domain, allowed: tuple[str, ...]
) -> Refusal | None:
    if in_domain_directory(path, domain, allowed):
        return None
    lasting = (folder for folder in _directories(domain) if not _volatile(PurePosixPath(folder)))
    facts = {
        "directories": " or ".join(sorted(lasting)),
        "folder": str(PurePosixPath(path).parent),
        "key": file_key(action, path),
    }
    return refuse(Code.FILE_ELSEWHERE, action.snapshot, path=path, **facts)


VOLATILE = (("dev",), ("proc",), ("run",), ("sys",))
"""First parts of folders whose files are no files, or are gone at the next boot of the host."""


def in_domain_directory(path: str, domain: Domain, allowed: tuple[str, ...]) -> bool:
    """Whether a file lies beside the domain's disks or in an allowed directory.

    libvirt later unlinks as root whatever its metadata names.
    """
    directory = PurePosixPath(path).parent
    if ".." in directory.parts:
        return False
    known = str(directory) in _directories(domain) and not _volatile(directory)
    return known or any(directory.is_relative_to(each) for each in allowed)


def _volatile(directory: PurePosixPath) -> bool:
    return directory.parts[1:2] in VOLATILE


def _directories(domain: Domain) -> set[str]:
    files = (file for disk in domain.disks for file in (disk.path, *disk.backing) if file)
    return {str(PurePosixPath(file).parent) for file in files}

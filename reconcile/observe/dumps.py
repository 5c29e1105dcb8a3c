"""Full dumps named by `redefine-from`: read for planning, without their secrets."""

from collections.abc import Mapping
from pathlib import Path

from reconcile.errors import HostXmlError
from reconcile.libvirt.xml import snapshot_read
from reconcile.model.desired import DesiredTree
from reconcile.model.frozen import FrozenMapping
from reconcile.model.host import Dump


def observe_dumps(desired: DesiredTree) -> Mapping[str, Dump]:
    """The dumps that can be read, by the path the manifest gives; the rest is refused later."""
    paths = {each.redefine_from for each in desired.snapshots if each.redefine_from}
    found = ((path, _dump(Path(path))) for path in sorted(paths))
    return FrozenMapping({path: dump for path, dump in found if dump is not None})


def _dump(path: Path) -> Dump | None:
    try:
        return snapshot_read.read_dump(path.read_text())
    except (OSError, ValueError, HostXmlError):
        return None

"""The promise of every plan: no action that the rules allow loses data of a snapshot that stays."""

from hypothesis import given

from reconcile.model.action import Revert
from reconcile.model.host import Capabilities
from tests.properties.images import Images
from tests.properties.profile import examples
from tests.properties.worlds import Event, World, worlds


@examples(250)
@given(worlds(longest=18))
def test_no_legal_action_loses_data(world: World) -> None:
    images = Images.of(world.start)
    for event in world.events:
        images.write()
        happened(images, event, world.host)


def happened(images: Images, event: Event, host: Capabilities) -> None:
    """The event on the files, and everything that must be true after it."""
    action, before, after = event.action, event.before, event.after
    if action is None:
        return
    guest = images.guest()
    if isinstance(action, Revert):  # what it left out stays as it is
        guest |= images.held_by(action.snapshot)
    images.do(action, before, after, host)
    assert images.lost(after) == ()
    assert images.active == {disk.target: disk.path for disk in after.disks if disk.path}
    assert images.guest() == guest

"""The images of one host: what is known of each, who lies on it, and what a run will do to it.

An image is a file, a block device, a volume or a network image that a disk, a snapshot, a memory
image or a backing chain names. Images are told apart by what they are: two names that lead to one
file are one image. What nobody asked for is None; what cannot be seen is `Fact.UNKNOWN`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from reconcile.model.fact import Fact
from reconcile.model.frozen import FrozenMapping


class Role(StrEnum):
    """How a domain lies on an image: by a disk itself, below a disk, or by a snapshot."""

    DISK = "disk"
    BACKING = "backing"
    SNAPSHOT = "snapshot"
    MEMORY = "memory"


@dataclass(frozen=True, slots=True)
class ImageUse:
    """One reason why a domain needs an image; `user` names the disk or snapshot for people.

    `domain` is a UUID. `writes`: the guest writes to the image whenever it runs. `active`: it does
    run, so that QEMU has the image open.
    """

    domain: str
    user: str
    role: Role
    writes: bool = False
    active: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """What one domain's plan will do to an image: make it (`creates`), or change or remove it.

    A plan that only opens an image for writing, as for a tag, claims it, too.
    """

    domain: str
    user: str
    creates: bool


@dataclass(frozen=True, slots=True)
class SavedMemory:
    """What a file of saved memory says: the UUID of its domain, and in words what is wrong with it.

    Either is "" where the file does not tell.
    """

    domain: str = ""
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """The facts about one image. None in any field: nobody asked, or the image could not be read.

    `tags` are the names of the internal snapshots in it, `below` its backing chain from the top.
    `data_file`: the file that it keeps its data in, if that is another. `unread`: the first image
    from it downwards of which nobody could see all that it names. `encrypted`: its header says so.
    `memory`: what it says as a file of saved memory. `bitmaps` are the names of its dirty bitmaps,
    by which backups go.
    """

    exists: Fact | None = None
    tags: tuple[str, ...] | None = None
    below: tuple[str, ...] | None = None
    data_file: str | None = None
    unread: str | None = None
    memory: SavedMemory | None = None
    bitmaps: tuple[str, ...] | None = None
    encrypted: bool = False


_UNASKED = Image()


@dataclass(frozen=True, slots=True)
class ImageGraph:
    """All that is known of a host's images.

    `images` are facts by name, `canonical` maps a name to the one that all names of the same image
    share, `uses` and `claims` are kept under those. What an image names that could not be read or
    followed is not among the uses: `unread` are those of this machine, with their users, and
    `unseen` those of a host whose files cannot be seen from here.
    """

    images: Mapping[str, Image] = field(default_factory=FrozenMapping)
    canonical: Mapping[str, str] = field(default_factory=FrozenMapping)
    uses: Mapping[str, tuple[ImageUse, ...]] = field(default_factory=FrozenMapping)
    claims: Mapping[str, tuple[Claim, ...]] = field(default_factory=FrozenMapping)
    unread: tuple[tuple[str, ImageUse], ...] = ()
    unseen: tuple[tuple[str, ImageUse], ...] = ()

    def key(self, path: str) -> str:
        """The name that all names of this image share; the path itself where none is known."""
        return self.canonical.get(path, path)

    def exists(self, path: str) -> Fact | None:
        """Whether the image is there; None where nobody asked."""
        return self.images.get(path, _UNASKED).exists

    def tags(self, path: str) -> tuple[str, ...] | None:
        """The internal snapshots in the image; None where nobody asked or could read it."""
        return self.images.get(path, _UNASKED).tags

    def bitmaps(self, path: str) -> tuple[str, ...] | None:
        """The dirty bitmaps in the image; None where nobody asked or could read it."""
        return self.images.get(path, _UNASKED).bitmaps

    def below(self, path: str) -> tuple[str, ...] | None:
        """The image's backing chain from the top; None where nobody asked or could read it."""
        return self.images.get(path, _UNASKED).below

    def data_file(self, path: str) -> str | None:
        """The file that the image is known to keep its data in, if that is another."""
        return self.images.get(path, _UNASKED).data_file

    def encrypted(self, path: str) -> bool:
        """Whether the image is known to be encrypted by its header; a raw one has none."""
        return self.images.get(path, _UNASKED).encrypted

    def parts(self, path: str) -> Iterator[str]:
        """The image, and the file that it keeps its data in."""
        yield path
        data_file = self.data_file(path)
        if data_file is not None:
            yield data_file

    def memory(self, path: str) -> SavedMemory | None:
        """What the file says as one of saved memory; None where nobody asked or could read it."""
        return self.images.get(path, _UNASKED).memory

    def users(self, path: str) -> tuple[ImageUse, ...]:
        """Everything of any domain that lies on the image."""
        return self.uses.get(self.key(path), ())

    def others(self, path: str, domain: str) -> Iterator[ImageUse]:
        """Everything of domains other than `domain` (a UUID) that lies on the image."""
        return (use for use in self.users(path) if use.domain != domain)

    def claimed(self, path: str, domain: str) -> Iterator[Claim]:
        """What the plans of domains other than `domain` (a UUID) will do to the image."""
        found = self.claims.get(self.key(path), ())
        return (claim for claim in found if claim.domain != domain)

    def unread_besides(self, domain: str) -> Iterator[tuple[str, ImageUse]]:
        """Images used by domains other than `domain` (a UUID) whose chains nobody could read."""
        return (each for each in self.unread if each[1].domain != domain)

    def with_claims(self, claims: Iterable[tuple[str, Claim]]) -> "ImageGraph":
        """The graph with these claims in place of all earlier ones, each with its path."""
        found: dict[str, tuple[Claim, ...]] = {}
        for path, claim in claims:
            key = self.key(path)
            found[key] = (*found.get(key, ()), claim)
        return replace(self, claims=FrozenMapping(found))

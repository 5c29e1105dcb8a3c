"""The identity of a host and of its domains, by what the server says, however it was reached."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class HostId:
    """The identity of one libvirt server.

    `server` is its driver, whose daemon it is, and its own host name, as in `qemu/system@kvm1`: it
    outlives a restart of the daemon, so locks and journals go by it. `uuid` is the host's UUID as
    the daemon says it: it tells hosts of one name apart and is the same over every connection to
    one daemon, but where the machine has no DMI UUID libvirtd makes a new one whenever it starts
    (libvirt 9.0.0, 11.3.0, 12.8.0). `uri` is how it was reached, for people, without a password.
    """

    server: str
    uri: str = field(compare=False)
    uuid: str | None = None


@dataclass(frozen=True, slots=True)
class DomainId:
    """One domain of a host: libvirt knows it by its UUID, people by its name."""

    host: HostId
    uuid: str
    name: str = field(compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """The server and the domain's UUID, which stay the same from run to run."""
        return self.host.server, self.uuid

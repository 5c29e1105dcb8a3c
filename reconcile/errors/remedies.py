"""What to do about an error of libvirt: by its number, and by the cause that its words name.

The numbers alone say little: whatever goes wrong with a socket is a SYSTEM_ERROR. Causes are told
by words that libvirt quotes from the operating system, ssh, polkit or QEMU.
"""

from typing import Final

from reconcile.errors.libvirt_codes import LibvirtCode

_LOOK: Final = "see libvirtd's log on the host, then run `reconcile plan` again"
_LOG: Final = "see libvirtd's log on the host"
_URI: Final = "check the URI, and that libvirt can read what it names"
_POLKIT: Final = (
    "polkit wants a password and nobody can type it: add the user to the group `libvirt` on the "
    "host and log in again, or allow `org.libvirt.unix.manage` by a rule of polkit"
)
_REMEDIES: Final[dict[int, str]] = {
    LibvirtCode.INTERNAL_ERROR: _LOG,
    LibvirtCode.NO_SUPPORT: (
        "libvirt cannot do this on that host: snapshots need its driver for QEMU and KVM"
    ),
    LibvirtCode.NO_CONNECT: "check the URI: libvirt knows no driver for it",
    LibvirtCode.INVALID_ARG: _LOG,
    LibvirtCode.OPERATION_DENIED: "use a user that may do this, or ask the host's administrator",
    LibvirtCode.SYSTEM_ERROR: _LOOK,
    LibvirtCode.RPC: "the connection broke: check the host and run `reconcile plan` again",
    LibvirtCode.NO_DOMAIN: "check the domain's name with `virsh list --all`",
    LibvirtCode.AUTH_FAILED: "check the credentials for this URI",
    LibvirtCode.AUTH_CANCELLED: _POLKIT,
    LibvirtCode.AUTH_UNAVAILABLE: _POLKIT,
    LibvirtCode.OPERATION_TIMEOUT: (
        "another job holds the domain: wait for it to end, then plan again"
    ),
    LibvirtCode.NO_DOMAIN_SNAPSHOT: "somebody deleted it meanwhile: plan again",
    LibvirtCode.ACCESS_DENIED: "ask the host's administrator for access to this domain",
}
_CONNECTING: Final[dict[int, str]] = {
    LibvirtCode.INTERNAL_ERROR: _URI,
    LibvirtCode.INVALID_ARG: _URI,
    LibvirtCode.XML_ERROR: _URI,
    LibvirtCode.SYSTEM_ERROR: (
        "check that libvirtd runs there and that the URI and its socket are right"
    ),
}
_CAUSES_CONNECTING: Final = (
    (
        "Permission denied (",
        "let ssh log in without a password: a key in the host's authorized_keys, or ssh-agent",
    ),
    ("Host key verification failed", "log in once with ssh, to see and accept the host's key"),
    ("Name or service not known", "check the host's name in the URI"),
    ("No route to host", "check the host's name, and that it runs"),
    (
        "certificate",
        "TLS needs certificates on both sides: see libvirt's manual, or use `qemu+ssh://`",
    ),
    (
        "Connection refused",
        (
            "nothing listens there: start libvirtd's socket for this transport on the host, or "
            "correct the address"
        ),
    ),
    (
        "Permission denied",
        (
            "this user may not use libvirt's socket: add it to the group `libvirt` on the host and "
            "log in again, or run this as root"
        ),
    ),
    (
        "No such file or directory",
        (
            "libvirtd does not listen there: start it (`systemctl start libvirtd.socket` or "
            "`virtqemud.socket`), or correct the socket in the URI"
        ),
    ),
)
"""What libvirt's words for a failed connection hold, and what to do then; the first one counts."""
_CAUSES: Final = (
    (
        LibvirtCode.CONFIG_UNSUPPORTED,
        "already exists",
        "remove that file on the host if nobody needs it, or name another one under `disks:`",
    ),
    (
        LibvirtCode.SYSTEM_ERROR,
        "No such file or directory",
        "put that file back on the host, then plan again",
    ),
    (
        LibvirtCode.SYSTEM_ERROR,
        "Permission denied",
        "let libvirt's own user use that file on the host, then plan again",
    ),
    (
        LibvirtCode.SYSTEM_ERROR,
        "No space left on device",
        "make room on the host, then plan again",
    ),
)


def remedy_of(call: str, code: int, text: str) -> str:
    """The remedy for an error of libvirt: `call` is what was asked of it, `text` its own words."""
    if call == "connect":
        causes = (remedy for words, remedy in _CAUSES_CONNECTING if words in text)
        known = _CONNECTING.get(code)
    else:
        causes = (way for number, words, way in _CAUSES if number == code and words in text)
        known = None
    return next(causes, known or _REMEDIES.get(code, _LOOK))

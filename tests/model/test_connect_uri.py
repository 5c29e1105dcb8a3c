"""Which connection URIs may be taken from a file: a list of what is allowed, in plain spelling."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconcile.model.connect_uri import unsafe_reason

ALLOWED = [
    "qemu:///system",
    "qemu:///session",
    "qemu:/system",
    "qemu://kvm1/system",
    "qemu+unix:///system",
    "qemu+unix:///system?socket=/run/libvirt/libvirt-sock",
    "qemu+unix:///system?socket=/var/cache/lab-1/root_a/libvirt-sock-ro",
    "qemu+ssh://root@kvm1/system",
    "qemu+ssh://root@kvm1.example.org:2222/system?no_tty=1&mode=auto",
    "qemu+ssh://kvm_1/session?socket=/run/user/1000/libvirt/libvirt-sock",
    "qemu+ssh://[2001:db8::1]:22/system",
    "qemu+libssh://kvm1/system",
    "qemu+libssh2://kvm1/system",
    "qemu+tls://kvm1/system",
    "qemu+tcp://127.0.0.1:16509/system",
    "test:///default",
    "test+unix:///default?socket=/run/a",
    "kvm1",
    "kvm-1.example.org",
]

DRIVER = "its driver is not one of: qemu, test"
TRANSPORT = "its transport is not one of: unix, ssh, libssh, libssh2, tls, tcp"
SERVER = "its server is not written as [USER@]HOST[:PORT] with plain letters"
PATH = "its path is not /system or /session"
PARAMETER = "it has a parameter that is not one of: socket, mode, no_tty"
NEITHER = "it is neither a URI nor a plain name"


def value(key: str) -> str:
    return f"its parameter {key} has a value that is not allowed"


def twice(key: str) -> str:
    return f"it has the parameter {key} twice"


REFUSED = [
    ("qemu+ext:///system?command=/bin/sh", TRANSPORT),
    ("qemu+EXT:///system", TRANSPORT),
    ("qemu+Ssh://kvm1/system", TRANSPORT),
    ("qemu+e%78t:///system", TRANSPORT),
    ("qemu+ext+ssh:///system", TRANSPORT),
    ("qemu+:///system", TRANSPORT),
    ("qemu+ssh\t://kvm1/system", TRANSPORT),
    ("QEMU:///system", DRIVER),
    (" qemu:///system", DRIVER),
    ("\x00qemu:///system", DRIVER),
    ("\uff51emu:///system", DRIVER),
    ("lxc:///system", DRIVER),
    ("xen:///system", DRIVER),
    ("bhyve:///system", DRIVER),
    ("remote:///system", DRIVER),
    ("esx://host/?no_verify=1", DRIVER),
    ("vbox:///session", DRIVER),
    ("ch:///system", DRIVER),
    ("openvz:///system", DRIVER),
    ("hyperv://host/?transport=http", DRIVER),
    ("vpx://vcenter/dc/cluster/host?authfile=/root/auth", DRIVER),
    ("vmwarews:///session", DRIVER),
    ("vz:///system", DRIVER),
    ("phyp://user@hmc/system", DRIVER),
    ("secret:///system", DRIVER),
    ("network:///system", DRIVER),
    ("nodedev:///system", DRIVER),
    ("qemu ///system", NEITHER),
    (":///system", DRIVER),
    ("//kvm1/system", NEITHER),
    ("/system", NEITHER),
    ("", NEITHER),
    ("-kvm1", NEITHER),
    ("kvm1\n", NEITHER),
    ("kvm1;ext", NEITHER),
    ("qemu:///embed?root=/tmp/x", PATH),
    ("qemu:///", PATH),
    ("qemu:///system/", PATH),
    ("qemu:///system#x", PATH),
    ("qemu:///system\n", PATH),
    ("qemu:///%73ystem", PATH),
    ("qemu:///../system", PATH),
    ("qemu:system", PATH),
    ("test:///etc/passwd", "its path is not /default"),
    ("test+tcp://kvm1/etc/passwd", "its path is not /default"),
    ("qemu+ssh://-oProxyCommand=x/system", SERVER),
    ("qemu+ssh://-oProxyCommand/system", SERVER),
    ("qemu+ssh://-l@kvm1/system", SERVER),
    ("qemu+ssh://a:secret@kvm1/system", SERVER),
    ("qemu+ssh://a@b@kvm1/system", SERVER),
    ("qemu+ssh://kvm1:22x/system", SERVER),
    ("qemu+ssh://kvm1:/system", SERVER),
    ("qemu+ssh://kvm1%0a/system", SERVER),
    ("qemu+ssh://$(id)/system", SERVER),
    ("qemu+ssh://kvm1`id`/system", SERVER),
    ("qemu+ssh://kvm1\\@evil/system", SERVER),
    ("qemu+ssh://кvm1/system", SERVER),
    ("qemu+unix://kvm1/system", "it names a server, but transport unix stays on this machine"),
    ("qemu+ssh://kvm1/system?command=/bin/sh", PARAMETER),
    ("qemu+ssh://kvm1/system?COMMAND=/bin/sh", PARAMETER),
    ("qemu+ssh://kvm1/system?comm%61nd=/bin/sh", PARAMETER),
    ("qemu+ssh://kvm1/system?netcat=/bin/sh", PARAMETER),
    ("qemu+ssh://kvm1/system?proxy=netcat", PARAMETER),
    ("qemu+ssh://kvm1/system?keyfile=/root/.ssh/id_rsa", PARAMETER),
    ("qemu+ssh://kvm1/system?known_hosts=/dev/null", PARAMETER),
    ("qemu+libssh://kvm1/system?sshauth=agent", PARAMETER),
    ("qemu+ssh://kvm1/system?no_verify=1", PARAMETER),
    ("qemu+tls://kvm1/system?pkipath=/tmp/x", PARAMETER),
    ("qemu+tls://kvm1/system?tls_priority=NONE", PARAMETER),
    ("qemu+tcp://kvm1/system?name=qemu%2Bext:///system", PARAMETER),
    ("qemu+tcp://kvm1/system?auth=/root/auth.conf", PARAMETER),
    ("qemu:///system?authfile=/root/auth.conf", PARAMETER),
    ("qemu+libssh2://kvm1/system?keyfile=/root/.ssh/id_rsa", PARAMETER),
    ("qemu+libssh2://kvm1/system?known_hosts=/dev/null", PARAMETER),
    ("qemu+libssh2://kvm1/system?known_hosts_verify=ignore", PARAMETER),
    ("qemu+libssh://kvm1/system?mode=auto&proxy=netcat", PARAMETER),
    ("qemu+tls://kvm1/system?PKIPATH=/tmp/x", PARAMETER),
    ("qemu+tls://kvm1/system?pkip%61th=/tmp/x", PARAMETER),
    ("qemu+vsock://2/system", TRANSPORT),
    ("qemu+external:///system", TRANSPORT),
    ("qemu+ssh%2bext://kvm1/system", TRANSPORT),
    ("qemu:///system?debug=99", PARAMETER),
    ("qemu:///system?sanity=0", PARAMETER),
    ("qemu:///system?password=x", PARAMETER),
    ("qemu:///system?", PARAMETER),
    ("qemu:///system?&socket=/a", PARAMETER),
    ("qemu:///system?Socket=/a", PARAMETER),
    ("qemu:///system? socket=/a", PARAMETER),
    ("qemu+unix:///system?socket=/a;command=/bin/sh", value("socket")),
    ("qemu+unix:///system?socket=/a%26command=/bin/sh", value("socket")),
    ("qemu+unix:///system?socket=/a#b", value("socket")),
    ("qemu+unix:///system?socket=a", value("socket")),
    ("qemu+unix:///system?socket=", value("socket")),
    ("qemu+unix:///system?socket", value("socket")),
    ("qemu+unix:///system?socket=/run/../tmp/x", value("socket")),
    ("qemu+unix:///system?socket=/tmp/x/..", value("socket")),
    ("qemu+unix:///system?socket=/tmp/./x", value("socket")),
    ("qemu+unix:///system?socket=//tmp/x", value("socket")),
    ("qemu+ssh://kvm1/system?socket=/a$(id)", value("socket")),
    ("qemu+ssh://kvm1/system?socket=/a'b", value("socket")),
    ("qemu+ssh://kvm1/system?socket=/a b", value("socket")),
    ("qemu+ssh://kvm1/system?socket=/a\n", value("socket")),
    ("qemu+ssh://kvm1/system?mode=other", value("mode")),
    ("qemu+ssh://kvm1/system?no_tty=1\n", value("no_tty")),
    ("qemu+unix:///system?socket=/a&socket=/b", twice("socket")),
    ("qemu+unix:///system?mode=auto&mode=direct", twice("mode")),
    (f"qemu+unix:///system?socket=/{'a' * 1024}", "it is longer than 1,024 characters"),
]


@pytest.mark.parametrize("uri", ALLOWED)
def test_allowed(uri: str) -> None:
    assert unsafe_reason(uri) is None


@pytest.mark.parametrize(("uri", "reason"), REFUSED)
def test_refused(uri: str, reason: str) -> None:
    assert unsafe_reason(uri) == reason


SCHEMES = ["qemu", "test", "QEMU", "lxc", "remote", "+", "ext", "ssh", "unix", "tcp", ":", "://"]
SERVERS = ["/", "//", "root@", "kvm1", "-o", ":22", "[::1]", "%", "%2f", "\\"]
PATHS = ["/system", "/session", "/default", "/embed", "/etc/passwd", "..", "#"]
QUERIES = ["?", "&", ";", "=", "socket", "mode", "command", "netcat", "name", "=/bin/sh", "=auto"]
ODD = [" ", "\t", "\n", "\0", "\u2028", "é", "ﬁ", "a", "$(id)", "`"]
URIS = st.lists(
    st.sampled_from([*SCHEMES, *SERVERS, *PATHS, *QUERIES, *ODD]), min_size=1, max_size=12
).map("".join)


@given(
    URIS | st.sampled_from(ALLOWED).flatmap(lambda uri: st.tuples(st.just(uri), URIS).map("".join))
)
@example("qemu+ssh://kvm1/system?mode=auto")
def test_what_is_allowed_reads_the_same_to_other_readers(uri: str) -> None:
    """Another parser of URIs, and libvirt's two separators, find nothing else in it."""
    if unsafe_reason(uri) is not None or ":" not in uri:
        return
    parts = urlsplit(uri)
    driver, _, transport = parts.scheme.partition("+")
    assert unquote(uri) == uri
    assert uri.startswith(parts.scheme)
    assert driver in {"qemu", "test"}
    assert transport in {"", "unix", "ssh", "libssh", "libssh2", "tls", "tcp"}
    assert parts.path in {"/system", "/session", "/default"}
    assert parts.password is None
    assert not (parts.hostname or "").startswith("-")
    keys = [item.partition("=")[0] for item in parts.query.replace(";", "&").split("&") if item]
    assert {*keys} <= {"socket", "mode", "no_tty"}
    assert len({*keys}) == len(keys)

#!/bin/bash
# Installs the system packages that are missing: packages.sh demo|unit|test|check
# Says and does nothing when all are there. Each command is printed before it is run.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=$1
missing=()

is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }
any() { compgen -G "$1" >/dev/null; }
need() { # PACKAGE TEST...: the package is wanted if the test fails
    local package=$1
    shift
    "$@" || missing+=("$package")
}
imports() { "$python" -c "import $1" 2>/dev/null; }
has_headers() {
    "$python" -c 'import os, sys, sysconfig
header = os.path.join(sysconfig.get_path("include"), "Python.h")
sys.exit(sys.prefix == "/usr" and not os.path.exists(header))' 2>/dev/null
}

# A Python that is not the system's brings its own headers, venv and ensurepip.
needs_of_python() {
    if ! python=$(tools/python.sh 2>/dev/null); then
        missing+=(python3 python3-venv python3-dev)
        return
    fi
    need python3-venv imports venv,ensurepip
    need python3-dev has_headers
}
# libvirt's Python package comes as source.
needs_of_the_environment() {
    needs_of_python
    need gcc has gcc
    need libc6-dev test -e /usr/include/stdio.h
    need pkg-config has pkg-config
    need libvirt-dev test -e /usr/include/libvirt/libvirt.h
}
needs_of_the_lab() {
    need libvirt-daemon test -x /usr/sbin/libvirtd
    need libvirt-daemon-driver-qemu any '/usr/lib*/*/libvirt/connection-driver/libvirt_driver_qemu.so'
    need libvirt-clients has virsh
    need qemu-system-x86 test -x /usr/bin/qemu-system-x86_64
    need qemu-utils has qemu-io
    if is_root; then # namespaces; a user's daemon has none
        need tini has tini
        need iproute2 has ip
    fi
}
needs_of_the_other_releases() {
    need debootstrap has debootstrap
    need debian-archive-keyring test -e /usr/share/keyrings/debian-archive-keyring.gpg
}

sudo=()
log=.cache/packages.log
run() { # the printed command; its output only when it fails
    echo "+ ${sudo[*]}${sudo[*]:+ }$*"
    mkdir -p .cache
    "${sudo[@]}" "$@" >"$log" 2>&1 </dev/null && return
    tail -n 25 "$log" >&2
    echo "This failed: $*" >&2
    exit 1
}

# The packages only bring programs here: no service of the machine may start now or at a boot.
policy=/usr/sbin/policy-rc.d
forbid_services() {
    # One that was there before is the machine's own rule; ours is only left by a killed run.
    if [ -e "$policy" ] && ! cmp -s "$policy" tools/no-services.sh; then return; fi
    trap 'run rm -f "$policy"' EXIT
    run install -m 755 tools/no-services.sh "$policy"
}
units_of() { # PACKAGE...
    [ $# = 0 ] || dpkg-query -L "$@" 2>/dev/null | sed -nE 's#.*/systemd/system/([^/]+\.(service|socket))$#\1#p'
}
is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
disable_services() { # PACKAGE...
    local units
    mapfile -t units < <(units_of "$@")
    if [ ${#units[@]} -gt 0 ] && has systemctl; then run systemctl disable --quiet "${units[@]}"; fi
}
install_missing() {
    local package new=()
    is_root || sudo=(sudo)
    for package in libvirt-daemon libvirt-daemon-common libvirt-daemon-log; do
        is_installed "$package" || new+=("$package")
    done
    forbid_services
    run apt-get update -qq
    run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
    disable_services "${new[@]}"
}

needs_of_the_environment
if [ "$purpose" = demo ] || [ "$purpose" = test ]; then needs_of_the_lab; fi
if [ "$purpose" = test ] && is_root; then needs_of_the_other_releases; fi
[ "$purpose" != check ] || need shellcheck has shellcheck
[ ${#missing[@]} -gt 0 ] || exit 0

if ! has apt-get || ! { is_root || has sudo; }; then
    echo "missing, by their Debian package names: ${missing[*]}" >&2
    echo "Install them and run make again; make does it itself with apt, as root or with sudo." >&2
    exit 1
fi
install_missing
tools/python.sh >/dev/null # says what is wrong if the system's own is too old

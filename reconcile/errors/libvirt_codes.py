"""The numbers of libvirt's errors that decide what reconcile does, by name."""

from enum import IntEnum


class LibvirtCode(IntEnum):
    """The numbers of `virErrorNumber` (libvirt's `virterror.h`) that this tool tells apart.

    They are part of libvirt's stable interface. A test compares them with the installed
    libvirt-python.
    """

    INTERNAL_ERROR = 1
    NO_SUPPORT = 3
    NO_CONNECT = 5
    INVALID_ARG = 8
    OPERATION_FAILED = 9
    XML_ERROR = 27
    OPERATION_DENIED = 29
    SYSTEM_ERROR = 38
    RPC = 39
    NO_DOMAIN = 42
    NO_NETWORK = 43
    AUTH_FAILED = 45
    NO_STORAGE_POOL = 49
    NO_STORAGE_VOL = 50
    NO_NODE_DEVICE = 53
    OPERATION_INVALID = 55
    NO_SECRET = 66
    CONFIG_UNSUPPORTED = 67
    OPERATION_TIMEOUT = 68
    NO_DOMAIN_SNAPSHOT = 72
    AUTH_CANCELLED = 79
    BLOCK_COPY_ACTIVE = 83
    ACCESS_DENIED = 88
    AUTH_UNAVAILABLE = 94

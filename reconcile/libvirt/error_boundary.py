"""libvirt's errors as `HostError`; every call is timed in the debug log."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from threading import local
from time import perf_counter
from typing import Any

import libvirt

from reconcile.errors import HostError, LibvirtMessage
from reconcile.errors.libvirt_codes import LibvirtCode

_log = logging.getLogger(__name__)


class _LastError(local):
    """libvirt's last error in this thread, as its handler was told: number and words.

    The bindings ask libvirt for it only when they raise, and get nothing where Python freed a
    libvirt object in between, since that call resets it.
    """

    code: int | None = None
    text: str | None = None


_last = _LastError()


@cache
def collect_errors() -> None:
    """Keep libvirt's errors for `reported`; called before the first connection is opened.

    Without a handler libvirt prints each error to stderr by itself.
    """
    libvirt.registerErrorHandler(_remember, None)


def _remember(_context: None, error: Sequence[Any]) -> None:
    _last.code, _last.text = int(error[0]), str(error[2])


@contextmanager
def reported(host: str, call: str, domain: str | None = None) -> Iterator[None]:
    """A context for one libvirt call; `host` and `call` are for people.

    Raises HostError for libvirt's error.
    """
    start = perf_counter()
    try:
        yield
    except libvirt.libvirtError as error:
        raise HostError(host, domain, call, message_of(error)) from error
    except SystemError as error:
        # the bindings fail so where libvirt's words are not UTF-8 (9.0.0, 11.3.0, 12.8.0)
        lost = LibvirtMessage(LibvirtCode.INTERNAL_ERROR, "an error whose text is not UTF-8")
        raise HostError(host, domain, call, lost) from error
    finally:
        milliseconds = (perf_counter() - start) * 1000
        _log.debug("%s: %s%s: %.1f ms", host, f"{domain}: " if domain else "", call, milliseconds)


def code_of(error: libvirt.libvirtError) -> int:
    """libvirt's error number; INTERNAL_ERROR where it says none."""
    code = error.get_error_code()
    return int(_last.code or LibvirtCode.INTERNAL_ERROR if code is None else code)


def message_of(error: libvirt.libvirtError) -> LibvirtMessage:
    """The number and words of a libvirt error; its handler's words where the bindings lost them."""
    lost = error.get_error_code() is None and _last.text
    text = str(_last.text if lost else error)
    return LibvirtMessage(code_of(error) or LibvirtCode.INTERNAL_ERROR, text)

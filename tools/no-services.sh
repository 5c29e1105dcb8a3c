#!/bin/sh
# The answer to Debian's question whether a package may start its services: no (101).
# tools/packages.sh puts it at /usr/sbin/policy-rc.d for the time of an installation.
exit 101

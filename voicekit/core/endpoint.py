"""Hosts that are asked over HTTP: where they are, when they want to be asked again, and keys that nobody is to read."""

import email.utils
import ipaddress
import math
import time

#: No part of a key with at least this many characters is ever shown.
TELLING = 8


def is_local(host: str) -> bool:
    """Whether a host is this machine or one in its own network, as far as its name or address tells."""
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host  # a name in one's own network
    return address.is_loopback or address.is_private


def retry_after_s(header: str | None) -> float | None:
    """The header Retry-After, a number or a date, in seconds from now; None where there is none or it is nonsense."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = email.utils.parsedate_to_datetime(header).timestamp() - time.time()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def without_key(text: str, key: str) -> str:
    """`text` without the key, and without parts of it, of which a server may quote the end."""
    for length in range(len(key), min(len(key), TELLING) - 1, -1):
        for start in range(len(key) - length + 1):
            if length and key[start : start + length] in text:
                text = text.replace(key[start : start + length], "…")
    return text

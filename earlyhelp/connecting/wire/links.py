"""Reads the ``Link`` header of an answer (RFC 8288): which page comes next."""

import re

LONGEST = 8_000
"""Characters of the header that are read: many times what a few links take."""

_LINK = re.compile(r'<([^<>]*)>((?:[^",<]|"(?:[^"\\]|\\.)*")*+)')
_PARAMETER = re.compile(r';\s*+([^\s=;,"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*+))')


def link_to(relation: str, header: str) -> str | None:
    """The address of the first link with that relation, as it was written; None where there is none.

    A link that says whose it is (``anchor``) is not about this page, and no way on from it.
    """
    for address, said in _LINK.findall(header[:LONGEST]):
        parameters: dict[str, str] = {}
        for name, quoted, plain in _PARAMETER.findall(said):
            parameters.setdefault(name.lower(), quoted or plain)  # of a parameter given twice the first holds
        if relation in parameters.get("rel", "").lower().split() and "anchor" not in parameters:
            return str(address).strip()
    return None

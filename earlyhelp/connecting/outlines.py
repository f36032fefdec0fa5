"""Outlines of areas from a GeoJSON file, as the Office for National Statistics and councils hand them out.

Only outer lines are read: a hole in a ward (another ward inside it) is counted to the ward around it.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from earlyhelp.connecting.credentials import Credentials
from earlyhelp.connecting.paging import found
from earlyhelp.errors import SetUpWrong

Outline = tuple[tuple[float, float], ...]
"""Corners as latitude and longitude in degrees; the last is joined to the first."""
Outlines = Mapping[str, tuple[Outline, ...]]
"""Areas by name, each of one outline or, like islands, of several."""

NAMES = re.compile(r"ward|name|wd\d\dnm", re.IGNORECASE)
"""What a property may be called that names its area; ONS writes WD24NM for wards as of 2024."""
LATITUDES, LONGITUDES = (49.0, 61.5), (-9.0, 2.5)
"""Degrees between which the United Kingdom lies: metres of a national grid, or east before north, do not."""
PLACES = 6
"""Decimals of a degree that are kept: a tenth of a metre."""


def outlines(credentials: Credentials, what: str) -> Outlines:
    """The areas in the file that the setting ``what`` names, in order of their names. Raises `SetUpWrong`."""
    variable, named = credentials.variable(what), credentials.need(what)
    try:
        body = orjson.loads(named if named.lstrip().startswith("{") else Path(named).read_bytes())
    except (OSError, ValueError):
        raise SetUpWrong(f"{credentials.agency}: {variable} names no GeoJSON file that can be read") from None
    areas: dict[str, tuple[Outline, ...]] = {}
    try:
        for feature in found(body, "features") or ():
            name = _name(feature["properties"])
            areas[name] = (*areas.get(name, ()), *_lines(feature["geometry"]))
    except (LookupError, TypeError, ValueError):
        raise SetUpWrong(
            f"{credentials.agency}: {variable} names a file in which an area has no name (a property called "
            "ward or name), or no outline in degrees; export it again as GeoJSON in WGS 84 (EPSG:4326)"
        ) from None
    if not areas:
        raise SetUpWrong(f"{credentials.agency}: {variable} names a file without a single area")
    return dict(sorted(areas.items()))


def in_the_united_kingdom(north: float, east: float) -> bool:
    """Whether a place can lie there, in degrees."""
    return LATITUDES[0] <= north <= LATITUDES[1] and LONGITUDES[0] <= east <= LONGITUDES[1]


def _name(properties: Mapping[str, Any]) -> str:
    """What an area is called. Raises `LookupError` where nothing says so."""
    told = [value for key, value in properties.items() if NAMES.fullmatch(key) and isinstance(value, str)]
    return [name for name in map(str.strip, told) if name][0]  # noqa: RUF015 - StopIteration is no LookupError


def _lines(geometry: Mapping[str, Any]) -> Iterator[Outline]:
    """The outer lines of a polygon or of several. Raises `ValueError` for what is no such thing."""
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError("no outline")
    one = geometry["type"] == "Polygon"
    for rings in [geometry["coordinates"]] if one else geometry["coordinates"]:
        corners = [(round(float(north), PLACES), round(float(east), PLACES)) for east, north, *_ in rings[0]]
        if corners[0] == corners[-1]:
            corners = corners[:-1]
        if len(corners) < 3 or not all(map(in_the_united_kingdom, *zip(*corners, strict=True))):
            raise ValueError("no outline in degrees")
        yield tuple(corners)

"""XMP sidecars: what is known of a photograph's faces, as keywords and face regions that photo programs read; and what
it says of itself.

Regions are those of the Metadata Working Group ("Guidelines for Handling Image Metadata" 2.0, 2010, section 5.9), in
parts of the picture as it is stored: whoever shows it turns picture and regions alike by EXIF's orientation.
"""

from collections.abc import Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent, register_namespace

from retrieval.attributes import ATTRIBUTES, GROUPS
from retrieval.errors import shown
from retrieval.facts import NOTHING, Facts
from retrieval.tables.records import Box

NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "aux": "http://ns.adobe.com/exif/1.0/aux/",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
}
ROOT = "facequery"  # of the hierarchical keywords, since it says so and no person: facequery|hair|Bangs
GROUP = {name: group for group, names in GROUPS.items() for name in names}
TURNED = (5, 6, 7, 8)  # orientations whose stored width is the upright height

for _prefix, _uri in NAMESPACES.items():
    register_namespace(_prefix, _uri)


class Region(NamedTuple):
    """A face: its box in pixels of the upright photograph, the attributes it has, and what is noted of it."""

    box: Box
    attributes: Sequence[str]
    note: str | None = None


class Area(NamedTuple):
    """A part of a picture: its centre and its size, in widths and heights of the picture."""

    x: float
    y: float
    w: float
    h: float


def sidecar(
    regions: Sequence[Region], width: int, height: int, orientation: int, facts: Facts = NOTHING
) -> "ElementTree[Element]":
    """The document for a photograph of that upright size, stored in that EXIF orientation, which says these `facts`."""
    meta = Element(_name("x:xmpmeta"))
    about = {_name("rdf:about"): ""}
    description = SubElement(SubElement(meta, _name("rdf:RDF")), _name("rdf:Description"), about)
    found = {name for region in regions for name in region.attributes}
    names = [name for name in ATTRIBUTES if name in found]
    _bag(description, "dc:subject", names)
    _bag(description, "lr:hierarchicalSubject", [f"{ROOT}|{GROUP[name]}|{name}" for name in names])
    for name, value in _said(facts).items():
        SubElement(description, _name(name)).text = shown(value)
    _regions(description, regions, (width, height), orientation)
    indent(meta)
    return ElementTree(meta)


def _said(facts: Facts) -> dict[str, str]:
    """By the names that those guidelines have for the same in EXIF (section 5)."""
    when, north, east = facts.when, facts.latitude, facts.longitude
    said = {
        "photoshop:DateCreated": None if when is None else when.isoformat(),
        "tiff:Model": facts.camera,
        "aux:Lens": facts.lens,
        "exif:GPSLatitude": None if north is None else _degrees(north, "NS"),
        "exif:GPSLongitude": None if east is None else _degrees(east, "EW"),
    }
    return {name: value for name, value in said.items() if value is not None}


def _degrees(value: float, letters: str) -> str:
    """`48,51.40000N`: degrees, minutes, and towards where."""
    degrees, minutes = divmod(round(abs(value) * 60, 6), 60)
    return f"{degrees:.0f},{minutes:.6f}{letters[value < 0]}"


def stored(box: Box, width: int, height: int, orientation: int) -> Area:
    """Where a box of the upright photograph lies in the picture as it is stored."""
    left, top, right, bottom = box
    u, v, w, h = (
        (left + right) / 2 / width,
        (top + bottom) / 2 / height,
        (right - left) / width,
        (bottom - top) / height,
    )
    x, y = {
        1: (u, v),
        2: (1 - u, v),
        3: (1 - u, 1 - v),
        4: (u, 1 - v),
        5: (v, u),
        6: (v, 1 - u),
        7: (1 - v, 1 - u),
        8: (1 - v, u),
    }[orientation]
    return Area(x, y, h, w) if orientation in TURNED else Area(x, y, w, h)


def _regions(parent: Element, regions: Sequence[Region], size: tuple[int, int], orientation: int) -> None:
    width, height = size[::-1] if orientation in TURNED else size
    information = _structure(parent, "mwg-rs:Regions")
    applied = {"stDim:w": str(width), "stDim:h": str(height), "stDim:unit": "pixel"}
    SubElement(information, _name("mwg-rs:AppliedToDimensions"), _named(applied))
    listed = SubElement(SubElement(information, _name("mwg-rs:RegionList")), _name("rdf:Bag"))
    for region in regions:
        item = _structure(listed, "rdf:li")
        SubElement(item, _name("mwg-rs:Type")).text = "Face"
        if region.note is not None:
            SubElement(item, _name("mwg-rs:Description")).text = shown(region.note)
        area = stored(region.box, *size, orientation)._asdict()
        numbers = {f"stArea:{side}": f"{value:.6f}" for side, value in area.items()}
        SubElement(item, _name("mwg-rs:Area"), _named({**numbers, "stArea:unit": "normalized"}))
        _bag(_structure(item, "mwg-rs:Extensions"), "dc:subject", region.attributes)


def _structure(parent: Element, name: str) -> Element:
    return SubElement(parent, _name(name), {_name("rdf:parseType"): "Resource"})


def _bag(parent: Element, name: str, items: Sequence[str]) -> None:
    if items:
        bag = SubElement(SubElement(parent, _name(name)), _name("rdf:Bag"))
        for item in items:
            SubElement(bag, _name("rdf:li")).text = item


def _named(attributes: dict[str, str]) -> dict[str, str]:
    return {_name(name): value for name, value in attributes.items()}


def _name(prefixed: str) -> str:
    prefix, name = prefixed.split(":")
    return f"{{{NAMESPACES[prefix]}}}{name}"

"""What a picture says of itself is believed as far as it can be meant."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.facts import Facts
from retrieval.pictures import facts
from tests.bad_files import encoded, picture
from tests.retrieval.pictures.exifs import FORMATS, block, degrees, jpeg, rationals, short, spoken, written

MAY = 1_683_356_889  # 2023-05-06 07:08:09


def said(main: Any = None, camera: Any = None, place: Any = None) -> Facts:
    return facts.of(jpeg(main, camera, place))


def test_a_picture_without_exif_says_nothing() -> None:
    for kind in ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF"):
        assert facts.of(encoded(picture(1), kind)) == Facts()


@pytest.mark.parametrize(
    ("said_of_it", "taken"),
    [
        ("2023:05:06 07:08:09", MAY),
        ("2023-05-06 07:08:09", MAY),
        ("2023/05/06T07:08:09+02:00", MAY),
        ("2023:05:06 07:08:09\0\0\0", MAY),
        ("  2023:05:06 07:08:09", MAY),
        ("2023:05:06 07:08:60", MAY + 50),  # a leap second
        ("2023:05:06 07:08", MAY - 9),
        ("2023:05:06", MAY - 7 * 3600 - 8 * 60 - 9),
        ("2023: 5: 6  7: 8: 9", None),
        ("1800:01:01 00:00:00", -5_364_662_400),
        ("9999:12:31 23:59:59", 253_402_300_799),
        ("1799:12:31 23:59:59", None),
        ("0000:00:00 00:00:00", None),
        ("0001:01:01 00:00:00", None),
        ("2023:00:06 07:08:09", None),
        ("2023:13:06 07:08:09", None),
        ("2023:02:29 07:08:09", None),
        ("2023:05:06 24:60:60", None),
        ("    :  :     :  :  ", None),
        ("\0" * 20, None),
        ("٢٠٢٣:٠٥:٠٦ 07:08:09", None),
        ("20233:05:06 07:08:09", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_date_is_one_that_there_is(said_of_it: str, taken: int | None) -> None:
    assert said(None, {36867: written(said_of_it)}).taken == taken


def test_when_it_was_taken_outranks_when_it_was_scanned_and_changed() -> None:
    dates = {36867: written("2001:01:01 00:00:00"), 36868: written("2002:01:01 00:00:00")}
    changed = {306: written("2003:01:01 00:00:00")}
    years = [said(changed, dates), said(changed, {36868: dates[36868]}), said(changed)]
    years.append(said(changed, {**dates, 36867: written("0000:00:00 00:00:00")}))
    assert [time.gmtime(one.taken or 0).tm_year for one in years] == [2001, 2002, 2003, 2002]


@pytest.mark.parametrize(
    ("said_of_it", "offset"),
    [
        *[("+02:00", 7200), ("-03:30", -12_600), ("+0545", 20_700), ("Z", 0), ("+14:00", 50_400), ("-00:00", 0)],
        *[("+14:01", None), ("-99:99", None), ("+02:60", None), ("2", None), ("   :  ", None), ("+٠٢:00", None)],
    ],
)
def test_an_offset_is_one_that_there_is(said_of_it: str, offset: int | None) -> None:
    assert said(None, {36867: written("2023:05:06 07:08:09"), 36881: written(said_of_it)}).utc_offset == offset
    assert said(None, {36867: written("2023:05:06 07:08:09"), 36880: written(said_of_it)}).utc_offset == offset
    assert said(None, {36881: written(said_of_it)}).utc_offset is None  # of no date


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS 5D Mark II", "Canon EOS 5D Mark II"),
        ("NIKON CORPORATION", "NIKON D90", "NIKON D90"),
        ("NIKON CORPORATION", "COOLPIX P900", "NIKON COOLPIX P900"),
        ("FUJIFILM", "X100V", "FUJIFILM X100V"),
        ("Apple", "iPhone 12 Pro", "Apple iPhone 12 Pro"),
        ("OLYMPUS IMAGING CORP.", "E-M5", "OLYMPUS E-M5"),
        ("Konica Minolta Camera, Inc.", "DiMAGE Z2", "Konica Minolta DiMAGE Z2"),
        ("EASTMAN KODAK COMPANY", "KODAK DX4530 ZOOM DIGITAL CAMERA", "KODAK DX4530 ZOOM DIGITAL CAMERA"),
        ("LG Electronics", "LG-H870", "LG-H870"),
        ("Leica Camera AG", "M9 Digital Camera", "Leica M9 Digital Camera"),
        ("SAMSUNG TECHWIN CO., LTD.", "NV3", "SAMSUNG TECHWIN NV3"),
        ("  Canon  \0\0\0", "  EOS   \t 5D\0junk", "Canon EOS 5D"),
        ("Canon", "", "Canon"),
        ("", "E-M5", "E-M5"),
        ("\0", "---", None),
        ("Ca\x1b[2Jnon", "5\u202eD\u200b", "Ca [2Jnon 5 D"),
        ("x" * 99, "y" * 99, "x" * 99),
        ("Soci\u0065\u0301t\u00e9", "A", "Soci\u00e9t\u00e9 A"),
    ],
)
def test_a_camera_is_called_as_people_call_it(make: str, model: str, camera: str | None) -> None:
    assert said({271: written(make), 272: written(model)}).camera == camera


def test_a_name_in_another_encoding_is_read_as_one_byte_a_letter() -> None:
    assert said({272: written(b"Caf\xe9\0")}).camera == "Café"
    assert said({272: written("Café\0", kind=129)}).camera == "Café"
    assert said({272: (3, 1, b"ab")}).camera is None


def test_a_lens_is_said_unless_its_name_is_none() -> None:
    assert said(None, {42036: written("EF24-105mm f/4L IS USM")}).lens == "EF24-105mm f/4L IS USM"
    assert said(None, {42036: written("----")}).lens is None
    assert said(None, {42036: written("x" * 5000)}).lens == "x" * 100


PARIS = {1: written("N"), 2: degrees(48, 51, 24), 3: written("E"), 4: degrees(2, 21, 7)}


@pytest.mark.parametrize(
    "changed",
    [
        {1: written("")},
        {1: written("?")},
        {2: rationals((48, 0), (51, 1), (24, 1))},
        {2: rationals((0, 0), (0, 0), (0, 0))},
        {4: rationals((2, 1), (21, 1), (7, 0))},
        {2: degrees(91, 0, 0)},
        {2: degrees(90, 0, 1)},
        {4: degrees(180, 1, 0)},
        {2: degrees(48, 61, 0)},
        {2: degrees(48, 0, 61)},
        {2: degrees(1, 2, 3, 4)},
        {2: written("48.85")},
        {2: (5, 3, b"\1\0\0\0")},
        {2: (5, 2**31, b"\1\0\0\0")},
        {1: written("N"), 2: degrees(0, 0, 0), 4: degrees(0, 0, 0)},
    ],
    ids=str,
)
def test_a_place_that_there_is_not_is_none(changed: Any) -> None:
    found = said(None, None, PARIS | changed)
    assert (found.latitude, found.longitude) == (None, None)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({}, (48.856666, 2.351944)),
        ({1: written("s"), 3: written("W")}, (-48.856666, -2.351944)),
        ({2: rationals((4885, 100), (0, 1), (0, 1))}, (48.85, 2.351944)),
        ({2: rationals((48, 1), (5140, 100))}, (48.856666, 2.351944)),
        ({2: degrees(0), 4: degrees(6, 36)}, (0, 6.6)),
        ({2: degrees(90, 0, 0), 4: degrees(180, 0, 0)}, (90, 180)),
    ],
)
def test_a_place_is_in_degrees_to_the_north_and_east(changed: Any, place: tuple[float, float]) -> None:
    found = said(None, None, PARIS | changed)
    assert (found.latitude, found.longitude) == (pytest.approx(place[0]), pytest.approx(place[1]))


@pytest.mark.parametrize(("number", "lies"), [(0, None), (1, 1), (8, 8), (9, None), (65_535, None)])
def test_an_orientation_is_one_of_eight(number: int, lies: int | None) -> None:
    assert said({274: short(number)}).orientation == lies


WHOLE = [jpeg(None, {36867: written("2023:05:06 07:08:09")}, PARIS), block({271: written("A")}, None, PARIS)]
WHOLE += [spoken(kind) for kind in FORMATS]


@given(st.sampled_from(WHOLE), st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=20))
def test_whatever_bytes_are_changed_what_is_said_can_be_meant(data: bytes, changes: list[tuple[int, int]]) -> None:
    changed = bytearray(data)
    for place, octet in changes:
        changed[place % len(changed)] = octet
    facts.of(bytes(changed))  # `Facts` refuses what cannot be


@given(st.binary(max_size=300), st.sampled_from([b"", b"II*\0", b"MM\0*", b"\xff\xd8\xff\xe1", b"\0\0\0\x10ftypheic"]))
def test_any_bytes_say_something_that_can_be_meant(data: bytes, start: bytes) -> None:
    facts.of(start + data)


def test_it_takes_a_tenth_of_a_millisecond() -> None:
    data = spoken("JPEG")
    start = time.perf_counter()
    for _ in range(100):
        facts.of(data)
    assert time.perf_counter() - start < 0.5  # seconds: 0.01 where nobody else is at work

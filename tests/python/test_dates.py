"""Dates are read, rounded and moved as Elasticsearch does it."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescora.dates.formats import DateFormat, date_format, is_dynamic_date
from rescora.dates.zones import Zone, civil, moment, to_iso, zone

NOW = 1_416_304_245_678  # 2014-11-18T09:50:45.678Z
INSTANTS = st.datetimes(datetime.datetime(1, 1, 2), datetime.datetime(9999, 12, 30))


def milliseconds(when):
    return (when - datetime.datetime(1970, 1, 1)) // datetime.timedelta(milliseconds=1)


@given(when=INSTANTS)
def test_the_calendar_is_pythons_where_python_has_one(when):
    found = civil(milliseconds(when))

    assert found[:3] == (when.year, when.month, when.day)
    assert moment(found) == milliseconds(when)


@given(millis=st.integers(-(10**17), 10**17))
def test_the_calendar_reaches_beyond_pythons(millis):
    assert moment(civil(millis)) == millis


@given(when=INSTANTS)
def test_the_default_form_is_read_back(when):
    millis = milliseconds(when)

    assert DateFormat().millis(to_iso(millis)) == millis
    assert DateFormat().millis(when.isoformat(timespec="microseconds")) == millis


@pytest.mark.parametrize(
    ("text", "down", "up"),
    [
        ("2014", "2014-01-01T00:00:00.000Z", "2014-01-01T23:59:59.999Z"),
        ("2014-11", "2014-11-01T00:00:00.000Z", "2014-11-01T23:59:59.999Z"),
        ("2014-11-18", "2014-11-18T00:00:00.000Z", "2014-11-18T23:59:59.999Z"),
        ("2014-11-18T10", "2014-11-18T10:00:00.000Z", "2014-11-18T10:59:59.999Z"),
        ("2014-11-18T10:20Z", "2014-11-18T10:20:00.000Z", "2014-11-18T10:20:59.999Z"),
        ("2014-11-18T10:20:30,5+02:00", "2014-11-18T08:20:30.500Z", "2014-11-18T08:20:30.500Z"),
        ("2014-11-18T10:20:30.123456789-0130", "2014-11-18T11:50:30.123Z", "2014-11-18T11:50:30.123Z"),
        ("1416304245678", "2014-11-18T09:50:45.678Z", "2014-11-18T09:50:45.678Z"),
        ("-1", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("-0044-03-15", "-0044-03-15T00:00:00.000Z", "-0044-03-15T23:59:59.999Z"),
    ],
)
def test_missing_parts_are_filled_down_or_up(text, down, up):
    assert to_iso(DateFormat().millis(text)) == down
    assert to_iso(DateFormat().millis(text, up=True)) == up


@pytest.mark.parametrize(
    "text", ["", "x", "2014-13-01", "2014-02-29", "2014-1-1", "2014-11-18 10:00", "2014-11-18T25", "14"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="failed to parse date field"):
        date_format("strict_date_optional_time").millis(text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("yyyy/MM/dd HH:mm:ss||yyyy/MM/dd", "2014/11/18", "2014-11-18T00:00:00.000Z"),
        ("dd.MM.yyyy HH:mm", "18.11.2014 10:20", "2014-11-18T10:20:00.000Z"),
        ("d MMM yyyy", "8 Nov 2014", "2014-11-08T00:00:00.000Z"),
        ("yy-M-d", "14-1-2", "2014-01-02T00:00:00.000Z"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2014-11-18T10:20:30.123+01:00", "2014-11-18T09:20:30.123Z"),
        ("hh:mm a 'on' yyyy-MM-dd", "12:30 PM on 2014-11-18", "2014-11-18T12:30:00.000Z"),
        ("yyyy[-MM[-dd]]", "2014-11", "2014-11-01T00:00:00.000Z"),
        ("basic_date", "20141118", "2014-11-18T00:00:00.000Z"),
        ("date", "2014-1-2", "2014-01-02T00:00:00.000Z"),
        ("strict_date_hour_minute_second", "2014-11-18T10:20:30", "2014-11-18T10:20:30.000Z"),
        ("epoch_second", "1416304245.678", "2014-11-18T09:50:45.678Z"),
    ],
)
def test_patterns_are_javas(pattern, text, expected):
    assert to_iso(date_format(pattern).millis(text)) == expected


@pytest.mark.parametrize(
    ("pattern", "fragment"),
    [
        ("strict_dat", "did you mean [strict_date]?"),
        ("yyyy-ww", "[ww] is not supported"),
        ("yyyy[-MM", "brackets do not match"),
        ("yyyy-MM]", "brackets do not match"),
        ("", "empty"),
        ("yyyy-yyyy", "comes twice"),
        ("week_date", "is not supported"),
        ("yyyy{MM}", "reserved"),
    ],
)
def test_patterns_we_do_not_have_are_refused_by_name(pattern, fragment):
    with pytest.raises(ValueError) as caught:
        DateFormat(pattern)
    assert fragment in str(caught.value)


@pytest.mark.parametrize(
    ("text", "down", "up"),
    [
        ("now", "2014-11-18T09:50:45.678Z", "2014-11-18T09:50:45.678Z"),
        ("now/d", "2014-11-18T00:00:00.000Z", "2014-11-18T23:59:59.999Z"),
        ("now-1M/M", "2014-10-01T00:00:00.000Z", "2014-10-31T23:59:59.999Z"),
        ("now+1y-2d/H", "2015-11-16T09:00:00.000Z", "2015-11-16T09:59:59.999Z"),
        ("now/w", "2014-11-17T00:00:00.000Z", "2014-11-23T23:59:59.999Z"),
        ("2012-01-31||+1M", "2012-02-29T00:00:00.000Z", "2012-02-29T00:00:00.000Z"),
        ("2012-02-29||-1y", "2011-02-28T00:00:00.000Z", "2011-02-28T00:00:00.000Z"),
        ("2014-11-18||/y", "2014-01-01T00:00:00.000Z", "2014-12-31T23:59:59.999Z"),
        ("2014-11-18||+90m/h", "2014-11-18T01:00:00.000Z", "2014-11-18T01:59:59.999Z"),
        ("2014-11-18||-1d/M+1h/d", "2014-11-01T00:00:00.000Z", "2014-12-01T23:59:59.999Z"),
        ("2014-11-18", "2014-11-18T00:00:00.000Z", "2014-11-18T23:59:59.999Z"),
    ],
)
def test_date_math_moves_and_rounds(text, down, up):
    assert to_iso(DateFormat().math(text, NOW)) == down
    assert to_iso(DateFormat().math(text, NOW, up=True)) == up
    assert tuple(map(to_iso, DateFormat().span(text, NOW))) == (down, up)


@pytest.mark.parametrize(
    "text", ["now+", "now+1", "now+1x", "nowd", "now/2d", "2014||+1d?", "now+99999999999d", "now+999999999y"]
)
def test_wrong_date_math_is_an_error(text):
    with pytest.raises(ValueError):
        DateFormat().math(text, NOW)
    with pytest.raises(ValueError):
        DateFormat().span(text, NOW)


def test_a_zone_says_where_a_date_without_one_is():
    paris = zone("Europe/Paris")

    assert to_iso(DateFormat().millis("2014-07-18", default_zone=paris)) == "2014-07-17T22:00:00.000Z"
    assert to_iso(DateFormat().millis("2014-11-18", default_zone=paris)) == "2014-11-17T23:00:00.000Z"
    assert to_iso(DateFormat().millis("2014-11-18T00Z", default_zone=paris)) == "2014-11-18T00:00:00.000Z"
    assert to_iso(DateFormat().math("now/d", NOW, default_zone=paris)) == "2014-11-17T23:00:00.000Z"


def test_skipped_and_repeated_times_are_javas():
    paris = zone("Europe/Paris")

    assert to_iso(DateFormat().millis("2014-03-30T02:30", default_zone=paris)) == "2014-03-30T01:30:00.000Z"
    assert to_iso(DateFormat().millis("2014-10-26T02:30", default_zone=paris)) == "2014-10-26T00:30:00.000Z"


@given(millis=st.integers(-(10**13), 10**14), offset=st.integers(-18 * 3_600_000, 18 * 3_600_000))
def test_zones_go_there_and_back(millis, offset):
    place = Zone(offset)

    assert place.from_local(place.to_local(millis)) == millis


@pytest.mark.parametrize(
    "name",
    ["+19:00", "+01:60", "Nowhere/Land", "../../etc/passwd", "", "\x00", "a" * 5000, "a" + "/d" * 50_000],
)
def test_unknown_zones_are_errors(name):
    with pytest.raises(ValueError):
        zone(name)


@pytest.mark.parametrize(
    "text", ["2014", "20141118", "1416304245678", "1e5", "12.5", "fox", "", "2014-11-18 fox"]
)
def test_numbers_and_words_do_not_become_date_fields(text):
    assert is_dynamic_date(text) is None


@given(text=st.text(alphabet="0123456789-+:/TZ.|nowdMy ", max_size=24))
def test_any_text_is_a_date_or_a_value_error(text):
    try:
        DateFormat("strict_date_optional_time||epoch_millis||yyyy/MM/dd HH:mm:ss").math(text, NOW)
    except ValueError as error:
        problem = str(error)
    else:
        return
    assert problem

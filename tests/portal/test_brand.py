"""Any colour a practice likes must stay readable for everyone."""

import pytest

from portal import brand

SAMPLE = [f"#{r:02x}{g:02x}{b:02x}" for r in range(0, 256, 51) for g in range(0, 256, 51) for b in range(0, 256, 51)]


@pytest.mark.parametrize("mode, surfaces", [("light", brand.LIGHT), ("dark", brand.DARK)])
def test_every_colour_can_be_read_on_every_surface(mode, surfaces):
    for colour in SAMPLE:
        side = brand.tokens(colour)[mode]
        worst = min(brand.contrast(side["--brand"], ground) for ground in (*surfaces, side["--brand-tint"]))
        assert worst >= 4.5, (colour, side)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_on_every_colour_can_be_read(mode):
    for colour in SAMPLE:
        side = brand.tokens(colour)[mode]
        assert brand.contrast(side["--brand"], side["--on-brand"]) >= 4.5, (colour, side)


def test_a_colour_that_is_dark_enough_is_left_alone_on_light_pages():
    assert brand.tokens("#155e75")["light"]["--brand"] == "#155e75"


def test_yellow_is_darkened_for_light_pages_and_kept_for_dark_ones():
    yellow = brand.tokens("#ffcc00")
    assert brand.contrast(yellow["light"]["--brand"], "#ffffff") > brand.contrast("#ffcc00", "#ffffff")
    assert yellow["dark"]["--brand"] == "#ffcc00"


def test_known_contrasts():
    assert brand.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert brand.contrast("#fff", "#767676") == pytest.approx(4.54, abs=0.01)


def test_the_style_sheet_is_small_and_has_both_sides():
    sheet = brand.css("#e4572e")
    assert len(sheet) < 200
    assert sheet.count("--brand:") == 2


@pytest.mark.parametrize("text", ["", "red", "#12", "155e75", "#12345g", "#155e75;}body{display:none", "#155e75\n"])
def test_what_is_not_a_colour_never_reaches_the_page(text):
    with pytest.raises(ValueError, match="not a colour"):
        brand.css(text)

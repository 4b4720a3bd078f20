"""Turn any practice colour into tokens that pass WCAG AA in light and in dark (LOOK §2).

A practice picks one colour. It is darkened for light pages and lightened for dark ones until text in it can be read on
every surface, and white or near-black is chosen for text on top of it. `css` is about 180 bytes, for `<style nonce>`.
Colours are "#rrggbb" or "#rgb"; anything else raises ValueError.
"""

import colorsys
import re
from collections.abc import Callable, Iterable
from functools import lru_cache

DEFAULT = "#155e75"
ENOUGH = 4.6  # WCAG AA asks 4.5; the rest is for rounding
ENOUGH_IN_THE_DARK = 5.8  # a strong colour that only just passes on black is glaring
LIGHT = ("#ffffff", "#f4f7f9", "#edf2f5")  # surface, page, sunken in portal.css
DARK = ("#172129", "#10171d", "#1f2b35")
INKS = ("#ffffff", "#0b1419")

Tokens = dict[str, str]


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mix(start: str, end: str, share: float) -> str:
    """`share` (0 to 1) of the way from one colour to another."""
    return _hex(a + (b - a) * share for a, b in zip(_rgb(start), _rgb(end), strict=True))


@lru_cache(maxsize=256)
def tokens(colour: str) -> dict[str, Tokens]:
    """{"light": {"--brand", "--on-brand", "--brand-tint"}, "dark": the same}."""
    return {
        "light": _fit(colour, _darker, LIGHT, ENOUGH, lambda brand: mix(LIGHT[0], _lighter(brand, 0.5), 0.2)),
        "dark": _fit(colour, _lighter, DARK, ENOUGH_IN_THE_DARK, lambda brand: mix(DARK[0], brand, 0.16)),
    }


@lru_cache(maxsize=256)
def css(colour: str) -> str:
    """The style sheet of one practice. Holds nothing of the colour as typed, only what was computed from it."""
    light, dark = (";".join(f"{k}:{v}" for k, v in side.items()) for side in tokens(colour).values())
    return f":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _darker(colour: str, share: float) -> str:
    return mix(colour, "#000000", share)


def _lighter(colour: str, share: float) -> str:
    """Towards white with the hue kept full: mixing in white would turn every brand grey."""
    hue, light, saturation = colorsys.rgb_to_hls(*(c / 255 for c in _rgb(colour)))
    return _hex(255 * c for c in colorsys.hls_to_rgb(hue, light + (1 - light) * share, saturation))


Step = Callable[[str, float], str]


def _fit(colour: str, step_away: Step, surfaces: tuple[str, ...], enough: float, tint: Callable[[str], str]) -> Tokens:
    """The first shade, going away from `colour`, that can be read on the surfaces and on its own tint."""
    for step in range(101):
        brand = step_away(colour, step / 100)
        wash = tint(brand)
        if all(contrast(brand, surface) >= enough for surface in (*surfaces, wash)):
            break
    ink = max(INKS, key=lambda ink: contrast(ink, brand))
    return {"--brand": brand, "--on-brand": ink, "--brand-tint": wash}


def _hex(channels: Iterable[float]) -> str:
    return "#" + "".join(f"{round(c):02x}" for c in channels)


def _rgb(colour: str) -> tuple[int, int, int]:
    if not re.fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", colour):
        raise ValueError(f"not a colour: {colour!r}")
    digits = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def _luminance(colour: str) -> float:
    channels = (c / 255 for c in _rgb(colour))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

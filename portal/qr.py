"""QR codes and the button for a clinic's own website, made here: nobody else learns who looks, and nothing is loaded (MISSION M12)."""

import io

import segno
from markupsafe import Markup

from portal import brand

KINDS = {"svg": "image/svg+xml", "png": "image/png"}
SCALE = 20  # pixels a module: about 700 across, sharp on a poster
QUIET = 4  # modules of white around it, as the standard asks

# Said in one attribute, as the clinic's own site has none of our style sheets.
_STYLE = (
    "display:inline-block;padding:14px 24px;border-radius:10px;background:{background};color:{text};"
    "font:600 17px/1.3 system-ui,Arial,sans-serif;text-align:center;text-decoration:none"
)


def qr(text: str, kind: str) -> bytes:
    """An SVG or PNG file, always black on white: that is what every camera reads. Raises KeyError for another kind."""
    KINDS[kind]
    file = io.BytesIO()
    segno.make(text, micro=False, error="m").save(file, kind=kind, scale=SCALE, border=QUIET, dark="#000", light="#fff")
    return file.getvalue()


def picture(text: str) -> Markup:
    """The same code to stand in a page, as wide as its place; black on white whatever the theme, as cameras want it."""
    return Markup(segno.make(text, micro=False, error="m").svg_inline(omitsize=True, border=QUIET, dark="#000", light="#fff"))


def link_button(url: str, text: str, colour: str) -> str:
    """HTML of one plain link that looks like a button in the practice's colour; no script, no picture, no third party."""
    fitted = brand.tokens(colour)["light"]
    style = _STYLE.format(background=fitted["--brand"], text=fitted["--on-brand"])
    return str(Markup('<a href="{}" style="{}">{}</a>').format(url, style, text))

"""`python -m portal.file_child`: opens one picture or PDF in a process of its own, which may hang, swell or be killed without anybody noticing.

The file comes in as standard input, a job in JSON as the argument. What leaves is a line of JSON for each thing found out, in this order:
{"problem": …} or, for each page to look at, {"picture": length} with a JPEG of that length behind it; {"pages": n} once the file has
proven that it opens. The process has no secrets in its environment, little memory and time, and can write no more than a few megabytes.

What is made anew carries nothing of the file but its pixels: no place, no camera, no comments, no scripts.
"""

import io
import json
import sys

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.child_limits import limit
from portal.file_kinds import JPEG, PDF, PNG, WEBP

FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
LOCKED, BROKEN, TOO_MANY_PIXELS = "locked", "broken", "too_many_pixels"
_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, ArithmeticError, LookupError, EOFError, TypeError, AttributeError)


def say(out, **facts) -> None:
    out.write(json.dumps(facts).encode() + b"\n")
    out.flush()


def show(out, picture: Image.Image) -> None:
    """As a JPEG of nothing but pixels; what can be seen through is white."""
    page = Image.new("RGB", picture.size, "white")  # a new one: comments and the like would be saved along with the old one
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        page.paste(seen, mask=seen.getchannel("A"))
    else:
        page.paste(picture.convert("RGB"))
    made = io.BytesIO()
    page.save(made, "JPEG", quality=82, optimize=True)
    say(out, picture=len(made.getvalue()))
    out.write(made.getvalue())
    out.flush()


def open_picture(source, out, job: dict) -> None:
    """Decoded to its last pixel; a picture too large for that says so before anything is decoded."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit comes first
    side = job["side"]
    with Image.open(source, formats=[FORMATS[job["media"]]]) as picture:
        if picture.width * picture.height > job["most_pixels"]:
            return say(out, problem=TOO_MANY_PIXELS)
        picture.draft("RGB" if picture.mode in ("RGB", "YCbCr") else None, (side, side))  # a JPEG is made smaller while it is read
        picture.load()
        picture.thumbnail((side, side))
        show(out, ImageOps.exif_transpose(picture))
    say(out, pages=1)


def open_pdf(source, out, job: dict) -> None:
    """It opens and its first page can be drawn; the next ones as far as time and memory go."""
    try:
        document = pypdfium2.PdfDocument(source.read())
    except pypdfium2.PdfiumError as error:
        is_locked = getattr(error, "err_code", None) == _WRONG_PASSWORD or "password" in str(error).lower()
        return say(out, problem=LOCKED if is_locked else BROKEN)
    if not len(document):
        return say(out, problem=BROKEN)
    for number in range(min(len(document), job["most_pages"])):
        page = document[number]
        width, height = page.get_size()
        scale = job["side"] / max(width, height, 1)
        show(out, page.render(scale=min(scale, 4), draw_annots=True, may_draw_forms=False).to_pil())
        page.close()
        if not number:
            say(out, pages=len(document))


def main() -> None:
    job = json.loads(sys.argv[1])
    limit(job["cpu_seconds"], job["seconds"], job["megabytes"], job["written_megabytes"])
    out = sys.stdout.buffer
    try:
        (open_pdf if job["media"] == PDF else open_picture)(sys.stdin.buffer, out, job)
    except MemoryError:
        say(out, problem=TOO_MANY_PIXELS)
    except (*_BROKEN, pypdfium2.PdfiumError):
        say(out, problem=BROKEN)


if __name__ == "__main__":
    main()

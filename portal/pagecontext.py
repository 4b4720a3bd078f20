"""What every template may use besides its own facts."""

from functools import lru_cache

from flask import g, session
from markupsafe import Markup

from portal import brand, clock


@lru_cache(maxsize=256)
def brand_css(colour: str) -> Markup:
    """The practice's colour fitted to AA in light and dark, as the one inline style of a page."""
    return Markup(brand.css(colour))


def facts() -> dict:
    practice = g.get("practice")
    return {
        "practice": practice,
        "banner": practice.banner(clock.today(practice.zone)) if practice else "",
        "works_here": bool(session.get("staff")),
    }


def init_app(app) -> None:
    app.context_processor(facts)
    app.jinja_env.globals.update(brand_css=brand_css, language_names=app.config["LANGUAGES"])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

"""What every template may use besides its own facts."""

from functools import lru_cache

from flask import g, request, session
from flask_login import current_user
from markupsafe import Markup

from portal import brand, clock
from portal.queries import staff_roles


@lru_cache(maxsize=256)
def brand_css(colour: str) -> Markup:
    """The practice's colour fitted to AA in light and dark, as the one inline style of a page."""
    return Markup(brand.css(colour))


def facts() -> dict:
    if not request:
        return {}  # a mail has no asker
    practice = g.get("practice")
    return {
        "practice": practice,
        "banner": practice.banner(clock.today(practice.zone)) if practice else "",
        "staff_of": [member.practice for member in staff_roles(current_user)] if session.get("staff") else [],
    }


def init_app(app) -> None:
    app.context_processor(facts)
    app.jinja_env.globals.update(brand_css=brand_css, language_names=app.config["LANGUAGES"])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

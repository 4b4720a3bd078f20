"""What every template may use besides its own facts."""

from functools import lru_cache

from flask import current_app, g, request, session, url_for
from flask_login import current_user
from markupsafe import Markup

from portal import brand, clock
from portal.acting import People
from portal.i18n import lang
from portal.models import Practice, StaffMember
from portal.queries import staff_roles


@lru_cache(maxsize=256)
def brand_css(colour: str) -> Markup:
    """The practice's colour fitted to AA in light and dark, as the one inline style of a page."""
    return Markup(brand.css(colour))


def own_lang(practice: Practice) -> Markup:
    """` lang="fr"` for an element that holds the practice's own words, when the page is in another language (WCAG 3.1.2); else nothing."""
    return Markup("") if practice.language.split("-")[0] == lang() else Markup(' lang="{}"').format(practice.language)


def own_words(text: str, practice: Practice) -> str:
    """The practice's own words to stand inside a sentence: in a span with their language, when the page is in another one."""
    named = own_lang(practice)
    return Markup("<span{}>{}</span>").format(named, text) if named and text else text


def logo_url(practice: Practice | None) -> str:
    """The address of the practice's own logo, or of the one that came with the house."""
    if practice is not None and practice.logo_version:
        return url_for("portal.logo", slug=practice.slug, version=practice.logo_version)
    return current_app.jinja_env.globals["asset"](practice.logo if practice else "img/icon.svg")


def _roles() -> list[StaffMember]:
    """Where the reader works: as staff_only() found it, on other pages asked now."""
    return g.staff_roles if "staff_roles" in g else staff_roles(current_user)


def facts() -> dict:
    if not request:
        return {}  # a mail has no asker
    practice = g.get("practice")
    return {
        "practice": practice,
        "banner": practice.banner(clock.today(practice.zone)) if practice else "",
        "acting_link": g.get("acting_link"),
        "mine": People(current_user),
        "staff_of": [member.practice for member in _roles()] if session.get("staff") else [],
    }


def init_app(app) -> None:
    app.context_processor(facts)
    app.jinja_env.globals.update(
        brand_css=brand_css, own_lang=own_lang, own_words=own_words, logo_url=logo_url, language_names=app.config["LANGUAGES"]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

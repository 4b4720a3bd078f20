"""What a letter says became of the second step when signing in. Pure: the mail's small values, the moment, no database."""

from datetime import datetime

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal import clock, filters


def said(refs: dict, at: datetime, zone: str, practice: str) -> dict[str, str]:
    """`headline`, `what_happened`, `if_it_was_you`. `refs["what"]`: on, off, recovery (a code was used; `left`), codes (new ones), taken (by an admin of
    `practice`; if that is empty, by whoever runs the site)."""
    locale = get_locale()
    when = {"moment": filters.moment(at, zone, clock.today(zone), locale=locale), "city": filters.zone_name(zone, locale=locale)}
    subject, words = {
        "on": (
            _("Signing in now asks for a second step"),
            _(
                "On %(moment)s (%(city)s time) a second step was set up for your account: signing in asks for a code of an app. Other devices were signed out.",
                **when,
            ),
        ),
        "off": (
            _("Signing in no longer asks for a second step"),
            _("On %(moment)s (%(city)s time) the second step of your account was turned off. The password alone signs in now.", **when),
        ),
        "recovery": (
            _("A recovery code was used to sign in"),
            _("On %(moment)s (%(city)s time) somebody signed in to your account with the password and a recovery code.", **when),
        ),
        "codes": (
            _("You have new recovery codes"),
            _("On %(moment)s (%(city)s time) new recovery codes were made for your account. The old ones no longer work.", **when),
        ),
        "taken": (_("Your second step was taken away"), _taken(practice, when)),
    }[refs["what"]]
    if "left" in refs:
        words += " " + ngettext("%(num)s code is left.", "%(num)s codes are left.", refs["left"])
    again = (
        _("If you asked for this, set it up again when you have your phone.")
        if refs["what"] == "taken"
        else _("If this was you, there is nothing to do.")
    )
    return {"headline": subject, "what_happened": words, "if_it_was_you": again}


def _taken(practice: str, when: dict) -> str:
    if practice:
        return _(
            "On %(moment)s (%(city)s time) an admin of %(practice)s took away the second step of your account. The password alone signs in now.",
            practice=practice,
            **when,
        )
    return _(
        "On %(moment)s (%(city)s time) whoever runs this site took away the second step of your account. The password alone signs in now.",
        **when,
    )

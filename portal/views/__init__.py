"""Pages of the blueprint `portal`: accounts and who may act for whom."""

from portal.views import (
    about,
    account,
    claim,
    claim_set_up,
    confirm,
    details,
    family,
    family_give,
    family_people,
    files,
    forget,
    history,
    home,
    join,
    logo,
    people,
    record_copy,
    reset,
    second_factor,
    second_step,
    session,
    signup,
)
from portal.views.blueprint import blueprint

PAGES = (
    home,
    signup,
    confirm,
    session,
    reset,
    account,
    people,
    about,
    claim,
    claim_set_up,
    family,
    family_give,
    family_people,
    files,
    history,
    details,
    record_copy,
    forget,
    join,
    logo,
    second_factor,
    second_step,
)


def register(app) -> None:
    app.register_blueprint(blueprint)

"""Closed unless it says public; staff pages belong to the staff of that practice; the way back stays here."""

import pytest

from portal import views
from portal.guards import local_path

ACCOUNT_PAGES = {page.__name__ for page in views.PAGES}


@pytest.mark.parametrize(
    "path", ["/", "/at/riverside/", "/at/riverside/book/when?what=a&day=2027-01-05", "/a%2F%2Fb", "/é", "/a?next=//evil", "/a#times"]
)
def test_a_path_of_this_site_is_kept(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "x",
        "//evil",
        "///evil",
        "/\\evil",
        "\\/evil",
        "https:evil",
        "https://evil",
        "HTTP://evil",
        "javascript:alert(1)",
        "/\t/evil",
        "/\n/evil",
        " /a",
        "\x00/a",
        "/a\\b",
        "data:,x",
        "http:///evil",
    ],
)
def test_what_might_lead_elsewhere_is_dropped(target):
    assert local_path(target) == ""


def test_every_page_is_closed_to_strangers_unless_it_says_public(app, browse, cast):
    stranger = browse()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if getattr(view, "is_public", False) or rule.endpoint == "static":
            continue
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<{name}>", "riverside")
        if "GET" in rule.methods:
            answer = stranger.get(path)
            assert answer.status_code == 302 and answer.location.startswith("/sign-in"), rule


PUBLIC = {
    "about": {"accessibility", "help", "privacy", "terms"},
    "account": {"confirm_address", "well_known_change_password"},  # a token is put away; a redirect
    "claim": {"claim", "claim_again", "claim_check", "claim_refuse"},  # whoever holds the link, account or not
    "claim_set_up": {"claim_set_up"},
    "confirm": {"confirm_email", "confirm_email_again", "link_sent", "own_details"},
    "home": {"home"},
    "join": {"join"},  # the same
    "logo": {"logo"},
    "reset": {"forgot", "new_password", "new_password_again", "reset_sent"},
    "second_step": {"second_step", "recovery_code"},  # nobody is signed in before it; the session says whose password was right
    "session": {"sign_in", "sign_out", "signed_out"},
    "signup": {"check_email", "mend_address", "send_again", "sign_up"},
}


def test_a_new_public_page_of_accounts_is_a_decision(app):
    public = {}
    for endpoint, view in app.view_functions.items():
        module = view.__module__.rpartition(".")[2]
        if view.__module__ in ACCOUNT_PAGES and getattr(view, "is_public", False):
            public.setdefault(module, set()).add(endpoint.removeprefix("portal."))
    assert public == PUBLIC


@pytest.mark.parametrize("name", ["priya", "sylvie", "luc"])
def test_staff_pages_of_a_practice_are_not_there_for_others(browse, cast, name):
    browser = browse(as_=getattr(cast, name), staff=True)
    assert browser.get("/staff/riverside/").status_code == browser.get("/staff/nowhere/").status_code == 404


def test_a_form_sent_after_the_session_ended_comes_back_to_its_page(browse, cast, clock):
    browser = browse(as_=cast.priya)
    token = browser.page("/account/language").form()["csrf_token"]
    clock.forward(minutes=31)
    headers = {"Origin": "http://localhost", "Referer": "http://localhost/account/language?x=1"}
    answer = browser.post("/account/language", data={"csrf_token": token}, headers=headers)
    assert answer.location == "/sign-in?next=/account/language?x%3D1"
    headers["Referer"] = "https://evil.example/account"
    assert browser.post("/account/language", data={"csrf_token": token}, headers=headers).location == "/sign-in"


@pytest.mark.parametrize("path", ["/at/%00/", "/sign-in?next=%00", "/sign-up?at=%00", "/at/riverside/?who=%00"])
def test_nothing_with_a_nul_reaches_the_database(browse, cast, path):
    assert browse().get(path).status_code == 400


def test_a_form_with_a_nul_is_refused(browse, cast):
    browser = browse()
    assert browser.submit(browser.page("/forgot"), email="a\0@example.com").status == 400

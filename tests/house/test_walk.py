"""The walker finds every page that a person can click to, and nothing else."""

import pytest
from flask import Flask

from e2e.walk import walk

PAGES = {
    "/": '<a href="/people">People</a> <a href="https://elsewhere.example/people/9">Away</a> <a href="mailto:a@b.example">Write</a>',
    "/people": '<a href="/people/1#top">One</a> <a href="/people/2">Two</a> <a href="/calendar.ics" download>File</a>',
    "/people/<int:number>": '<form action="/found"><input name="word" value="knee"><input type="radio" name="day" value="mon"></form>',
    "/found": '<form method="post" action="/burn"></form>',
    "/hidden": "nobody links here",
}


@pytest.fixture
def site():
    app = Flask(__name__)
    for rule, html in PAGES.items():
        app.add_url_rule(rule, rule, lambda html=html, **_: html)
    app.add_url_rule("/burn", "burn", lambda: "burnt", methods=["POST"])
    app.add_url_rule("/calendar.ics", "calendar", lambda: "BEGIN:VCALENDAR")
    return app


def test_pages_are_found_by_links_and_asking_forms_and_each_kind_once(site):
    assert walk(site.test_client(), ["/"]) == {
        "/": "/",
        "/people": "/people",
        "/people/<int:number>": "/people/1",
        "/found": "/found?word=knee&day=mon",
    }


def test_a_link_that_leads_nowhere_is_told_with_the_page_it_is_on(site):
    @site.route("/gone")
    def gone():
        return "gone", 404

    site.add_url_rule("/start", "start", lambda: '<a href="/gone">on</a>')
    with pytest.raises(AssertionError, match="/gone .linked from /start. is not there"):
        walk(site.test_client(), ["/start"])


def test_a_redirect_is_followed_to_the_page_behind_it(site):
    site.add_url_rule("/door", "door", lambda: ("", 303, {"Location": "/people"}))
    assert "/people" in walk(site.test_client(), ["/door"])

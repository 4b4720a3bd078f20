"""Which language a page is in, and how it is changed without a cookie."""

import pytest

from portal.config import Defaults


@pytest.mark.parametrize(
    "path, accepted, language",
    [
        ("/sign-in", "", "en"),
        ("/sign-in", "fr-CA,fr;q=0.9,en;q=0.5", "fr"),
        ("/sign-in", "de", "en"),
        ("/sign-in?lang=fr", "en", "fr"),
        ("/sign-in?lang=xx", "fr", "fr"),
        ("/sign-in?lang=", "fr", "fr"),
        ("/sign-in", "es-MX,es;q=0.9,en;q=0.5", "es"),
        ("/sign-in", "es-419", "es"),
        ("/sign-in?lang=es", "fr", "es"),
    ],
)
def test_the_address_decides_then_the_browser(app, browse, path, accepted, language):
    headers = {"Accept-Language": accepted} if accepted else {}
    assert browse().page(path, headers=headers).tree.get("lang") == language


def test_an_account_has_its_own_language(browse, cast):
    assert browse(as_=cast.luc).page("/account").tree.get("lang") == "fr"
    assert browse(as_=cast.priya).page("/account", headers={"Accept-Language": "fr"}).tree.get("lang") == "en"


def test_the_language_stays_in_the_address_of_every_link(app, browse):
    page = browse().page("/sign-in?lang=fr")
    assert all("lang=fr" in href for href in page.links().values() if href.startswith(("/sign-up", "/forgot", "/privacy")))


def test_a_page_that_found_mistakes_can_be_read_in_the_other_language(app, browse):
    browser = browse()
    page = browser.submit(browser.page("/sign-up?next=/privacy"), given_name="")
    assert page.status == 422
    (other,) = {a.get("href") for a in page.all("a", hreflang="fr")}
    assert other == "/sign-up?lang=fr&next=%2Fprivacy"


@pytest.mark.parametrize(
    "query", ["endpoint=x", "_scheme=javascript&_external=1&_anchor=%0aalert(1)", "_method=POST", "slug=other", "values=1"]
)
def test_no_query_turns_the_language_link_into_something_else(app, browse, query):
    page = browse().page(f"/sign-in?{query}")
    assert page.status == 200
    offered = [a.get("href") for a in page.all("a", hreflang="fr")]
    assert offered and all(href.startswith("/sign-in?") for href in offered)


@pytest.mark.parametrize("language", Defaults.LANGUAGES)
def test_the_page_says_which_language_it_is_in_and_names_the_others_in_their_own_words(app, browse, language):
    page = browse().page(f"/sign-in?lang={language}")
    assert page.tree.get("lang") == language
    named = {(a.get("lang"), "".join(a.itertext()).strip()) for a in page.all("a") if a.get("hreflang")}
    assert named == {*Defaults.LANGUAGES.items()} - {(language, Defaults.LANGUAGES[language])}

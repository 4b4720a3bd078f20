"""The practice's own words name their language where the page speaks another one (WCAG 3.1.2)."""

from portal.database import db, transact
from portal.queries import practice_by_slug
from portal.seed import BEAU_RIVAGE, name_id


def own(page, lang: str = "fr") -> list[str]:
    """What stands in elements of main with this language."""
    (main,) = page.all("main")
    return [" ".join("".join(element.itertext()).split()) for element in main.iter() if element.get("lang") == lang]


def test_an_english_page_of_a_french_practice_marks_what_the_practice_wrote(cast, browse):
    said = own(browse().page(f"/at/{BEAU_RIVAGE}/?lang=en"))
    for words in ("Physiothérapie", "Suivi de physiothérapie", "Le cou et les épaules.", "Physiothérapeute"):
        assert words in said


def test_in_its_own_language_nothing_is_marked(cast, browse):
    assert own(browse().page(f"/at/{BEAU_RIVAGE}/?lang=fr")) == []
    assert own(browse().page("/at/riverside/?lang=en"), "en") == []


def test_a_french_page_of_an_english_practice_marks_the_english(cast, browse):
    said = own(browse().page("/at/riverside/?lang=fr"), "en")
    assert "Initial assessment" in said and "Physiotherapist" in said


def test_the_steps_of_a_booking_mark_it_too(cast, browse):
    massage = name_id("service massotherapie-60")
    at = f"/at/{BEAU_RIVAGE}/book"
    assert "Massothérapie, 60 minutes" in own(browse().page(f"{at}/what?lang=en"))
    assert "Massothérapie, 60 minutes" in own(browse().page(f"{at}/when?what={massage}&with=any&lang=en"))


def test_a_banner_is_marked_and_what_was_written_stays_escaped(cast, browse, app):
    with app.app_context():
        transact(lambda: setattr(practice_by_slug(BEAU_RIVAGE), "banner_text", "Fermé <b>lundi</b>"))
        db.session.remove()
    page = browse().page(f"/at/{BEAU_RIVAGE}/?lang=en")
    assert '<p lang="fr">Fermé &lt;b&gt;lundi&lt;/b&gt;</p>' in page.html

"""Who only looks like one person: strangers of one name, twins and sisters whose names rhyme, other characters of one sound. And who is
one although a name says less than usual: scripts without vowels, and people of a single name."""

from datetime import date

import pytest

from portal.matching import Evidence, keys, likeness, lookup_keys
from portal.matching_given import compare
from portal.matching_names import words
from tests.portal.test_matching import BORN, HOME, grade, other_home, person

CONTACTS = [HOME, {"phone": "+14165550117"}, {"email": "family@example.org"}, {"street": "12 Elm Road", "postal_code": "M5V 2T6"}]
NEW_YEAR = date(1990, 1, 1)
PLACE = {"city": "Toronto", "postal_code": "M5V 2T6"}

STRANGERS = [
    ("one name, 1 January, all else different", person("Mohamed, Ali", NEW_YEAR, **HOME), person("Mohamed, Ali", NEW_YEAR, **other_home())),
    ("one name, 1 January, another phone", person("Hodan, Abdi", NEW_YEAR, phone="+14165550101"), person("Hodan, Abdi", NEW_YEAR, phone="+15145550199")),
    ("one name, 1 January, nothing else known", person("Ada, Brandt", NEW_YEAR), person("Ada, Brandt", NEW_YEAR)),
    ("one name, 1 January, one town", person("Ada, Brandt", NEW_YEAR, **PLACE), person("Ada, Brandt", NEW_YEAR, **PLACE)),
    ("a common name, another phone", person("Anh, Nguyen", phone="+14165550101"), person("Anh, Nguyen", phone="+15145550199")),
    ("a common name, one town, another street", person("Maria, Silva", street="1 Elm Road", **PLACE), person("Maria, Silva", street="9 Oak Road", **PLACE)),
    ("an uncommon name, all else different", person("Ada, Brandt", **HOME), person("Ada, Brandt", **other_home())),
    ("an uncommon name, another place", person("Ada, Brandt", city="Toronto"), person("Ada, Brandt", city="Laval")),
    ("another family name since, 1 January", person("Ada, Brandt", NEW_YEAR, **HOME), person("Ada, Kowalski", NEW_YEAR, **HOME)),
    ("brothers of one name, a year apart", person("Sven, Berg", date(1970, 3, 3), **HOME), person("Sven, Berg", date(1971, 3, 3), **HOME)),
    ("brothers of one name, ten years apart", person("Juan, Cruz", date(1971, 3, 3), **HOME), person("Juan, Cruz", date(1981, 3, 3), **HOME)),
    ("one name at home, a year apart, the card mistyped", person("Ada, Brandt", date(1984, 3, 9), card="1234567890", **HOME), person("Ada, Brandt", date(1985, 3, 9), card="1234657890", **HOME)),
    ("Chinese names of one sound at one number", person("雨欣, 王", phone="+14165550117"), person("雨昕, 王", phone="+14165550117")),
    ("the same in the other order", person("雨欣, 王", phone="+14165550117"), person("王, 雨昕", phone="+14165550117")),
    ("Chinese names of one sound at one number, and one card typed for both", person("雨欣, 王", card="1234567890", **HOME), person("雨昕, 王", card="1234567890", **HOME)),
    ("Chinese names of one sound at one number, and two cards nearly the same", person("雨欣, 王", card="1234567890", **HOME), person("雨昕, 王", card="1234657890", **HOME)),
    ("family names of one sound", person("明, 李", **HOME), person("明, 黎", **HOME)),
    ("Vietnamese names of one spelling, with their marks", person("Ngọc Anh, Lê", **HOME), person("Ngọc Ánh, Lê", **HOME)),
    ("Thai names of one spelling", person("ปิยะ, ใจดี", **HOME), person("ปิยา, ใจดี", **HOME)),
    ("a slip, nothing else known", person("Michaela, Brandt"), person("Michafla, Brandt")),
    ("rhyming names, nothing else known", person("Trudela, Brandt"), person("Trudelo, Brandt", BORN)),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), [case[1:] for case in STRANGERS], ids=[case[0] for case in STRANGERS])
def test_never_certain(one, other):
    assert grade(one, other) in ("possible", None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (person("伟, 李", phone="+14165550101"), person("薇, 李", phone="+15145550199")),
        (person("子涵, 王", **HOME), person("子轩, 王", **HOME)),
        (person("静, 王", **HOME), person("静怡, 王", **HOME)),
        (person("حسن, علي", **HOME), person("حسين, علي", **HOME)),
        (person("محمد, الحسن"), person("Mohammed, Al-Hassan", date(1991, 4, 7))),
        (person("אברהם, כהן"), person("Yosef, Cohen")),
        (person("Suharto,", None), person("Suharto,", None)),
        (person("Suharto,", None), person("Suharto,")),
        (person("Suharto,", NEW_YEAR), person("Suharto,", NEW_YEAR)),
        (person("Suharto,"), person("Sukarno,")),
        (person("Suharto,", **HOME), person("Sukarno,", **HOME)),
    ],
)
def test_never_proposed(one, other):
    assert grade(one, other) is None


@pytest.mark.parametrize("more", [{}, {"phone": "+14165550117"}])
@pytest.mark.parametrize(
    ("verdict", "one", "other"),
    [
        ("possible", "محمد, الحسن", "Mohammed, Al-Hassan"),
        ("possible", "יוסף, כהן", "Yosef, Cohen"),
        ("possible", "משה, לוי", "Moshe, Levi"),
        ("possible", "फ़रहान, शर्मा", "Farhan, Sharma"),
        ("possible", "अमित, शर्मा", "Amit, Sharma"),
        ("possible", "سعيد, مصطفى", "Saeed, Mustafa"),
        ("possible", "Mustafa, Saeed", "سعيد, مصطفى"),
        ("possible", "สมชาย, ใจดี", "Somchai, Jaidee"),
        ("certain", "伟, 王", "Wei, Wang"),
        ("certain", "Thị Ánh, Nguyễn", "Thi Anh, Nguyen"),
        ("certain", "José, Côté", "Jose, Côté"),
        ("certain", "Андрей, Фёдоров", "Андрей, Федоров"),
        ("certain", "أحمد, علي", "احمد, علي"),
    ],
)
def test_one_name_in_two_scripts_or_with_fewer_marks(verdict, one, other, more):
    assert grade(person(one, **more), person(other, **more)) == verdict


def test_one_name_alone_needs_a_birth_date_or_a_contact():
    assert grade(person("Suharto,"), person("Suharto,")) == "possible"
    assert grade(person("Suharto,", None, **HOME), person("Suharto,", None, **HOME)) == "possible"
    assert grade(person("Suharto,", **HOME), person("Suharto,", **HOME)) == "certain"


def test_name_and_birth_date_are_still_enough_to_be_asked():
    assert grade(person("Anna, Kowalska", date(1984, 3, 2)), person("Anna, Kowalska", date(1984, 3, 2)))
    assert grade(person("Ada, Brandt", street="1 Elm Road", **PLACE), person("Ada, Brandt", street="9 Oak Road", **PLACE)) == "certain", (
        "uncommon, of one town"
    )
    assert (
        grade(
            person("Anh, Nguyen", phone="+14165550101", email="a@example.org"),
            person("Anh, Nguyen", phone="+15145550199", email="a@example.org"),
        )
        == "certain"
    )


def test_a_first_of_january_and_a_year_are_said_in_words_there_are():
    born = [one for one in likeness(person("Ada, Brandt", NEW_YEAR), person("Ada, Brandt", NEW_YEAR)).evidence if one.field == "born_on"]
    assert born == [Evidence("born_on", "same")]
    assert Evidence("born_on", "digit") in likeness(person("Ada, Brandt", **HOME), person("Ada, Brandt", date(1985, 3, 9), **HOME)).evidence


# Twins of many peoples, most of whose names rhyme.
RHYMES = """
Masha/Dasha Маша/Даша Marina/Arina Alina/Arina Matteo/Mattia Nimal/Kamal Parsa/Parisa Maryam/Marwan Hassan/Hassna Brayden/Brayson Jaden/Caden Tamika/Tanika
Ingrid/Ingvild Sigrún/Sigrid Radek/Radka Nikola/Nikolina Luan/Ruan Dariel/Daniel Oluwatobi/Oluwatoni Sunita/Sumita Krishna/Krishiv Haruto/Haruko
Mohammad/Mohammadreza Loïc/Loïs Sekou/Seydou Jana/Jannah Zahra/Zara Joey/Joy
Ludovico/Ludovica Fabrizio/Fabrizia Vittorio/Vittoria Simone/Simona Gioele/Gioela Iker/Ikerne Aitor/Aitana Unax/Unai Jordi/Jordina Anselmo/Anselma
Edson/Nelson Gilson/Wilson Jailson/Jailton Adilson/Edilson Josiane/Rosiane Thayna/Rayna Zbyszek/Leszek Halinka/Malinka Zdenek/Zdenka Bolek/Lolek
Miroslava/Jaroslava Bohumil/Bohumila Ljubica/Ljubinka Veselin/Vesela Krasimir/Krasimira Borislav/Berislav Ljiljana/Biljana Dragica/Draginja Raivis/Raivo Vaida/Vaidas
Tiiu/Viiu Merike/Meelike Toomas/Joonas Veikko/Heikko Seija/Teija Jorma/Jarmo Ragnhild/Ragnvald Asbjorn/Arnbjorn Thordis/Hjordis Gudrun/Gudrid
Steinar/Steinunn Baldur/Valdur Morwen/Morwenna Anwen/Arwen Eluned/Elined Stavros/Stavroula Panagiotis/Panagiota Ardit/Ardita Gezim/Gezime Vartan/Vartuhi
Burcu/Burcin Gokhan/Gokce Tuncay/Tuncer Nursel/Gursel Aysel/Gulsel Erkan/Serkan Farshad/Farshid Behzad/Behnaz Mehrdad/Mehrnaz Shahram/Bahram
Golnar/Golnaz Hamdan/Hamdi Wael/Nael Jihad/Nihad Zineb/Zined Yassir/Nassir Selamawit/Selam Yonas/Yohana Birhan/Birhane Chukwuma/Chukwuka
Nkiruka/Nkiru Temidayo/Temidola Abimbola/Adebola Kossi/Kossiwa Mawuli/Mawusi Wangari/Wangui Njeri/Njoki Otieno/Atieno Ouma/Auma Okello/Akello
Chipo/Chido Tafadzwa/Tatenda Thandeka/Thandeki Themba/Thembi Lindiwe/Lindani Farzana/Marzana Rukhsana/Rukhsar Shakil/Shakila Kalpana/Alpana Ramesh/Rajesh
Mukesh/Lokesh Kavindu/Kavindi Dilshan/Dilshani Ketan/Chetan Tejal/Sejal Hetal/Jetal Bhavin/Bhavini Minal/Hinal Sangita/Sanjita Babita/Bavita
Rekha/Reksha Bindu/Indu Madhav/Madhavi Sarita/Sabita Batbayar/Batbold Sarnai/Sarangerel Temuulen/Temujin Ploy/Ploypailin Chanida/Chanita Sokha/Sopha
Wahyu/Wahyuni Yanti/Yanto Susanti/Susanto Jomar/Jomari Arnel/Ernel Jennylyn/Jerrylyn Crisanto/Crisanta Danilo/Manilo Sakuya/Sakura Tomohiro/Tomohisa
Nobuyuki/Noriyuki Chihiro/Mihiro Shunsuke/Shinsuke Ryosuke/Kyosuke Keoni/Keani Tevita/Tevite Aroha/Arohanui Nahuel/Manuel Yaretzi/Yareli Devonte/Davonte
Zaniyah/Janiyah Treyson/Greyson Braylon/Braylin Raelynn/Gracelynn Kaysen/Jaysen Zaylee/Baylee Menachem/Nachum Hodaya/Odaya Hillel/Hallel Ayelet/Avelet
"""
# The same of names on no list of ours, so that it is the rule that tells them apart.
UNLISTED = """
Trudela/Trudelo Vendrin/Vendrina Kelmar/Selmar Tavita/Tavira Ondrin/Jondrin Melisha/Melishka Corvan/Corven Dalmiro/Dalmira Ulanda/Yulanda Sorelin/Morelin
Marvela/Arvela Danielko/Daniel Robertina/Roberta Elizaveth/Lizaveth Michaelson/Michael Sunira/Sunita Tamira/Tamika Haruno/Haruto Nikolin/Nikola Oluwatomi/Oluwatobi
"""


@pytest.mark.parametrize("pair", (RHYMES + UNLISTED).split())
def test_twins_whose_names_rhyme_are_never_proposed(pair):
    one, other = pair.split("/")
    for more in CONTACTS:
        assert grade(person(f"{one}, Testov", **more), person(f"{other}, Testov", **more)) is None
    assert grade(person(f"{one}, Testov", **HOME), person(f"{other}, Testov", date(1986, 3, 9), **HOME)) is None, "sisters"
    assert grade(person(f"{one}, Testov"), person(f"{other}, Testov")) != "certain"


def test_masha_is_maria_and_dasha_is_daria():
    for one, other, how in (
        ("Masha", "Maria", "short"),
        ("Dasha", "Daria", "short"),
        ("Masha", "Daria", "different"),
        ("Dasha", "Masha", "different"),
    ):
        assert compare(words(one), words(other)) == how


# One finger slipped inside a name: the first is known, the second reads like a name, but hardly a sister's.
SLIPPED = "Stavros/Stavroos Laurene/Laureene Rachel/Rachle Eliseo/Elisoe Stavros/Savros Caleb/Calbe"


@pytest.mark.parametrize("pair", SLIPPED.split())
def test_a_slip_that_no_sister_is_called_by_is_looked_at_and_never_certain_at_one_telephone(pair):
    one, other = pair.split("/")
    assert compare(words(one), words(other)) == "slip"
    for more in CONTACTS:
        assert grade(person(f"{one}, Testov", **more), person(f"{other}, Testov", **more)) == "possible"
    assert grade(person(f"{one}, Testov", **HOME), person(f"{other}, Testov", date(2011, 5, 2), **HOME)) is None, "parent and child"


def test_what_twins_may_be_called_is_no_slip():
    for pair in "Lian/Lina Melisha/Melishka Tavita/Tavira Kelvin/Kelvina Kayleigh/Kaleigh Marin/Martin Kirra/Kirran Mila/Mira Amir/Amri Kamila/Kaila Michalina/Michalia Antoinette/Antonette Adesola/Adeksola".split():
        one, other = pair.split("/")
        assert compare(words(one), words(other)) not in ("slip", "typo"), pair


STREET = {"street": "12 Elm Road", "city": "Toronto", "postal_code": "M5V 2T6"}
MOVED = {"street": "7 Oak Street", "city": "Laval", "postal_code": "H7A 1B1"}
CARD, MISTYPED, NEXT = "1234567890", "1234657890", "1234567891"
NUMBERED = [
    ("certain", "one name and birth date, the card mistyped, moved", person("John, Smith", card=CARD, **STREET), person("John, Smith", card=MISTYPED, **MOVED)),
    ("certain", "a known name garbled, the card mistyped, moved", person("Michaela, Grant", card=CARD, **STREET), person("Michafla, Grant", card=MISTYPED, **MOVED)),
    ("certain", "one name and birth date, the next card", person("John, Smith", card=CARD, **STREET), person("John, Smith", card=NEXT, **MOVED)),
    ("certain", "one name and home, the card mistyped, a slip in the year", person("Ada, Brandt", card=CARD, **STREET), person("Ada, Brandt", date(1985, 3, 9), card=MISTYPED, **STREET)),
    ("certain", "another family name, the card mistyped, one town", person("Ada, Brandt", card=CARD, **STREET), person("Ada, Kowalski", card=MISTYPED, **{**STREET, "street": "9 Main Road"})),
    ("certain", "no family name, the card mistyped, one town", person("Ada, Brandt", card=CARD, **STREET), person("Ada,", card=MISTYPED, **{**STREET, "street": "9 Main Road"})),
    ("certain", "one card, family name and home, another given name, no birth date", person("Ada, Brandt", card=CARD, **STREET), person("Otto, Brandt", None, card=CARD, **STREET)),
    ("certain", "one card and home, other names, a slip in the birth date", person("Ada, Brandt", card=CARD, **STREET), person("Otto, Wu", date(1984, 3, 8), card=CARD, **STREET)),
    ("certain", "one card, the given name alone in the other field", person("Ada, Brandt", None, card=CARD, **STREET), person(", Ada", card=CARD, **STREET)),
    ("possible", "one card and family name, another given name, no birth date, moved", person("Ada, Brandt", card=CARD, **STREET), person("Otto, Brandt", None, card=CARD, **MOVED)),
    ("possible", "no birth date, other given names, the card mistyped, one home", person("Ada, Brandt", None, card=CARD, **STREET), person("Otto, Brandt", card=MISTYPED, **STREET)),
    ("possible", "a year nobody was born in, one home", person("Ada, Brandt", date(1084, 3, 9), **STREET), person("Ada, Brandt", date(1961, 7, 2), **STREET)),
    ("possible", "the name brothers share, the card mistyped, moved", person("Muhammad, Khan", card=CARD, **STREET), person("Muhammad Ali, Khan", card=MISTYPED, **MOVED)),
    ("possible", "one name and home, the next card, a slip in the year", person("Ada, Brandt", card=CARD, **STREET), person("Ada, Brandt", date(1985, 3, 9), card=NEXT, **STREET)),
    ("possible", "one name, the card mistyped, a slip in the year, moved", person("Ada, Brandt", card=CARD, **STREET), person("Ada, Brandt", date(1985, 3, 9), card=MISTYPED, **MOVED)),
    ("possible", "a slip in the name at one telephone, the card mistyped", person("Stavros, Brandt", card=CARD, **HOME), person("Savros, Brandt", card=MISTYPED, **HOME)),
    ("possible", "one card and given name, no family name, another birth date and place", person("Ada, Brandt", card=CARD, **STREET), person("Ada,", date(1924, 2, 13), card=CARD, **MOVED)),
    (None, "mother and child with the mother's card, the child's birth date missing", person("Julie, Roy", card=CARD, **HOME), person("Emma, Roy", None, card=CARD, **HOME)),
    ("possible", "one name and home, a generation apart, the card mistyped", person("John, Reid", date(1958, 3, 9), card=CARD, **STREET), person("John, Reid", date(1984, 7, 21), card=MISTYPED, **STREET)),
    (None, "father and son of one name, cards one after the other", person("John, Reid", date(1958, 3, 9), card=CARD, **STREET), person("John, Reid", date(1984, 7, 21), card=NEXT, **STREET)),
    (None, "father and son of one name who share a telephone, cards nearly the same", person("John, Reid", date(1958, 3, 9), card=CARD, **HOME), person("Johann, Reid", date(1984, 7, 21), card=MISTYPED, **HOME)),
    (None, "twins whose names slip into each other, the next card", person("Sunira, Roy", card=CARD, **STREET), person("Sunita, Roy", card=NEXT, **STREET)),
]  # fmt: skip


@pytest.mark.parametrize(("verdict", "one", "other"), [(case[0], *case[2:]) for case in NUMBERED], ids=[case[1] for case in NUMBERED])
def test_what_a_card_with_or_without_a_slip_can_carry(verdict, one, other):
    assert grade(one, other) == verdict


def test_a_digit_read_as_a_letter_or_a_year_nobody_was_born_in_is_a_slip():
    assert grade(person("J0shua, Mas0n", **HOME), person("Joshua, Mason", **HOME)) == "certain"
    said = likeness(person("Ada, Brandt", date(8984, 3, 9), **HOME), person("Ada, Brandt", **HOME))
    assert said.grade == "certain" and Evidence("born_on", "digit") in said.evidence


def test_a_slip_in_the_card_leaves_half_of_it_to_be_found_by():
    one, other = person("Sophie,", None, card="5643615820"), person("Sofia, Hill", card="5463615820")
    assert keys(one) & lookup_keys(other)

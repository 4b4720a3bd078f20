"""What people are searched by: pure tables of what is written down and what is asked."""

from datetime import date

import pytest

from portal.search_words import Facts, days_of, most_slips, wanted, words

NOBODY = Facts("", "", "", "", (), "", "", "")


@pytest.mark.parametrize(
    "facts, found, not_found",
    [
        (
            {"given_name": "Jean-François", "family_name": "Lévesque"},
            ["jean", "franç", "FRANCOIS", "leves", "levesque jean"],
            ["evesque", "eanf"],
        ),
        ({"given_name": "Robert", "preferred_name": "Sunny"}, ["bob", "rob", "sunny", "robert sunny"], ["bobby x", "sun rises"]),
        ({"given_name": "Margaret", "middle_name": "Ann"}, ["peggy", "ann", "margaret ann"], ["anna"]),
        (
            {"numbers": ("+14165550117", "+33612345678")},
            ["416 555-0117", "(416) 555", "1 416 555 0117", "+1 416 555 0117", "555-01", "0117", "06 12 34", "+33 6 12 34 56 78"],
            ["5501", "16"],
        ),
        ({"given_name": "Wei", "family_name": "Li"}, ["Li, Wei", "wei, li"], ["li, bo"]),
        ({"card_number": "1234-567-897"}, ["1234567897AB", "1234-567-897 ab", "1234 567 897 A"], ["1234567890AB"]),
        (
            {"email": "wei.chen@example.com"},
            ["wei.chen@example.com", "WEI.CHEN@EX", "chen@exa", "@example", "wei.chen"],
            ["ei.chen@example.com", "hen@"],
        ),
        ({"file_number": "A-8841"}, ["a-8841", "A-8841", "8841"], ["884"]),
        ({"file_number": "8841"}, ["8841", "841"], ["88410"]),
        ({"card_number": "1234-567-897-AB"}, ["1234567897AB", "1234 567 897 ab", "7897", "567897", "1234567897"], ["897", "1234"]),
    ],
)
def test_a_person_is_found_by_what_is_said_of_them(facts, found, not_found):
    written = words(NOBODY._replace(**facts))

    def fits(asked: str) -> bool:
        wish = wanted(asked, "33" if asked.startswith("+33") else "1")
        holds = [any(word.startswith(one) for one in it.beginnings for word in written) or bool(it.wholes & written) for it in wish.wishes]
        return bool(holds) and all(holds) or bool(wish.wholes & written)

    assert [asked for asked in found if not fits(asked)] == []
    assert [asked for asked in not_found if fits(asked)] == []


@pytest.mark.parametrize(
    "asked, days",
    [
        ("4 May 1987", [(1987, 5, 4)]), ("May 4, 1987", [(1987, 5, 4)]), ("4 mai 1987", [(1987, 5, 4)]), ("4 de mayo de 1987", [(1987, 5, 4)]),
        ("1er février 2020", [(2020, 2, 1)]), ("1987-05-04", [(1987, 5, 4), (1987, 4, 5)]), ("4/5/1987", [(1987, 5, 4), (1987, 4, 5)]), ("27.3.2018", [(2018, 3, 27)]),
        ("4/5/87", [(1987, 5, 4), (1987, 4, 5), (2087, 5, 4), (2087, 4, 5)]), ("30 février 2020", []), ("416 555 0117", []), ("may", []), ("4 may", []), ("", []), ("1 2 3 4", []),
        ("3 August 1987", [(1987, 8, 3)]), ("August 3rd, 1987", [(1987, 8, 3)]), ("1st of May 1987", [(1987, 5, 1)]), ("22nd Aug 1987", [(1987, 8, 22)]),
        ("19870504", [(1987, 5, 4)]), ("19871332", []),
        ("99999999 1 1", []), ("1 1 4165550117", []), ("1 may 99999999999999999999", []), ("2000 99999999999999999999 1", []), ("٤ may 1987", [(1987, 5, 4)]),
    ],
)  # fmt: skip
def test_a_birth_date_is_read_however_it_is_written(asked, days):
    assert days_of(asked) == {date(*day) for day in days}


@pytest.mark.parametrize("asked", ["%", "_", "\x00", "'; --", "é" * 300, "@", "@@", "0", "000000", "🙂", " ", "1er", "²³¹", "St."])
def test_nonsense_is_a_wish_like_any_other(asked):
    assert (
        wanted(asked) is not None
        and words(NOBODY._replace(given_name=asked, email=asked, file_number=asked, card_number=asked, numbers=(asked,))) is not None
    )


@pytest.mark.parametrize("word, most", [("li", 0), ("ann", 0), ("leon", 1), ("shahana", 1), ("levesque", 2)])
def test_short_names_have_no_slips(word, most):
    assert most_slips(word) == most

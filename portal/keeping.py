"""How long a practice must keep the record of somebody who asks to be forgotten. Pure; the practice may set years of its own.

The usual years are those that the Canadian Medical Protective Association lists and recommends for each province ("How to manage your
medical records", revised 2022): ten years from the last entry, sixteen in British Columbia, and for a minor as long again from the day they
come of age (18 or 19). In Ontario that is the rule (O. Reg. 114/94 under the Medicine Act, s. 19); in Quebec the rule is five years from
the last entry. Other professions have rules of their own: each practice checks its own, and writes it into its settings.

Receipts are records of the business, too: six years from the end of the year they are of (Income Tax Act, s. 230; the Canada Revenue
Agency's "How long should you keep your income tax records?"). As long as one is needed, the name it was made out to stays.
"""

from datetime import date

from portal.access import birthday

USUAL_YEARS = 10
YEARS = {"BC": 16, "QC": 5}
OF_AGE = 18
OF_AGE_AT_19 = frozenset({"BC", "NB", "NL", "NS", "NT", "NU", "YT"})
MOST_YEARS = 99
YEARS_OF_RECEIPTS = 6


def usual_years(country: str, region: str) -> int:
    """For a practice that has not set years of its own."""
    return YEARS.get(region, USUAL_YEARS) if country == "CA" else USUAL_YEARS


def of_age(country: str, region: str) -> int:
    return 19 if country == "CA" and region in OF_AGE_AT_19 else OF_AGE


def until(last_on: date | None, born_on: date | None, years: int, adult_at: int) -> date | None:
    """The last day on which the record is kept; None where there was no visit: then nothing has to stay."""
    if last_on is None:
        return None
    after_visit = birthday(last_on, years)
    return after_visit if born_on is None else max(after_visit, birthday(born_on, adult_at + years))


def until_books(last_receipt_on: date | None) -> date | None:
    """The last day on which the receipts are needed by name; None where there are none."""
    return last_receipt_on and date(last_receipt_on.year + YEARS_OF_RECEIPTS, 12, 31)

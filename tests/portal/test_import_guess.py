"""What the columns of a list are: the exports of other products, three languages, and lists without headings."""

import pytest

from portal import import_dates, import_fields
from portal.import_guess import guess, header_key
from portal.import_fields import FIELDS, meaning

EXPORTS = {
    "Jane": (
        "Patient Number,First Name,Preferred Name,Last Name,Email,Home Phone,Mobile Phone,Street Address,Street Address 2,City,Province,Postal,Country,Sex,Birth Date,Personal Health Number",
        "previous_id given_name preferred_name family_name email phone_home phone_mobile street unit city - postal_code - sex_at_birth born_on card_number",
    ),
    "Cliniko": (
        "Id,Title,First Name,Last Name,Preferred first name,Date Of Birth,Sex,Pronouns,Email,Address 1,Address 2,City,Post Code,Phone,Emergency Contact,Referral Source,Notes",
        "previous_id salutation given_name family_name preferred_name born_on sex_at_birth pronouns email street unit city postal_code phone contact_name referred_by staff_alert",
    ),
    "OSCAR": (
        "demographic_no,last_name,first_name,address,city,province,postal,phone,phone2,email,year_of_birth,month_of_birth,date_of_birth,hin,ver,hc_type,hc_renew_date,sex,chart_no,official_lang,cell",
        "previous_id family_name given_name street city - postal_code phone phone email born_year born_month born_day card_number card_version card_region card_expires_on sex_at_birth"
        " file_number language phone_mobile",
    ),
    "Acuity": ("First Name,Last Name,Phone,Email,Notes,Days Since Last Appointment", "given_name family_name phone email staff_alert -"),
    "French": (
        "Nom,Prénom,Date de naissance,Courriel,Téléphone cellulaire,Adresse,Ville,Code postal,Langue,N° dossier,NAM,Expiration",
        "family_name given_name born_on email phone_mobile street city postal_code language file_number card_number card_expires_on",
    ),
    "Spanish": ("Nombre,Apellidos,Fecha de nacimiento,Correo electrónico,Móvil,Dirección,Código postal", "given_name family_name born_on email phone_mobile street postal_code"),
    "Two last names": (
        "Nº historia,Nombre,Primer apellido,Segundo apellido,Teléfono fijo,C.P.,Profesional,Sede,Nombre del tutor,Correo del tutor,Nº póliza",
        "file_number given_name family_name second_family_name phone_home postal_code practitioner location guardian_name guardian_email program_number",
    ),
    "Doctolib": (
        "Identifiant;Civilité;Nom;Nom de naissance;Prénom;Adresse e-mail;Téléphone portable;Téléphone fixe;Complément d’adresse;Praticien;Lieu de consultation;Rappel SMS;Représentant légal".replace(";", ","),
        "previous_id salutation family_name - given_name email phone_mobile phone_home unit practitioner location sms_consent guardian_name",
    ),
    "SimplePractice": (
        "First Name,Last Name,Ok to Email,Ok to Text,Primary Clinician,Office Location,Parent/Guardian First Name,Parent/Guardian Last Name,Parent/Guardian Email,Insurance Payer",
        "given_name family_name email_consent sms_consent practitioner location guardian_name guardian_family_name guardian_email program",
    ),
    "Google Contacts": (
        "First Name,Last Name,Name Prefix,Name Suffix,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value,Address 1 - Street,Address 1 - Postal Code",
        "given_name family_name salutation - - email - phone phone street postal_code",
    ),
    "Outlook": (
        "First Name,Last Name,E-mail Address,Home Phone,Home Phone 2,Business Phone,Business Fax,Mobile Phone,Business Street,Home Street,Home City,Home Postal Code",
        "given_name family_name email phone_home phone_home phone_work - phone_mobile - street city postal_code",
    ),
    "Mindbody": (
        "Client ID,Last Name,First Name,Home Location,Primary Staff,Send Email Reminders,Send Text Reminders,Promotional Emails",
        "previous_id family_name given_name location practitioner email_consent sms_consent -",
    ),
    "one column": ("Patient Name,DOB (YYYY-MM-DD),Client Email", "full_name born_on email"),
    "Nom alone": ("Nom,Courriel", "full_name email"),
}  # fmt: skip


PARENTS = {
    "Mother's name,Mother's maiden name,Father's name,Father's email,Mother phone": "guardian_name - - - guardian_phone",
    "Parent 1 name,Parent 1 email,Parent 2 name,Parent 2 phone": "guardian_name guardian_email - -",
    "Dad,Dad's cell,Mum,Mum's cell": "guardian_name guardian_phone - -",
    "Nom de la mère,Courriel du père,Téléphone de la mère": "guardian_name - guardian_phone",
    "Nombre del padre,Correo del padre,Nombre de la madre": "guardian_name guardian_email -",
    "Mother's name,Guardian,Guardian email": "- guardian_name guardian_email",
}


@pytest.mark.parametrize("header", PARENTS)
def test_of_two_parents_the_first_is_the_guardian_and_they_are_never_mixed(header):
    found = guess([["First Name", "Last Name", *header.split(",")], ["x"]])
    assert [field or "-" for field in found.columns[2:]] == PARENTS[header].split()


@pytest.mark.parametrize("product", EXPORTS)
def test_exports_of_other_products(product):
    header, fields = EXPORTS[product]
    found = guess([header.split(","), ["x"]])
    assert found.first == 1 and ["-" if field == "" else field for field in found.columns] == fields.split()


def test_every_guess_is_a_field_and_every_field_can_be_guessed():
    assert set(import_fields._HEADINGS) == set(FIELDS)
    assert all(word == import_fields.bare(word) for words in import_fields._HEADINGS.values() for word in words.split())
    words = [word for words in import_fields._HEADINGS.values() for word in words.split()]
    assert sorted({word for word in words if words.count(word) > 1}) == [], "a heading means one thing"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Patient #", "previous_id"),
        ("Chart #", "file_number"),
        ("Nº de dossier", "file_number"),
        ("Health Card #", "card_number"),
        ("Date of Birth (YYYY-MM-DD)", "born_on"),
        ("Shoe size", ""),
    ],
)
def test_what_a_heading_means(heading, field):
    assert import_fields.meaning(heading) == field


@pytest.mark.parametrize(
    ("rows", "columns", "first"),
    [
        ([["Amara Okoye", "amara@example.org", "1991-03-14"], ["Wei Chen", "", "1988-01-02"]], ["full_name", "email", "born_on"], 0),
        ([["Amara", "Okoye", "416 555 0123"], ["Wei", "Chen", ""]], ["given_name", "family_name", "phone"], 0),
        ([["Patients of Dr. Roy", ""], [], ["Last name", "First name"], ["Okoye", "Amara"]], ["family_name", "given_name"], 3),
        ([["Vorname", "Geburtstag"], ["Amara", "14.03.1991"]], ["", ""], 1),  # words we do not know, above people
    ],
)
def test_headings_are_found_or_there_are_none(rows, columns, first):
    found = guess(rows)
    assert (found.columns, found.first, bool(found.header)) == (columns, first, first > 0)


def test_the_same_headings_written_otherwise_are_the_same():
    assert header_key(["First Name", "Né(e) le"]) == header_key(["first_name", "NE(E) LE"]) != header_key(["Né(e) le", "First Name"])


def test_a_field_is_guessed_for_one_column_alone():
    assert guess([["Email", "Email address", "Phone", "Tel"], ["x"]]).columns == ["email", "", "phone", "phone"]


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["13/04/1987", "03/04/1987"], "dmy"),
        (["04/13/1987", ""], "mdy"),
        (["03/04/1987", "05/06/2001"], "ask"),
        (["13/04/1987", "04/13/1987"], "both"),
        (["04/04/1987", "1987-04-13", "13 April 1987"], ""),
        (["3.4.87 00:00"], "ask"),
    ],
)
def test_the_order_of_day_and_month_is_proven_or_asked(cells, order):
    assert import_dates.order_of(cells) == order


@pytest.mark.parametrize(
    ("orders", "order"), [(["ask", "dmy"], "dmy"), (["dmy", "mdy"], "both"), (["", "ask"], "ask"), (["", ""], ""), ([], "")]
)
def test_what_one_column_proves_is_true_of_the_list(orders, order):
    assert import_dates.together(orders) == order


def test_a_heading_that_means_nothing():
    assert meaning("Favourite colour") == meaning("") == ""


def test_agreeing_to_advertising_is_not_agreeing_to_mail_about_visits():
    """Who wants no advertising would never be reminded."""
    assert [meaning(one) for one in ("SMS Marketing", "Email marketing", "Marketing Emails", "Unsubscribe SMS marketing")] == [""] * 4


def test_gender_beside_the_sex_is_something_else():
    assert guess([["Name", "Gender", "Sex at birth"], ["x"]]).columns == ["full_name", "", "sex_at_birth"]
    assert guess([["Name", "Gender"], ["x"]]).columns == ["full_name", "sex_at_birth"]


def test_a_name_at_birth_is_the_last_name_where_there_is_no_other():
    assert guess([["Nom de naissance", "Prénom"], ["x"]]).columns == ["family_name", "given_name"]

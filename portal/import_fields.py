"""What a column of somebody's list may be, and by which headings it is recognised. Pure.

The headings are those of exports of other products (Jane, Cliniko, OSCAR, Acuity, Noterro and their like) and the words people use, in
English, French and Spanish: in small letters, without accents, spaces and signs.
"""

import re
import unicodedata

NOTHING = ""  # a column that is left out
FULL_NAME, FAMILY_FIRST = "full_name", "full_name_family_first"
BORN_YEAR, BORN_MONTH, BORN_DAY = BORN = ("born_year", "born_month", "born_day")
MOBILE, OTHER = "mobile", "other"
PHONES = {"phone": "", "phone_mobile": MOBILE, "phone_home": "home", "phone_work": "work"}  # field → kind of the number
PREVIOUS_ID = "previous_id"
CONSENTS = {"email_consent": "email", "sms_consent": "sms", "voice_consent": "voice"}
CONTACT = {"contact_name": "name", "contact_relation": "relation", "contact_phone": "phone", "contact_email": "email"}
DATES = ("born_on", "card_expires_on")

# Texts of a record and how long they may be (portal/models/profile.py, portal/staff/record_form.py).
NAMES = {"given_name": 80, "middle_name": 80, "family_name": 80, "preferred_name": 80}
TEXTS = {
    "salutation": 20, "pronouns": 40, "street": 120, "unit": 60, "city": 80, "postal_code": 12, "file_number": 20, "referred_by": 120, "veteran_id": 30,
    "card_number": 30, "card_version": 4, "program": 80, "program_number": 40, "case_number": 40, "billing_authorisation": 60,
}  # fmt: skip
UNIT = 20  # a longer one is written behind the street
LONG_TEXTS = {"staff_alert": 500, "billing_notes": 2000}
LONGEST_HEADING = 200  # characters that are looked at
SEVERAL = frozenset((*PHONES, *LONG_TEXTS))  # fields that more than one column may hold

# In the order in which they are offered, by group.
GROUPS = {
    "name": ("given_name", "family_name", FULL_NAME, FAMILY_FIRST, "middle_name", "preferred_name", "salutation"),
    "about": ("born_on", *BORN, "sex_at_birth", "pronouns", "language", "zone"),
    "reach": ("email", "phone_mobile", "phone", "phone_home", "phone_work", *CONSENTS),
    "address": ("street", "unit", "city", "postal_code"),
    "record": ("file_number", PREVIOUS_ID, "referred_by", "staff_alert", "veteran_id"),
    "contact": tuple(CONTACT),
    "coverage": (
        "card_number", "card_region", "card_version", "card_expires_on", "program", "program_number", "program_region", "case_number",
        "billing_authorisation", "sessions_needed", "billing_notes",
    ),
}  # fmt: skip
FIELDS = tuple(field for fields in GROUPS.values() for field in fields)

_HEADINGS = {
    "given_name": "firstname givenname first given forename fname prenom prenoms nombres nombredepila primernombre legalfirstname firstnames",
    "family_name": "lastname familyname surname last family lname nomdefamille apellido apellidos legallastname secondname",
    "middle_name": "middlename middlenames middle middleinitial mi deuxiemeprenom autresprenoms secondprenom segundonombre middlenameorinitial",
    "preferred_name": "preferredname preferredfirstname nickname knownas goesby prenomusuel prenomprefere nomusuel surnom nombrepreferido apodo chosenname",
    "salutation": "salutation title prefix nameprefix civilite titre tratamiento titulo courtesytitle",
    FULL_NAME: "name fullname patient client patientname clientname customer customername person nomcomplet prenometnom prenomnom patients clients"
    " nombrecompleto nombreyapellido nombreyapellidos paciente cliente persona displayname",
    FAMILY_FIRST: "lastnamefirstname lastfirst namelastfirst surnamefirstname nometprenom nomprenom apellidosynombre apellidosnombre sortname",
    "born_on": "dateofbirth birthdate dob birthday born birth datedenaissance naissance ddn dden nele neele fechadenacimiento fechanacimiento nacimiento"
    " dateofbirthyyyymmdd dateofbirthmmddyyyy dateofbirthddmmyyyy dobyyyymmdd dobmmddyyyy dobddmmyyyy birthdateyyyymmdd",
    BORN_YEAR: "yearofbirth birthyear anneedenaissance anodenacimiento",
    BORN_MONTH: "monthofbirth birthmonth moisdenaissance mesdenacimiento",
    BORN_DAY: "dayofbirth jourdenaissance diadenacimiento",
    "sex_at_birth": "sex gender sexatbirth sexassignedatbirth sexe genre sexealanaissance sexo genero birthsex legalsex administrativesex biologicalsex",
    "pronouns": "pronouns pronoun pronoms pronom pronombres",
    "language": "language preferredlanguage languagepreference officiallang officiallanguage spokenlanguage lang locale langue languepreferee languedecorrespondance"
    " languedecommunication idioma idiomapreferido lenguaje spokenlang primarylanguage",
    "zone": "timezone tz fuseauhoraire zonahoraria husohorario",
    "email": "email emailaddress mail courriel adressecourriel adressedecourriel adresseemail adresseelectronique emailprimary primaryemail personalemail email1"
    " correo correoelectronico direcciondecorreo direcciondecorreoelectronico",
    "phone_mobile": "mobile cell cellphone mobilephone cellular mobilenumber cellnumber phonemobile phonecell mobilephonenumber cellphonenumber portable cellulaire"
    " telephonecellulaire telephoneportable telephonemobile movil celular telefonomovil telefonocelular sms textnumber smsnumber",
    "phone": "phone phonenumber telephone tel telephonenumber primaryphone mainphone contactnumber phoneno phone1 phone2 otherphone phoneother alternatephone"
    " numerodetelephone autretelephone telefono numerodetelefono otrotelefono secondaryphone phonenumbers telephone2 tel2 phoneprimary phonesecondary",
    "phone_home": "homephone home phonehome homephonenumber hometelephone telephonedomicile telephoneamaison teldomicile telresidence telephoneresidence domicile"
    " telefonocasa telefonodecasa telefonofijo homenumber residencephone",
    "phone_work": "workphone work phonework businessphone workphonenumber officephone telephonetravail telephonebureau teltravail telbureau telefonotrabajo"
    " telefonodeltrabajo worknumber",
    "email_consent": "emailconsent consenttoemail emailoptin acceptsemail emailok allowemail emailreminders consentementcourriel accepteslescourriels accepteoucourriel"
    " consentimientocorreo aceptacorreo consenttousesemail consenttoemailusage emailmarketing",
    "sms_consent": "smsconsent textconsent textreminders textmessagereminders textmessages receivesms consenttosms consenttotext smsoptin textoptin acceptssms smsreminders smsok allowsms textok consentementsms consentementtextos"
    " acceptesms consentimientosms aceptasms smsmarketing",
    "voice_consent": "voiceconsent callconsent phoneconsent consenttocall consenttophone voiceoptin callok consentementtelephone consentementappels aceptallamadas",
    "street": "street address streetaddress address1 addressline1 street1 streetaddress1 addressstreet mailingaddress residentialaddress homeaddress adresse rue"
    " adressepostale adresse1 ruenumero nocivique direccion calle domiciliocalle direccion1 residentialaddressline1",
    "unit": "unit apt apartment suite address2 addressline2 street2 streetaddress2 unitnumber aptnumber appartement app bureau unite adresse2 apartamento depto direccion2 piso"
    " residentialaddressline2",
    "city": "city town suburb locality addresscity ville municipalite localite ciudad localidad municipio poblacion residentialcity",
    "postal_code": "postalcode postal postcode zip zipcode zippostalcode postalzipcode postalzip addresspostalcode codepostal codigopostal cp residentialpostal postalcodezip",
    "file_number": "filenumber fileno chartnumber chartno chart chartid recordnumber mrn medicalrecordnumber numerodedossier nodossier dossier nodedossier numerodeexpediente"
    " expediente numerodehistoria historiaclinica filenum numdossier",
    PREVIOUS_ID: "id guid uuid patientid clientid customerid patientguid clientguid patientnumber clientnumber patientno clientno demographicno externalid legacyid"
    " sourceid recordid idpatient idclient numerodepatient numeroclient idpaciente idcliente referencenumber contactid accountnumber oldid previousid",
    "referred_by": "referredby referringprovider referringphysician referringdoctor referringprofessional referralsource referrer referral refdoc howdidyouhearaboutus"
    " referepar referencepar medecinreferent medecintraitant sourcedereference referidopor remitidopor derivadopor referringpractitioner",
    "staff_alert": "alert alerts staffalert patientalert clientalert importantnote importantnotes warning note notes comments comment adminnote adminnotes alerte alertes"
    " remarque remarques commentaire commentaires nota notas comentarios alerta observaciones patientnotes clientnotes generalnotes medicalalert",
    "veteran_id": "veteranid veteransid vacnumber veteransaffairsnumber knumber kfile anciencombattant idveterano veterannumber",
    "contact_name": "emergencycontact emergencycontactname emergencyname emergencycontactfullname nextofkin kin contactdurgence personneacontacterencasdurgence"
    " nomducontactdurgence contactodeemergencia nombrecontactoemergencia",
    "contact_relation": "emergencycontactrelationship emergencyrelationship emergencycontactrelation relationshiptopatient liencontactdurgence lienduducontactdurgence"
    " parentesco relacioncontactoemergencia emergencyrelation",
    "contact_phone": "emergencycontactphone emergencyphone emergencycontactnumber emergencycontactphonenumber telephoneurgence telephonedurgence telephoneducontactdurgence"
    " telefonodeemergencia telefonocontactoemergencia emergencynumber",
    "contact_email": "emergencycontactemail emergencyemail courrielducontactdurgence correocontactoemergencia",
    "card_number": "healthcard healthcardnumber healthcardno healthnumber hcn hin ohip ohipnumber phn personalhealthnumber ramq nam numerodassurancemaladie"
    " cartedassurancemaladie assurancemaladie cartesante carteassurancemaladie healthinsurancenumber tarjetasanitaria numerodetarjetasanitaria mcpnumber ahcnumber bchealthnumber"
    " carecardnumber medicare medicarenumber healthcardnum",
    "card_region": "healthcardprovince hctype hcprovince healthcardregion cardprovince provincedelacarte provincecarte healthcardtype healthnumberprovince hinprovince",
    "card_version": "ver version versioncode healthcardversion cardversion ohipversion vc versiondelacarte healthcardversioncode codedeversion",
    "card_expires_on": "hcrenewdate healthcardexpiry healthcardexpirydate healthcardexpires cardexpiry cardexpires expirydate healthcardexpirationdate expirationdelacarte"
    " dateexpiration expiration caducidad renewdate hcexpirydate",
    "program": "program insurer insurance insurancecompany insuranceprovider payer payor feeprogram programme assureur assurance programa aseguradora seguro",
    "program_number": "programnumber policynumber insurancenumber membernumber policyid insuranceid memberid certificatenumber numerodepolice numerodecontrat poliza numerodepoliza",
    "program_region": "programprovince programregion",
    "case_number": "casenumber claimnumber caseno claimno wsibclaim claimid numerodereclamation nodereclamation numerodecaso numeroderreclamacion",
    "billing_authorisation": "billingauthorisation billingauthorization authorizationnumber authorisationnumber preauthorization numerodautorisation autorizacion",
    "sessions_needed": "sessionsneeded sessions approvedsessions approvedvisits nombredeseances seances sesiones visitsapproved",
    "billing_notes": "billingnotes billingnote invoicenotes accountnotes notesdefacturation notasdefacturacion paymentnotes",
}  # fmt: skip
# As we write them ourselves in a list that is exported, where those above do not have it.
_OURS = {
    "preferred_name": "nomchoisi",
    "salutation": "titredecivilite",
    "sex_at_birth": "sexeassignealanaissance sexoasignadoalnacer",
    "street": "streetandnumber numeroetrue calleynumero",
    "unit": "unidad",
    "referred_by": "referencefaitepar derivacionde",
    "veteran_id": "numerodesancienscombattants identificaciondeveterano",
    "file_number": "numerodeficha",
    "staff_alert": "noteforstaff notepourlepersonnel notaparaelpersonal",
    "card_number": "numerodecartesante numerodelatarjetadesalud",
    "card_region": "provinceofthecard provinciadelatarjeta",
    "card_version": "versionofthecard versiondelatarjeta",
    "card_expires_on": "cardendson latarjetavenceel",
    "program": "programmepayeur programadecobertura",
    "program_number": "numerodeprogramme numerodelprograma",
    "program_region": "provinceoftheprogram provinceduprogramme provinciadelprograma",
    "billing_authorisation": "autorisationdefacturation autorizaciondefacturacion",
    "case_number": "numerodecas",
    "sessions_needed": "seancesnecessaires sesionesnecesarias",
    "phone": "furthernumbers autresnumeros masnumeros",
}  # fmt: skip
_MEANS = {word: field for known in (_HEADINGS, _OURS) for field, words in known.items() for word in words.split()}
_WHOSE = re.compile("^(patient|client|customer|clients|patients)")  # "Client email"


def bare(heading: str) -> str:
    """ "Date of Birth (YYYY-MM-DD)" is "dateofbirthyyyymmdd"; "Chart #" and "Patient №" have numbers."""
    heading = heading[:LONGEST_HEADING].lower().replace("œ", "oe").replace("’", "").replace("#", "number").replace("№", "number")
    return re.sub("[^a-z0-9]", "", unicodedata.normalize("NFKD", heading))


def meaning(heading: str) -> str:
    """The field that a heading names; NOTHING for one that we do not know. "nom" and "nombre" depend on what stands beside them."""
    word = bare(heading)
    without = re.sub(r"\(.*?\)|\[.*?\]", "", heading[:LONGEST_HEADING])
    for one in (word, _WHOSE.sub("", word), bare(without), _WHOSE.sub("", bare(without))):
        if one in _MEANS:
            return _MEANS[one]
    return NOTHING

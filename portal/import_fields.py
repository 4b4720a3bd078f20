"""What a column of somebody's list may be, and by which headings it is recognised. Pure.

The headings are those of exports of other products (Jane, Cliniko, OSCAR, Acuity, Noterro and their like) and the words people use, in
English, French and Spanish: in small letters, without accents, spaces and signs.
"""

import re
import unicodedata

from portal.care_keeper import LOCATION, PRACTITIONER

NOTHING = ""  # a column that is left out
FULL_NAME, FAMILY_FIRST, SECOND_FAMILY = "full_name", "full_name_family_first", "second_family_name"
BORN_YEAR, BORN_MONTH, BORN_DAY = BORN = ("born_year", "born_month", "born_day")
MOBILE, OTHER = "mobile", "other"
PHONES = {"phone": "", "phone_mobile": MOBILE, "phone_home": "home", "phone_work": "work"}  # field → kind of the number
PREVIOUS_ID = "previous_id"
CONSENTS = {"email_consent": "email", "sms_consent": "sms", "voice_consent": "voice"}
CONTACT = {
    "contact_name": "name",
    "contact_family_name": "family",
    "contact_relation": "relation",
    "contact_phone": "phone",
    "contact_email": "email",
}
GUARDIAN = {one.replace("contact", "guardian"): part for one, part in CONTACT.items()}
CARE = (PRACTITIONER, LOCATION)
DATES = ("born_on", "card_expires_on")

# Texts of a record and how long they may be (portal/models/profile.py, portal/staff/record_form.py).
NAMES = {"given_name": 80, "middle_name": 80, "family_name": 80, "preferred_name": 80}
TEXTS = {
    "salutation": 20, "pronouns": 40, "street": 120, "unit": 60, "city": 80, "postal_code": 12, "file_number": 20, "referred_by": 120, "veteran_id": 30,
    "card_number": 30, "card_version": 4, "program": 80, "program_number": 40, "case_number": 40, "billing_authorisation": 60,
}  # fmt: skip
OTHERS = ("born_on", "sex_at_birth", "language", "zone", "email", "card_region", "card_expires_on", "program_region", "sessions_needed")
UNIT = 20  # a longer one is written behind the street
LONG_TEXTS = {"staff_alert": 500, "billing_notes": 2000}
LONGEST_HEADING = 200  # characters that are looked at
SEVERAL = frozenset((*PHONES, *LONG_TEXTS))  # fields that more than one column may hold

# In the order in which they are offered, by group.
GROUPS = {
    "name": ("given_name", "family_name", SECOND_FAMILY, FULL_NAME, FAMILY_FIRST, "middle_name", "preferred_name", "salutation"),
    "about": ("born_on", *BORN, "sex_at_birth", "pronouns", "language", "zone"),
    "reach": ("email", "phone_mobile", "phone", "phone_home", "phone_work", *CONSENTS),
    "address": ("street", "unit", "city", "postal_code"),
    "record": ("file_number", PREVIOUS_ID, *CARE, "referred_by", "staff_alert", "veteran_id"),
    "contact": tuple(CONTACT),
    "guardian": tuple(GUARDIAN),
    "coverage": (
        "card_number", "card_region", "card_version", "card_expires_on", "program", "program_number", "program_region", "case_number",
        "billing_authorisation", "sessions_needed", "billing_notes",
    ),
}  # fmt: skip
FIELDS = tuple(field for fields in GROUPS.values() for field in fields)

_HEADINGS = {
    "given_name": "firstname givenname first given forename fname prenom prenoms nombres nombredepila primernombre legalfirstname firstnames"
    " legalfirst",
    "family_name": "lastname familyname surname last family lname nomdefamille apellido apellidos legallastname secondname"
    " primerapellido apellido1 apellidopaterno firstlastname firstsurname nomdusage nomusage",
    SECOND_FAMILY: "segundoapellido apellido2 apellidomaterno secondlastname secondsurname secondfamilyname deuxiemenom",
    "middle_name": "middlename middlenames middle middleinitial mi deuxiemeprenom autresprenoms secondprenom segundonombre middlenameorinitial"
    " additionalname",
    "preferred_name": "preferredname preferredfirstname nickname knownas goesby prenomusuel prenomprefere nomusuel surnom nombrepreferido apodo chosenname"
    " nomchoisi alias",
    "salutation": "salutation title prefix nameprefix civilite titre tratamiento titulo courtesytitle"
    " titredecivilite",
    FULL_NAME: "name fullname patient client patientname clientname customer customername person nomcomplet prenometnom prenomnom patients clients"
    " nombrecompleto nombreyapellido nombreyapellidos paciente cliente persona displayname",
    FAMILY_FIRST: "lastnamefirstname lastfirst namelastfirst surnamefirstname nometprenom nomprenom apellidosynombre apellidosnombre sortname",
    "born_on": "dateofbirth birthdate dob birthday born birth datedenaissance naissance ddn dden nele neele fechadenacimiento fechanacimiento nacimiento"
    " dateofbirthyyyymmdd dateofbirthmmddyyyy dateofbirthddmmyyyy dobyyyymmdd dobmmddyyyy dobddmmyyyy birthdateyyyymmdd",
    BORN_YEAR: "yearofbirth birthyear anneedenaissance anodenacimiento",
    BORN_MONTH: "monthofbirth birthmonth moisdenaissance mesdenacimiento",
    BORN_DAY: "dayofbirth jourdenaissance diadenacimiento",
    "sex_at_birth": "sex gender sexatbirth sexassignedatbirth sexe genre sexealanaissance sexo genero birthsex legalsex administrativesex biologicalsex"
    " sexeassignealanaissance sexoasignadoalnacer genderatbirth sexassigned assignedsex",
    "pronouns": "pronouns pronoun pronoms pronom pronombres",
    "language": "language preferredlanguage languagepreference officiallang officiallanguage spokenlanguage lang locale langue languepreferee languedecorrespondance"
    " languedecommunication idioma idiomapreferido lenguaje spokenlang primarylanguage",
    "zone": "timezone tz fuseauhoraire zonahoraria husohorario",
    "email": "email emailaddress mail courriel adressecourriel adressedecourriel adresseemail adresseelectronique emailprimary primaryemail personalemail email1"
    " correo correoelectronico direcciondecorreo direcciondecorreoelectronico"
    " email1value emails emailaddress1 courriels correos adressescourriel email1address correoprincipal",
    "phone_mobile": "mobile cell cellphone mobilephone cellular mobilenumber cellnumber phonemobile phonecell mobilephonenumber cellphonenumber portable cellulaire"
    " telephonecellulaire telephoneportable telephonemobile movil celular telefonomovil telefonocelular sms textnumber smsnumber"
    " mobilephone1 telephonemobile1 telmobile telportable telcellulaire telcelular telmovil phonemobile1",
    "phone": "phone phonenumber telephone tel telephonenumber primaryphone mainphone contactnumber phoneno phone1 phone2 otherphone phoneother alternatephone"
    " numerodetelephone autretelephone telefono numerodetelefono otrotelefono secondaryphone phonenumbers telephone2 tel2 phoneprimary phonesecondary"
    " furthernumbers autresnumeros masnumeros phone1value phone2value phone3value phone4value phones telephonesecondaire telephoneprincipal"
    " telsecondaire telephones telefonos telefono2 phone3 tel1",
    "phone_home": "homephone home phonehome homephonenumber hometelephone telephonedomicile telephoneamaison teldomicile telresidence telephoneresidence domicile"
    " telefonocasa telefonodecasa telefonofijo homenumber residencephone"
    " telephonefixe fixe telfixe telfijo fijo homephone2",
    "phone_work": "workphone work phonework businessphone workphonenumber officephone telephonetravail telephonebureau teltravail telbureau telefonotrabajo"
    " telefonodeltrabajo worknumber"
    " businessphone2 telephoneprofessionnel telprofessionnel",
    "email_consent": "emailconsent consenttoemail emailoptin acceptsemail emailok allowemail emailreminders consentementcourriel accepteslescourriels accepteoucourriel"
    " consentimientocorreo aceptacorreo consenttousesemail consenttoemailusage"
    " oktoemail receiveemails receiveemail sendemailreminders consenttoemailreminders emailnotifications emailreminder consentementemail"
    " rappelemail rappelsemail rappelscourriel rappelcourriel accepteemail accepteemails aceptaemail recordatoriosemail recordatorioscorreo"
    " aceptacorreos aceptacorreoelectronico",
    "sms_consent": "smsconsent textconsent textreminders textmessagereminders textmessages receivesms consenttosms consenttotext smsoptin textoptin acceptssms smsreminders smsok allowsms textok consentementsms consentementtextos"
    " acceptesms consentimientosms aceptasms"
    " oktotext receivetexts receivetext sendtextreminders sendsmsreminders consenttosmsreminders consenttotextreminders smsnotifications"
    " textnotifications smsreminder rappelsms rappelssms rappelstexto acceptelessms acceptelestextos recordatoriossms",
    "voice_consent": "voiceconsent callconsent phoneconsent consenttocall consenttophone voiceoptin callok consentementtelephone consentementappels aceptallamadas"
    " oktocall callreminders voicereminders phonereminders rappelsvocaux",
    "street": "street address streetaddress address1 addressline1 street1 streetaddress1 addressstreet mailingaddress residentialaddress homeaddress adresse rue"
    " adressepostale adresse1 ruenumero nocivique direccion calle domiciliocalle direccion1 residentialaddressline1"
    " streetandnumber numeroetrue calleynumero homestreet address1street addr1 streetline1 numeroyrue domicilioparticular",
    "unit": "unit apt apartment suite address2 addressline2 street2 streetaddress2 unitnumber aptnumber appartement app bureau unite adresse2 apartamento depto direccion2 piso"
    " residentialaddressline2"
    " unidad complementdadresse complementadresse address1extendedaddress aptunit unitsuite aptsuite aptno unitno",
    "city": "city town suburb locality addresscity ville municipalite localite ciudad localidad municipio poblacion residentialcity"
    " homecity address1city",
    "postal_code": "postalcode postal postcode zip zipcode zippostalcode postalzipcode postalzip addresspostalcode codepostal codigopostal cp residentialpostal postalcodezip"
    " homepostalcode address1postalcode zipcodepostalcode homezip homepostcode",
    "file_number": "filenumber fileno chartnumber chartno chart chartid recordnumber mrn medicalrecordnumber numerodedossier nodossier dossier nodedossier numerodeexpediente"
    " expediente numerodehistoria historiaclinica filenum numdossier"
    " numerodeficha nohistoria nohistoriaclinica numhistoria numerohistoria numerohistoriaclinica ndossier",
    PREVIOUS_ID: "id guid uuid patientid clientid customerid patientguid clientguid patientnumber clientnumber patientno clientno demographicno externalid legacyid"
    " sourceid recordid idpatient idclient numerodepatient numeroclient idpaciente idcliente referencenumber contactid accountnumber oldid previousid"
    " identifiant identifiantpatient identifiantexterne identificador",
    PRACTITIONER: "praticienoupraticienne practitioner provider primarypractitioner primaryprovider practitionername providername clinician primaryclinician therapist primarytherapist assignedto"
    " assignedpractitioner assignedprovider usualpractitioner staffmember primarystaff praticien praticienne praticienhabituel soignant therapeute clinicien professionnel"
    " profesional profesionalhabitual terapeuta profesionalasignado",
    LOCATION: "localhabitual local location usuallocation primarylocation homelocation officelocation clinic clinicname office cliniclocation branch site lieu lieuhabituel lieudeconsultation"
    " succursale clinique cabinet sede sucursal centro ubicacion lugarhabitual consultorio",
    "referred_by": "referredby referringprovider referringphysician referringdoctor referringprofessional referralsource referrer referral refdoc howdidyouhearaboutus"
    " referepar referencepar medecinreferent medecintraitant sourcedereference referidopor remitidopor derivadopor referringpractitioner"
    " referencefaitepar derivacionde referringprovidername referraldoctor",
    "staff_alert": "alert alerts staffalert patientalert clientalert importantnote importantnotes warning note notes comments comment adminnote adminnotes alerte alertes"
    " remarque remarques commentaire commentaires nota notas comentarios alerta observaciones patientnotes clientnotes generalnotes medicalalert"
    " noteforstaff notepourlepersonnel notaparaelpersonal redalert",
    "veteran_id": "veteranid veteransid vacnumber veteransaffairsnumber knumber kfile anciencombattant idveterano veterannumber"
    " numerodesancienscombattants identificaciondeveterano",
    "contact_name": "emergencycontact emergencycontactname emergencycontactfirstname emergencyname emergencycontactfullname nextofkin kin contactdurgence personneacontacterencasdurgence"
    " nomducontactdurgence contactodeemergencia nombrecontactoemergencia",
    "contact_family_name": "emergencycontactlastname emergencycontactsurname",
    "contact_relation": "emergencycontactrelationship emergencyrelationship emergencycontactrelation relationshiptopatient liencontactdurgence lienduducontactdurgence"
    " parentesco relacioncontactoemergencia emergencyrelation",
    "contact_phone": "emergencycontactphone emergencyphone emergencycontactnumber emergencycontactphonenumber telephoneurgence telephonedurgence telephoneducontactdurgence"
    " telefonodeemergencia telefonocontactoemergencia emergencynumber"
    " emergencycontactmobile emergencycontactcell",
    "contact_email": "emergencycontactemail emergencyemail courrielducontactdurgence correocontactoemergencia",
    "guardian_name": "guardian guardianname guardianfullname guardianfirstname parentguardian parentguardianname parentguardianfirstname parentorguardian parentorguardianname"
    " guardianparent parent parentname parentfirstname parentfullname legalguardian responsibleparty tuteur nomdututeur parentoututeur representantlegal nomdurepresentantlegal"
    " nomduparent nombredututeur responsablelegal tutor nombredeltutor tutorlegal padremadreotutor representantelegal nombredelrepresentante",
    "guardian_family_name": "guardianlastname parentguardianlastname parentlastname",
    "guardian_relation": "guardianrelationship guardianrelation parentguardianrelationship parentrelationship relationtopatient guardianrelationshiptopatient liendututeur",
    "guardian_phone": "guardianphone guardianphonenumber guardiannumber guardianmobile guardiancell parentguardianphone parentguardianphonenumber parentphone parentphonenumber"
    " parentmobile parentcell telephonedututeur cellulairedututeur telefonodututeur celulardututeur telephonedurepresentantlegal telephoneduparent telephonedelparent telefonodeltutor telefonodelrepresentante",
    "guardian_email": "guardianemail guardianemailaddress parentguardianemail parentemail parentemailaddress parentguardianemailaddress courrieldututeur courrielduparent"
    " emaildurepresentantlegal emaildututeur correodututeur courrieldurepresentantlegal emailduparent correodeltutor emaildeltutor correodelrepresentante",
    "card_number": "healthcard healthcardnumber healthcardno healthnumber hcn hin ohip ohipnumber phn personalhealthnumber ramq nam numerodassurancemaladie"
    " cartedassurancemaladie assurancemaladie cartesante carteassurancemaladie healthinsurancenumber tarjetasanitaria numerodetarjetasanitaria mcpnumber ahcnumber bchealthnumber"
    " carecardnumber medicare medicarenumber healthcardnum"
    " numerodecartesante numerodelatarjetadesalud numerodesecuritesociale nodesecuritesociale nosecuritesociale numsecu nss",
    "card_region": "healthcardprovince hctype hcprovince healthcardregion cardprovince provincedelacarte provincecarte healthcardtype healthnumberprovince hinprovince"
    " provinceofthecard provinciadelatarjeta",
    "card_version": "ver version versioncode healthcardversion cardversion ohipversion vc versiondelacarte healthcardversioncode codedeversion"
    " versionofthecard versiondelatarjeta",
    "card_expires_on": "hcrenewdate healthcardexpiry healthcardexpirydate healthcardexpires cardexpiry cardexpires expirydate healthcardexpirationdate expirationdelacarte"
    " dateexpiration expiration caducidad renewdate hcexpirydate"
    " cardendson latarjetavenceel healthnumberexpiry",
    "program": "program insurer insurance insurancecompany insuranceprovider payer payor feeprogram programme assureur assurance programa aseguradora seguro"
    " programmepayeur programadecobertura insurancepayer payername mutuelle",
    "program_number": "programnumber policynumber insurancenumber membernumber policyid insuranceid memberid certificatenumber numerodepolice numerodecontrat poliza numerodepoliza"
    " numerodeprogramme numerodelprograma nopoliza numpoliza nopolice nodepolice nocontrat numeroadherent",
    "program_region": "programprovince programregion"
    " provinceoftheprogram provinceduprogramme provinciadelprograma",
    "case_number": "casenumber claimnumber caseno claimno wsibclaim claimid numerodereclamation nodereclamation numerodecaso numeroderreclamacion"
    " numerodecas",
    "billing_authorisation": "billingauthorisation billingauthorization authorizationnumber authorisationnumber preauthorization numerodautorisation autorizacion"
    " autorisationdefacturation autorizaciondefacturacion",
    "sessions_needed": "sessionsneeded sessions approvedsessions approvedvisits nombredeseances seances sesiones visitsapproved"
    " seancesnecessaires sesionesnecesarias",
    "billing_notes": "billingnotes billingnote invoicenotes accountnotes notesdefacturation notasdefacturacion paymentnotes",
}  # fmt: skip
_MEANS = {word: field for field, words in _HEADINGS.items() for word in words.split()}
_WHOSE = re.compile("^(patient|client|customer|clients|patients)")  # "Client email"


def bare(heading: str) -> str:
    """ "Date of Birth (YYYY-MM-DD)" is "dateofbirthyyyymmdd"; "Chart #" and "Patient №" have numbers."""
    heading = (
        heading[:LONGEST_HEADING]
        .lower()
        .replace("œ", "oe")
        .replace("’", "")
        .replace("#", "number")
        .replace("№", "number")
        .replace("°", "o")
    )
    return re.sub("[^a-z0-9]", "", unicodedata.normalize("NFKD", heading))


def meaning(heading: str) -> str:
    """The field that a heading names; NOTHING for one that we do not know. "nom" and "nombre" depend on what stands beside them."""
    word = bare(heading)
    without = re.sub(r"\(.*?\)|\[.*?\]", "", heading[:LONGEST_HEADING])
    for one in (word, _WHOSE.sub("", word), bare(without), _WHOSE.sub("", bare(without))):
        if one in _MEANS:
            return _MEANS[one]
    return NOTHING

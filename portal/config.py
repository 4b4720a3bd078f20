"""Every setting of the installation, with its default. `PORTAL_<NAME>` in the environment overrides."""

from portal.clock import machine_clock

GUESSABLE = "demo-key-never-in-production"


class Defaults:
    # "demo": the demo world, a mailbox page instead of SMTP. "production": refuses a guessable key, needs PUBLIC_URL.
    MODE = "demo"
    SECRET_KEY = GUESSABLE
    SECRET_KEY_FALLBACKS: list = []  # older keys whose links still open, and whose apps (second step when signing in) still fit
    SQLALCHEMY_DATABASE_URI = "sqlite:///porchlight.db"  # below instance/
    PUBLIC_URL = "http://127.0.0.1:8000"  # what mails and calendar files point at; never the Host header
    TRUSTED_HOSTS: list | None = None
    PROXIES = 0  # how many reverse proxies may set X-Forwarded-*

    # mail
    MAIL_SERVER = None  # none: demo mailbox, or held in production
    MAIL_PORT = 587
    MAIL_USE_TLS = True
    MAIL_USE_SSL = False
    MAIL_USERNAME = None
    MAIL_PASSWORD = None
    MAIL_DEFAULT_SENDER = "bookings@porchlight.example"
    MAIL_TIMEOUT_SECONDS = 20
    MAIL_FOLDER = None  # where the demo's mails go; none: instance/mail/
    POSTMAN = True  # run the postman as a thread of the web process (embedded); False: `flask postman`

    # text messages: the account, its token and the number they come from, at Twilio; none: the demo's mailbox, or off in production
    SMS_ACCOUNT = None
    SMS_TOKEN = None
    SMS_SENDER = None  # +14165550100
    SMS_TIMEOUT_SECONDS = 20

    # people (minutes)
    SESSION_IDLE_MINUTES = 30
    SESSION_IDLE_MINUTES_STAFF = 15
    SESSION_ABSOLUTE_MINUTES = 12 * 60
    RECENT_SIGN_IN_MINUTES = 10
    VERIFY_LINK_MINUTES = 60
    RESET_LINK_MINUTES = 60
    STAFF_LINK_MINUTES = 24 * 60  # how long an invitation to work at a practice can be taken up
    RESEND_PAUSE_MINUTES = 5  # between two sendings of one invitation
    BULK_MAILS_A_SECOND = 10  # of many invitations at once, so that other mail is not kept waiting behind them

    # booking
    HOLD_MINUTES = 10
    STRANGERS_HOLDING = 60  # visitors of one network who may hold a time within HOLD_MINUTES
    UNDO_MINUTES = 3
    MOST_UPCOMING = 10
    # Calendars that block times are read from public addresses only, and from these networks of the clinic's own: ["10.3.0.0/16"].
    CALENDAR_NETWORKS: list = []

    # files of people. Where their bytes are: "disk", or "s3" for any S3-compatible store (needs the extra `s3`)
    FILES_STORE = "disk"
    FILES_FOLDER = None  # none: instance/files/
    FILES_S3_BUCKET = None
    FILES_S3_PREFIX = ""  # before every key, like "porchlight/", where a bucket keeps other things too
    FILES_S3_ENDPOINT = None  # none: Amazon's; else like "https://s3.eu-central.example"
    FILES_S3_REGION = None
    FILES_S3_KEY = None  # none: those that the machine's role or environment gives
    FILES_S3_SECRET = None
    FILE_MEGABYTES = 15  # of one file
    FILES_AT_ONCE_MEGABYTES = 60  # of one form
    FILES_PERSON_MEGABYTES = 500  # of everything kept about one person
    FILES_PRACTICE_MEGABYTES = 50_000  # of everything kept for one practice
    FILES_KEPT_HOURS = 24  # how long what was removed can be put back; then its bytes are erased

    # forms and pages
    MAX_CONTENT_LENGTH = 1024 * 1024
    MAX_FORM_PARTS = 200
    BABEL_DEFAULT_LOCALE = "en"
    BABEL_TRANSLATION_DIRECTORIES = "portal/translations"
    LANGUAGES = {"en": "English", "fr": "Français", "es": "Español"}
    SQLALCHEMY_ENGINE_OPTIONS: dict = {"hide_parameters": True}  # names and addresses stay out of errors and logs

    CLOCK = staticmethod(machine_clock)

    SESSION_COOKIE_NAME = "session"
    SESSION_COOKIE_SECURE = False


class Misconfigured(RuntimeError):
    """The installation would not be safe to start."""


def load(app, overrides: dict) -> None:
    """Fill app.config. Raises Misconfigured rather than start production with a guessable key or without an address, or something between."""
    app.config.from_object(Defaults)
    app.config.from_prefixed_env("PORTAL")
    app.config.update(overrides)
    app.config["SECRET_KEY"] = str(app.config["SECRET_KEY"])  # a key of digits would be read as a number
    app.config["SECRET_KEY_FALLBACKS"] = [str(key) for key in app.config["SECRET_KEY_FALLBACKS"]]
    if app.config["MODE"] not in ("demo", "production"):
        raise Misconfigured("Set PORTAL_MODE to demo or to production.")
    if app.config["MODE"] == "production":
        _harden(app)
    url = str(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.partition("://")[2]
    if url.startswith("postgresql"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_pre_ping": True, **app.config["SQLALCHEMY_ENGINE_OPTIONS"]}
    app.config["SQLALCHEMY_DATABASE_URI"] = url


def _harden(app) -> None:
    config = app.config
    for key in (config["SECRET_KEY"], *config["SECRET_KEY_FALLBACKS"]):
        if key == GUESSABLE or len(key) < 32:
            raise Misconfigured(
                "Set PORTAL_SECRET_KEY to a random text of 32 characters or more, and so each of PORTAL_SECRET_KEY_FALLBACKS."
            )
    if not config["PUBLIC_URL"].startswith("https://"):
        raise Misconfigured("Set PORTAL_PUBLIC_URL to the address patients use, beginning with https://.")
    config["SESSION_COOKIE_SECURE"] = True
    config["SESSION_COOKIE_NAME"] = "__Host-session"
    if config["TRUSTED_HOSTS"] is None:
        config["TRUSTED_HOSTS"] = [config["PUBLIC_URL"].removeprefix("https://").partition("/")[0]]

"""What mail programs make a link of: "https://x", "www.x", "x.com", "x.example/pay", "me@x". Pure."""

import re

_ADDRESS = re.compile(r"://|www\.|@|\w\.\w{2,}/|\w\.(?:com|net|org|info)\b", re.IGNORECASE)


def leads_somewhere(text: str) -> bool:
    return bool(_ADDRESS.search(text))

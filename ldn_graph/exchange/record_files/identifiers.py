"""PMIDs, PMCIDs, DOIs and numbers of registries of trials, decoded and in one form.

Nothing is guessed: a number is a PMID only where the file says so.
"""

import html
import re
from collections.abc import Callable
from urllib.parse import unquote

#: What may stand before a DOI (DOI Handbook, 2.6 and 3.9: resolvers, and the info and doi schemes).
_DOI = re.compile(
    r"(?:(?:https?:?/*)?(?:(?:dx\.|www\.)?doi[.-]org|doi\.\w+\.\w+)\S*?/|(?:info:|urn:)?doi\s*[:/]*\s*)?"
    r"(10\.\d{4,9}(?:\.\d+)*/\S+)(?:\s*\[doi\])?",
    re.IGNORECASE,
)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_PAIRS = {")": "(", "]": "[", ">": "<", "}": "{"}
_PMID = re.compile(
    r"(?:https?://)?(?:www\.|pubmed\.)?ncbi\.nlm\.nih\.gov/(?:pubmed/)?(\d+)/?(?:\?\S*)?"
    r"|(?:pubmed|medline|pmid)?\s*:?\s*(\d+)(?:\s*\[pmid\])?",
    re.IGNORECASE,
)
_PMCID = re.compile(
    r"(?:https?://(?:www\.|pmc\.)?ncbi\.nlm\.nih\.gov/(?:pmc/)?articles/|pmcid\s*:?\s*)?"
    r"(PMC)?\s*(\d+)(?:\.\d+)?/?(?:\s*\[pmcid\])?",
    re.IGNORECASE,
)
#: The forms of numbers in the registries of the WHO's platform (ICTRP), ClinicalTrials.gov,
#: EudraCT, CTIS and PROSPERO; upper case and without blanks, they are as the registry writes them.
_REGISTRIES = re.compile(
    r"\b(?:NCT\s?\d{8}|ISRCTN\s?\d{8}|ACTRN\s?\d{14}|ChiCTR[A-Z-]*\d{8,10}|DRKS\s?\d{8}|NTR\s?\d{1,5}"
    r"|UMIN\s?\d{9}|JPRN-\w+|jRCTs?\d{9,10}|CTRI/\d{4}/\d{2,3}/\d{6}|IRCT\d{8,20}N\d+|KCT\d{7}"
    r"|PACTR\d{15,16}|RBR-\w{5,8}|TCTR\d{11}|SLCTR/\d{4}/\d{3}|RPCEC\d{8}|PER-\d{3}-\d{2}"
    r"|CRD\s?\d{11,15}|(?:19|20)\d{2}-\d{6}-\d{2}(?:-\d{2})?)(?!\w)",
    re.IGNORECASE,
)
_CASED = {"CHICTR": "ChiCTR", "JRCT": "jRCT"}


def doi(value: object) -> str | None:
    """A DOI without its resolver or scheme, decoded however often it was percent-encoded.

    >>> doi("https://doi.org/10.1000/a%253Cb%253E."), doi("doi: 10.1000/a--b"), doi("10.1000")
    ('10.1000/a<b>', '10.1000/a--b', None)
    """
    text = re.sub(r"<br ?/?>\s*$", "", _INVISIBLE.sub("", html.unescape(str(value)))).strip()
    for _ in range(4):
        if not re.search("%[0-9A-Fa-f]{2}", text):
            break
        text = unquote(text).strip()
    found = _DOI.fullmatch(text)
    return None if found is None else _trimmed(found.group(1))


def pmid(value: object) -> str | None:
    """A PMID without what stands round it.

    >>> pmid("PMID: 00123"), pmid("https://pubmed.ncbi.nlm.nih.gov/123/"), pmid("L123")
    ('123', '123', None)
    """
    found = _PMID.fullmatch(unquote(str(value)).strip().rstrip(".,;"))
    digits = "" if found is None else (found.group(1) or found.group(2)).lstrip("0")
    return digits if 0 < len(digits) <= 9 else None


def pmcid(value: object) -> str | None:
    """A PMCID, with its `PMC`.

    >>> pmcid("pmc123.1"), pmcid("123"), pmcid("PMCX")
    ('PMC123', 'PMC123', None)
    """
    found = _PMCID.fullmatch(unquote(str(value)).strip().rstrip(".,;"))
    return None if found is None else f"PMC{found.group(2)}"


def registry_ids(value: object) -> tuple[str, ...]:
    """The numbers of trials in a text that holds them, in its order.

    >>> registry_ids("ClinicalTrials.gov/NCT00000000; isrctn 12345678")
    ('NCT00000000', 'ISRCTN12345678')
    """
    found = _REGISTRIES.findall(unquote(str(value)))
    return tuple(dict.fromkeys(map(_registered, found)))


def noted(name: str, note: object, called: str | None = None) -> str | None:
    """The identifier that a note gives under its name, or as it is `called` there, at the beginning
    of one of its parts.

    >>> noted("PMID", "Free article. PMID: 12"), noted("PMID", "Comment on (PMID: 12)")
    ('12', None)
    """
    value = r"\S+?" if name == "DOI" else r"[^\s,;|]+?"
    form = rf"(?:^|[;,|\n.])\s*{called or name}\s*[:=]?\s*({value})[.,;|]*(?:[\s,;|]|$)"
    found = re.search(form, str(note), re.IGNORECASE)
    return None if found is None else READERS[name](found.group(1))


def _trimmed(text: str) -> str:
    """Without punctuation that closes a sentence or a bracket which was opened outside."""
    while text:
        last = text[-1]
        if last not in ".,;:'\"”’" and not (
            last in _PAIRS and text.count(last) > text.count(_PAIRS[last])
        ):
            break
        text = text[:-1]
    return text


def _registered(number: str) -> str:
    plain = re.sub(r"\s", "", number).upper()
    for upper, cased in _CASED.items():
        plain = plain.replace(upper, cased, 1) if plain.startswith(upper) else plain
    return plain


READERS: dict[str, Callable[[object], str | None]] = {"DOI": doi, "PMID": pmid, "PMCID": pmcid}

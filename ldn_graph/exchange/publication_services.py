"""NCBI's E-utilities and Crossref, asked for records of publications; only where a corpus says so.

The addresses and parameters are those of NCBI's documentation (https://www.ncbi.nlm.nih.gov/books/
NBK25499/: esearch, efetch, `tool` and `email`, three requests a second at most) and of Crossref's
(https://api.crossref.org: works, transform). Whoever asks is named to both, as both ask for.
"""

import http.client
import json
import re
import threading
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import quote, urlencode

from ldn_graph.errors import BadParameter, StoreError, UnknownName
from ldn_graph.records.model import LookUp

#: Seconds for a step of an answer and for the whole, and bytes of it: 100 records have about 2 MB.
STEP_SECONDS, WHOLE_SECONDS, MOST_BYTES = 10.0, 30.0, 2**23
#: Seconds between two requests, in one process: NCBI allows three a second.
BETWEEN = 0.34
#: PMIDs in a request, and in an answer to a search.
MOST_IDS = 100
_CSL = "application/vnd.citationstyles.csl+json"
_PMID = re.compile(r"(?:pmid\s*:?\s*)?([1-9][0-9]{0,8})", re.IGNORECASE)
_DOI = re.compile(r"(?:doi\s*:\s*|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_one_at_a_time = threading.Lock()


def identifier_of(text: str) -> tuple[str, str]:
    """`pmid` or `doi`, and which. Raises BadParameter for any other text.

    >>> identifier_of("PMID: 23188075"), identifier_of("https://doi.org/10.3390/medsci6040082")
    (('pmid', '23188075'), ('doi', '10.3390/medsci6040082'))
    """
    text = text.strip()
    if found := _PMID.fullmatch(text):
        return "pmid", found[1]
    if found := _DOI.fullmatch(text):
        return "doi", found[1].rstrip(".,;")
    raise BadParameter(
        f"{text[:80]!r} is no PMID and no DOI; write 23188075 or 10.3390/medsci6040082"
    )


class Services:
    """The two services, asked in the name of a corpus's maintainer."""

    def __init__(self, chosen: LookUp) -> None:
        self._chosen = chosen
        self._opener = urllib.request.build_opener(_NoRedirects)

    def pubmed(self, pmids: tuple[str, ...]) -> bytes:
        """The records of PMIDs, as PubMed's XML. Raises StoreError."""
        return self._ncbi("efetch", id=",".join(pmids[:MOST_IDS]), retmode="xml")

    def search(self, query: str) -> tuple[tuple[str, ...], int]:
        """The PMIDs that a query of PubMed finds, the newest first, up to `MOST_IDS`; and how many
        it finds. Raises StoreError."""
        answer = self._ncbi("esearch", term=query, retmode="json", retmax=str(MOST_IDS),
                            sort="pub_date")  # fmt: skip
        try:
            found: Any = json.loads(answer)["esearchresult"]
            if "ERROR" in found:
                raise ValueError(str(found["ERROR"])[:200])
            ids = tuple(str(pmid) for pmid in found["idlist"])
            number = int(found["count"])
            if not all(pmid.isascii() and pmid.isdigit() for pmid in ids):
                raise ValueError("no PMIDs")
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{self._chosen.ncbi}: its answer to a search can't be read ({error}); try later, "
                "and look at the query"
            ) from error
        return ids, number

    def crossref(self, doi: str) -> bytes:
        """The record of a DOI, as CSL-JSON. Raises UnknownName, StoreError."""
        where = f"works/{quote(doi, safe='')}/transform/{_CSL}"
        return self._get(f"{self._chosen.crossref}/{where}", f"DOI {doi}")

    def _ncbi(self, program: str, **parameters: str) -> bytes:
        named = {"db": "pubmed", **parameters, "tool": "ldn-graph", "email": self._chosen.contact}
        return self._get(f"{self._chosen.ncbi}/{program}.fcgi?{urlencode(named)}", program)

    def _get(self, address: str, what: str) -> bytes:
        agent = f"ldn-graph (mailto:{self._chosen.contact})"
        request = urllib.request.Request(address, headers={"User-Agent": agent})  # noqa: S310 (http by its type)
        place = address.split("/")[2]
        with _one_at_a_time:
            try:
                with self._opener.open(request, timeout=STEP_SECONDS) as answer:
                    return _whole(answer, place)
            except urllib.error.HTTPError as error:
                error.close()
                if error.code == 404:
                    raise UnknownName(f"{what}: {place} has no record of it; look at it") from error
                raise StoreError(
                    f"{place}: answered with status {error.code}; try later"
                ) from error
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise StoreError(
                    f"{place}: can't be reached ({getattr(error, 'reason', None) or error}); try "
                    "later, or give the record as a file"
                ) from error
            finally:
                time.sleep(BETWEEN)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Both services answer where they are asked; anywhere else is somebody else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def _whole(answer: Any, place: str) -> bytes:
    """An answer up to `MOST_BYTES`, within `WHOLE_SECONDS`. Raises StoreError."""
    until = time.monotonic() + WHOLE_SECONDS
    content = bytearray()
    while piece := answer.read1(2**16):
        content += piece
        if len(content) > MOST_BYTES or time.monotonic() > until:
            raise StoreError(
                f"{place}: its answer has more than {MOST_BYTES:,} bytes or takes longer than "
                f"{WHOLE_SECONDS:g} s; it was not taken"
            )
    return bytes(content)

"""A sentence as `assembly` sees it, and what its words say of doses and of new things."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ldn_graph.records import doses
from ldn_graph.records.identifiers import slug_of
from ldn_graph.records.model import Corpus, Dose, Span
from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.assertion import Assertion
from ldn_graph.suggest.coreference import Meant
from ldn_graph.suggest.matching import Match
from ldn_graph.suggest.meaning import guessed_kind
from ldn_graph.suggest.relations import Family, word_set
from ldn_graph.suggest.sentences import Sentence, Token, plain, plurals
from ldn_graph.suggest.tagging import Item, Part

_DOSE = re.compile(
    r"\b(?:between\s+)?\d+(?:[.,]\d+)?\s*(?:(?:-|–|to|and|mg\s+(?:to|and))\s*\d+(?:[.,]\d+)?\s*)?"
    r"(?:mg|mcg|µg|μg|ug|g)\b(?:\s*/\s*kg)?(?:\s*(?:daily|a day|per day|/\s*day|once daily"
    r"|twice daily|at night|nightly))?",
    re.IGNORECASE,
)
_LONGEST_LABEL = 60
_SIZES = {
    "standard": ("full", "usual", "normal", "regular", "conventional", "ordinary"),
    "low": ("small", "tiny"),
}
#: Words in -s that are no plurals.
_SINGULAR_S = word_set("diabetes herpes rabies series species measles rickets mumps ascites")
#: Words that name nothing by themselves, nor as the last word of a name.
_VAGUE = word_set("""
    condition conditions issue issues problem problems area areas field fields purpose purposes
    reason reasons option options approach approaches choice choices tool way ways range lot result
    results study studies evening morning night day days week weeks month months year years hour
    hours time times data research evidence nothing anything something everything software
    attention interest role future people body others thing things practice medicine science world
    life difference differences outcome outcomes benefit benefits use uses addition example fact
    candidate article review text question answer part place point case cases group groups doctor
    doctors provider providers available likely possible different new important part mg dose doses
    strategy strategies plan plans market agent agents unclear unknown placebo control controls
    trial trials tissue tissues work number amount offer offers mild moderate severe rare common
    uncommon minimal
    manageable transient temporary tolerable minor short-lived serious limited absent infrequent
    reversible warranted one two three four five six seven eight nine ten several second
    significant relevant frequent infrequent prevalent evident apparent
    asleep anyone anything hope interesting promising known body
""")


#: Words that name nothing by themselves, but may end a name.
_VAGUE_ALONE = word_set("""
    receptor process growth balance perception signal compound molecule response tissue cell organ
    peptide protein hormone disease disorder illness drug pathway target mechanism symptom
    inflammatory messenger mucosal dose healing
""")
#: Words that neither begin nor end a name.
_FUNCTION = word_set("""
    there here what which who whom whose that this these those it one ones such so then than thus
    else elsewhere when where why how whether if not no none nor never ever much many more less
    most least few little own same other another both either neither each every all any some
    irrespective regardless owing due prior according far ask whole yet still already
""")
#: Who speaks, pays or approves; no thing that anything is done to by a drug.
_ORGANISATIONS = word_set("""
    FDA EMA MHRA NICE NIH NHS WHO CDC NCI NIMH NIDA AHRQ HHS DEA NHMRC TGA CADTH SAMHSA BMJ JAMA
    NEJM
""")
#: Endings of words that are no nouns; a few nouns end so too.
_NO_NOUN = re.compile(
    r"^(?!(?:seed|weed|need|breed|feed|speed|bleed|sedative|laxative|additive|contraceptive|perspective"
    r"|alternative|initiative|motive|olive|incentive|vegetable|syllable|nervous|anus|rectus)$)"
    r"(?:\w*-)?\w+(?:ed|ive|ous|ful|less|able|ible|wise|ward|ish)$|^(?:post|pre|anti|non|pro|inter|intra|extra|sub|multi)-\w+(?:al|ic|ar)$|-(?:like|free|type|based|dependent)$"
)
_DEGREES = word_set(
    "mild severe moderate slight occasional temporary acute minor transient serious"
)


@dataclass(frozen=True)
class SentenceContext:
    """A sentence with its tokens, items and cues, and the names in it and in the heading above."""

    text: str
    sentence: Sentence
    words: Sequence[Token]
    row: Sequence[Item]
    cues: tuple[Match, ...]
    named: tuple[Meant, ...]
    heading: tuple[Meant, ...]
    assertion: Assertion

    def span(self, start: int, end: int) -> Span:
        """The words between two character offsets."""
        return Span(exact=self.text[start:end], start=start, end=end)

    def of_tokens(self, start: int, end: int) -> Span:
        """The words of tokens `start` to `end`, exclusive."""
        return self.span(self.words[start].start, self.words[end - 1].end)

    def dose(self) -> Dose | None:
        """The first dose that the sentence gives."""
        match = _DOSE.search(self.sentence.text)
        return doses.parse(match.group()) if match else None


def bands(page: SentenceContext, corpus: Corpus) -> dict[str, str]:
    """A drug → its narrower one in the dose band that the sentence names; none where it names
    two, or the dose of something else."""
    found: dict[str, str] = {}
    low = [w.low for w in page.words]
    if "dose" not in low and "doses" not in low:
        return found
    said = {low[i] for i in range(len(low) - 1) if low[i + 1] in ("dose", "doses")}
    if _of_another(page, low, corpus):
        return found
    for before, item in pairwise(page.row):
        if (
            before.low in ("at", "in", "with")
            and "dose" in page.of_tokens(item.start, item.end).exact
        ):
            narrow = [corpus.entities[e] for e in item.entities]
            found |= {b: e.id for e in narrow for b in e.broader if e.kind is Kind.DRUG}
    for entity in corpus.entities.values():
        match = re.fullmatch(r"(\w+)-dose (.+)", entity.label)
        if entity.kind is Kind.DRUG and match and said & _sizes(match[1]):
            for broader in entity.broader:
                if found.get(broader, entity.id) != entity.id:
                    return {}
                found[broader] = entity.id
    return found


_HEADS = (Part.WORD, Part.NAME, Part.PEOPLE)
#: What sets one dose against another.
_CONTRAST = frozenset({"whereas", "while", "but", "unlike"})


def _of_another(page: SentenceContext, low: Sequence[str], corpus: Corpus) -> bool:
    """Whether a dose is that of another thing than a drug of the corpus: “low-dose aspirin”,
    “a low dose of prednisone”, “prednisone at a low dose”."""
    at = {item.start: item for item in page.row}
    drugs = [
        item.start
        for item in page.row
        if item.low in ("it", "they")
        or any(corpus.entities[e].kind is Kind.DRUG for e in item.entities)
    ]
    for i, word in enumerate(low):
        if word not in ("dose", "doses"):
            continue
        near = min(drugs, key=lambda n: abs(n - i), default=i)
        if _CONTRAST & set(low[min(near, i) : max(near, i)]):
            return True
        behind = at.get(i + 2 if low[i + 1 : i + 2] == ["of"] else i + 1)
        if behind is not None and behind.part in _HEADS:
            kinds = {corpus.entities[e].kind for e in behind.entities}
            if Kind.DRUG not in kinds:
                return True
        first = next((n for n in range(i - 1, max(-1, i - 6), -1) if low[n] in ("at", "in")), None)
        drug = low[first - 1] if first else ""
        if drug and guessed_kind(drug, Family.IS, subject=False) is Kind.DRUG:
            return not any(drug in name.lower() for e in corpus.entities.values()
                           if e.kind is Kind.DRUG for name in e.names)  # fmt: skip
    return False


def _sizes(size: str) -> set[str]:
    """Words for the size of a dose band: “the full dose” is the standard one."""
    return {size, f"{size}er", *_SIZES.get(size, ())}


def new_label(words: str) -> str | None:
    """What to call something new: its words in one line; None where they are no name."""
    label = " ".join(unicodedata.normalize("NFKC", words).split())
    letters = sum(c.isalpha() for c in label)
    if letters < 3 or len(label) > _LONGEST_LABEL or not label.isprintable():
        return None
    words_ = label.lower().split()
    if words_[-1] in _VAGUE or _FUNCTION & {words_[0], words_[-1]} or label in _ORGANISATIONS:
        return None
    if _NO_NOUN.search(words_[-1]):
        return None
    label = _singular(_bare(label))
    if label.lower() in _VAGUE_ALONE:
        return None
    capital = label[0].isupper() and label[1:2].islower()
    return label[0].lower() + label[1:] if capital else label


def _bare(label: str) -> str:
    """“mild headache” is headache."""
    first, _, rest = label.partition(" ")
    return rest if rest and first.lower() in _DEGREES else label


def _singular(label: str) -> str:
    """“cytokines” is offered as cytokine."""
    head, _, last = label.rpartition(" ")
    same = last.lower() in _SINGULAR_S or last.endswith(("is", "us", "ss"))
    other = plurals(last) if last.endswith("s") and not same else ()
    if not other or not last[1:].islower() or not last.isalpha():
        return label
    hissing = last.endswith(("sses", "xes", "shes"))
    return f"{head} {other[0 if hissing else -1]}".strip()


def slug(label: str) -> str:
    """The id of something called `label`; empty where a letter can't be spelt."""
    return slug_of(re.sub(r"(?<=\w)'(?=s\b)", "", plain(label)))  # Crohn's is crohns

"""Characters of fonts that have no letters: Symbol, by Adobe's Symbol encoding, and the signs of
Wingdings that documents use. Word writes them as U+F020 to U+F0FF, or as the letter of the key.
"""

from ldn_graph.texts.scripts import mark

#: From 0x20; a replacement character where Unicode has none, or only pieces of brackets.
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\ufffd"
    "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼" + "\ufffd" * 33 + "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…\ufffd\ufffd"
    "↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑" + "\ufffd" * 10 + "\ufffd〉∫⌠\ufffd⌡"
)
_WINGDINGS = {
    **{0x4A: "☺", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x76: "❖", 0x9F: "•", 0xA7: "▪"},
    **{0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xFB: "✗", 0xFC: "✓"},
    **{0xFD: "☒", 0xFE: "☑"},
}


def symbol(font: str, code: int) -> str:
    """The character that `font` shows for `code`, or a mark that names both.

    >>> symbol("Symbol", 0xF06D), symbol("Wingdings", 0xFC), symbol("Webdings", 0xF061)
    ('μ', '✓', '⟦Webdings 0x61⟧')
    """
    key = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    name = font.strip().casefold()
    found = "\ufffd"
    if name in ("symbol", "symbolmt", "standard symbols ps") and 0x20 <= key < 0x20 + len(_SYMBOL):
        found = _SYMBOL[key - 0x20]
    elif name == "wingdings":
        found = " " if key == 0x20 else _WINGDINGS.get(key, found)
    elif key == code and not is_symbol_font(font):  # a character of a font of letters
        found = chr(code)
    return mark(f"{font} {key:#x}") if found == "\ufffd" else found


def is_symbol_font(font: str) -> bool:
    """Whether the letters that such a font is given are shown as others.

    >>> is_symbol_font("Symbol"), is_symbol_font("Times New Roman")
    (True, False)
    """
    name = font.strip().casefold()
    return name in ("symbol", "symbolmt") or name.startswith(("wingdings", "webdings", "zapfding"))


def shown_in_font(text: str, font: str) -> str:
    """The characters that a font of symbols shows for letters.

    >>> shown_in_font("5 mg", "Symbol"), shown_in_font("\uf06d", "Arial")
    ('5 μγ', '⟦Arial 0x6d⟧')
    """
    if is_symbol_font(font):
        return "".join(symbol(font, ord(c)) for c in text)
    return "".join(symbol(font or "font", ord(c)) if "\uf000" <= c <= "\uf0ff" else c for c in text)

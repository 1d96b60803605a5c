"""Words as lines of text."""

import textwrap


def paragraph(words: str, width: int, indent: str = "", hang: str | None = None) -> list[str]:
    """The lines of `words`, at most `width` characters each; those after the first begin with
    `hang`, or with `indent` too. Ids are not broken at their hyphens, so that they can be copied.

    >>> paragraph("weighed by low-dose-naltrexone", 24, "  ", "    ")
    ['  weighed by', '    low-dose-naltrexone']
    """
    return textwrap.wrap(
        words,
        width,
        initial_indent=indent,
        subsequent_indent=indent if hang is None else hang,
        break_on_hyphens=False,
    )

"""The columns of one line of a text file, and how a message quotes them."""

ITERATIONS = (b"Q0", b"0", b"q0")  # the second column, in practice


def between_tabs(line: bytes, width: int) -> list[bytes]:
    r"""The columns of a line with tabs in it, stripped; a number other than `width` is an error.

    Exactly that many between tabs: ids may contain blanks. With fewer, either blanks separate
    columns too, or a column was left out, and splitting at an id's blank would make up for it with
    nonsense. Blanks separate only where column two is one that tools write, and the document does
    not begin what stands between two tabs and goes on.

    >>> between_tabs(b"q1\tQ0\tmy doc\t1\t0.5\ttag", 6)[2]
    b'my doc'
    >>> len(between_tabs(b"q1 0\td1\t1", 4)), len(between_tabs(b"q1\tmy doc\t1", 4))
    (4, 3)
    """
    fields = [field.strip() for field in line.split(b"\t")]
    filled = [field for field in fields if field]
    if filled and len(fields) == width:
        return fields
    words = line.split()
    if len(filled) == 1 or (len(words) != width and len(filled) != width - 1):
        return words
    return words if _are_columns(words, filled, width) else filled


def _are_columns(words: list[bytes], filled: list[bytes], width: int) -> bool:
    """Whether the words of a line with too few tabs can only be its columns."""
    if len(words) != width or words[1] not in ITERATIONS:
        return False
    at = 0
    for length in (len(field.split()) for field in filled):
        if at == 2 and length > 1:  # `my doc`, or `d1 1`: an id with a blank, or two columns
            return False
        at += length
    return True


def shown(line: bytes) -> str:
    """A line as a message quotes it: decoded, at most 60 characters of it."""
    text = line.strip().decode("utf-8", "replace")
    return repr(text if len(text) <= 60 else f"{text[:60]}…")

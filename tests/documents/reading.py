"""The eyes of the tests of documents."""

import pypdfium2


def text_of(pdf: bytes) -> str:
    """Everything that can be read in a document, without line ends."""
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())

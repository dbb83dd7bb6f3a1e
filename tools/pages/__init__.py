"""Everything that is written from data and code, so that no number in it is typed by hand.

``python -m tools.pages`` (``make documents``) writes them anew into a checkout; a test says
that data, code and pages agree.  Texts stand in ``templates``, figures come from the package.
"""

from tools.pages.writing import PAGES, document_texts, file_texts, left_over, write_documents

__all__ = ["PAGES", "document_texts", "file_texts", "left_over", "write_documents"]

"""The pages that are written from data and code, so that no number in them is typed by hand.

``python -m ips_sim.documents`` (``make documents``) writes them anew into a checkout; a test says
that data, code and pages agree.  Texts stand in ``templates``, figures come from the package.
"""

from ips_sim.documents.writing import PAGES, document_texts, write_documents

__all__ = ["PAGES", "document_texts", "write_documents"]

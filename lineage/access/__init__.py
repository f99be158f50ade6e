"""What an identity can really read: principals, grants and doors, and the chains of them that open a field."""

from lineage.access.model import Access, Chain, Door, Reach
from lineage.access.reach import access_of

__all__ = ["Access", "Chain", "Door", "Reach", "access_of"]

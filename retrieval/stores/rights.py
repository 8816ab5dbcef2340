"""What somebody may do with a library on a server. Imports nothing that takes long."""

from typing import Literal

Right = Literal["reader", "editor", "indexer", "owner"]
"""Ask; also say things of faces; also index; everything. Each may do what those before it may."""

"""The commands about a library, one a file. What a page needs as well lies beside the rooms."""

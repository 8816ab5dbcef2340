"""From the text of a query to a tree that says itself as SQL, as a mask and as text. It opens no library."""

"""How a run goes, is kept, goes on and ends, and the search among runs. What it learns from it is given."""

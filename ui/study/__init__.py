"""The commands about models, and their charts: explore, train, grid, evaluate, compare, card. They open no library."""

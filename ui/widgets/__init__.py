"""Parts of pages: each draws one thing and says what a person did with it. None knows which page it is on."""

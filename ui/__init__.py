"""People: the command line and the app. Beside the rooms lies what both of them say, offer and show."""

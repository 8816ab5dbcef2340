"""The pages of the app, one a file, put together out of widgets. Nothing that a command needs as well."""

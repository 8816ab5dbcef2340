"""The pages of the app, one a file, out of widgets; nothing that a command needs. A folder `pages` Streamlit would run."""

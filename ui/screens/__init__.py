"""The pages of the app, one a file, made of widgets. A folder called `pages` Streamlit would run in its place."""

"""What Streamlit runs, with its style and logo: apart from the pages, since Streamlit takes a folder `pages` beside its
script for pages of its own. How a page is drawn does not belong here.
"""

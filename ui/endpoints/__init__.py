"""What the parts of the page that run in the browser ask this server for, beside Streamlit: pictures and JSON."""

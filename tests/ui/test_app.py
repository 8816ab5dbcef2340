from ui.server import APP


def test_there_is_no_folder_that_streamlit_would_run_in_place_of_the_app() -> None:
    assert APP.is_file() and not APP.with_name("pages").exists()

"""What a question gets: faces, figures, reasons, warnings, citations, and how they are shown. It only reads."""

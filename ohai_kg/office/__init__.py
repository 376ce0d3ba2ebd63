"""Office files in and out: workbooks, documents and pages as sheets of cells; nothing here knows of disclosure."""

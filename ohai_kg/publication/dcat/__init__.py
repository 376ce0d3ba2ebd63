"""The DCAT catalogue of a project and its releases."""

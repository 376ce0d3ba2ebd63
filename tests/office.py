"""A real spreadsheet program, as a clerk uses it: every table of a folder opened and saved again."""

import subprocess


def save_again(folder, profile):
    """Let LibreOffice Calc open and save each csv of `folder`; `profile` is a folder for its own settings."""
    saved = folder / "saved"
    subprocess.run(
        [
            "soffice", "--headless", f"-env:UserInstallation=file://{profile}",
            "--infilter=CSV:44,34,76,1,,2052,false,true", "--convert-to", "csv:Text - txt - csv (StarCalc):44,34,76,1,,2052,false,true,false",
            "--outdir", str(saved), *(str(path) for path in sorted(folder.glob("*.csv"))),
        ],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    for path in saved.glob("*.csv"):
        path.replace(folder / path.name)
    saved.rmdir()

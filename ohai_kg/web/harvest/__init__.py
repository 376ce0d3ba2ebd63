"""`/catalog`, `/catalogues`, `/downloads`, `/changes`, VoID: what other systems take."""

"""`/id`, `/doc`, `/def`, `/ns`, `/shapes`, `/search`: every thing at its address, and found by its words."""

"""`/matrix`, `/responsibilities`, `/standard-system`: tables with pictures drawn on the server."""

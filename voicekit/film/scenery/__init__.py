"""Drawn scenes for films without pictures. Behind their entry point: nothing else imports them."""

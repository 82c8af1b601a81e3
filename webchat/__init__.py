"""The second channel: a chat on a web page, served by the same handlers as Telegram."""

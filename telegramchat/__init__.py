"""Telegram: its ear and its mouth, with aiogram; its courier, with python-telegram-bot."""

"""Telegram: its ear and its mouth, with aiogram; its courier, with python-telegram-bot."""

from petitions.values.channels import Channel

CHANNEL = Channel.TELEGRAM

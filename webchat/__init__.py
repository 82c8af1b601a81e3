"""The page: a chat in a browser, with an ear and a mouth of its own."""

from petitions.values.channels import Channel

CHANNEL = Channel.WEB

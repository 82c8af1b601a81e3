"""The methods of the Bot API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from standins.botapi.common import AT_ONCE, MAX_ANSWER, MAX_DOWNLOAD, Json, bad
from standins.botapi.files import FOLDERS
from standins.botapi.messages import Messages
from standins.botapi.texts import caption_of, text_of, units
from standins.botapi.updates import Hook


class Methods(Messages):
    """What the bot may call."""

    def _get_me(self, params: Json) -> Json:
        return self.me

    def _yes(self, params: Json) -> bool:
        return True

    def _set_webhook(self, params: Json) -> bool:
        doors = self.doors or [f"http://{urlsplit(params['url']).netloc}"]
        at_once = int(params.get("max_connections") or AT_ONCE)
        hook = Hook(params["url"], params.get("secret_token") or "", doors, at_once)
        self.updates.hang_on(hook, list(params.get("allowed_updates") or ()))
        return True

    def _delete_webhook(self, params: Json) -> bool:
        self.updates.hang_on(None)
        if params.get("drop_pending_updates"):
            self.updates.clear()
        return True

    def _get_webhook_info(self, params: Json) -> Json:
        waiting = len(self.updates)
        url = self.updates.hook.url if self.updates.hook else ""
        return {"url": url, "has_custom_certificate": False, "pending_update_count": waiting}

    def _send_message(self, params: Json) -> Json:
        content = text_of(params)
        if params.get("link_preview_options"):
            content["link_preview_options"] = params["link_preview_options"]
        return self._send(params, content)

    def _send_photo(self, params: Json) -> Json:
        return self._send_file("photo", params)

    def _send_document(self, params: Json) -> Json:
        return self._send_file("document", params)

    def _send_voice(self, params: Json) -> Json:
        return self._send_file("voice", params)

    def _send_video(self, params: Json) -> Json:
        return self._send_file("video", params)

    def _send_file(self, kind: str, params: Json) -> Json:
        caption = caption_of(params)
        stored = self.files.named(kind, params.get(kind), params)
        return self._send(params, {**stored.shown(params), **caption})

    def _send_media_group(self, params: Json) -> list[Json]:
        media = params.get("media") or []
        if not 2 <= len(media) <= 10:
            raise bad(f"too {'few' if len(media) < 2 else 'many'} messages to send as an album")
        kinds = {item.get("type") for item in media}
        if "document" in kinds and len(kinds) > 1:
            raise bad("document can't be mixed with other media types")
        self._writable(params)
        shown = [self._medium(item, params) for item in media]
        self._albums += 1
        album = {"media_group_id": str(13_000_000_000_000_000 + self._albums)}
        return [self._send(params, album | content) for content in shown]

    def _medium(self, item: Json, params: Json) -> Json:
        """The fields of a message for one InputMedia object."""
        if item.get("type") not in ("photo", "video", "document"):
            raise bad("can't parse InputMedia: Unsupported type specified")
        caption = caption_of(item)
        stored = self.files.named(item["type"], item.get("media"), params)
        return {**stored.shown(item), **caption}

    def _edit_text(self, params: Json) -> Json:
        content = text_of(params)
        if "text" not in self._editable(params)[1]:
            raise bad("there is no text in the message to edit")
        return self._edit(params, ("text", "entities"), content)

    def _edit_caption(self, params: Json) -> Json:
        content = caption_of(params)
        if "text" in self._editable(params)[1]:
            raise bad("there is no caption in the message to edit")
        return self._edit(params, ("caption", "caption_entities"), content)

    def _edit_media(self, params: Json) -> Json:
        self._editable(params)
        content = self._medium(params.get("media") or {}, params)
        gone = ("text", "entities", "caption", "caption_entities", *FOLDERS)
        return self._edit(params, gone, content)

    def _edit_markup(self, params: Json) -> Json:
        return self._edit(params, (), {})

    def _delete_message(self, params: Json) -> bool:
        chat = self._writable(params)
        self._deletable([params.get("message_id", 0)])
        if chat.messages.pop(params.get("message_id", 0), None) is None:
            raise bad("message to delete not found")
        return True

    def _delete_messages(self, params: Json) -> bool:
        """Those that aren't there are passed over."""
        chat, ids = self._writable(params), params.get("message_ids") or []
        if not 1 <= len(ids) <= 100:
            raise bad("too few or too many message identifiers")
        self._deletable(ids)
        for id in ids:
            chat.messages.pop(id, None)
        return True

    def _deletable(self, ids: list[int]) -> None:
        """Older ones than two days stay where they are."""
        if self.stays.intersection(ids):
            raise bad("message can't be deleted for everyone")

    def _answer_press(self, params: Json) -> bool:
        query = params.get("callback_query_id", "")
        if query not in self.pressed:
            raise bad("query is too old and response timeout expired or query ID is invalid")
        if units(params.get("text", "")) > MAX_ANSWER:
            raise bad("MESSAGE_TOO_LONG")
        self.answers[query] = params
        if phone := self.phones.get(self.pressed[query][0]):
            phone.notice("answer", params)
        return True

    def _chat_action(self, params: Json) -> bool:
        self._writable(params)
        return True

    def _get_chat(self, params: Json) -> Json:
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
        accepted = dict.fromkeys((*gifts, "gifts_from_channels"), True)
        more = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": accepted}
        return {**self._writable(params).card, **more}

    def _get_file(self, params: Json) -> Json:
        stored = self.files.get(params.get("file_id", ""))
        if stored is None:
            raise bad("invalid file_id")
        if stored.size > MAX_DOWNLOAD:
            raise bad("file is too big")
        return stored.card()

    def _set_commands(self, params: Json) -> bool:
        commands = params.get("commands") or []
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        self.commands[scope_of(params)] = commands
        return True

    def _get_commands(self, params: Json) -> list[Json]:
        return self.commands.get(scope_of(params), [])

    def _delete_commands(self, params: Json) -> bool:
        self.commands.pop(scope_of(params), None)
        return True

    def _set_profile(self, params: Json) -> bool:
        for key in PROFILE.intersection(params):
            self.profile[key, params.get("language_code", "")] = params[key]
        return True

    def _profile(self, key: str, params: Json) -> Json:
        asked = (key, params.get("language_code", ""))
        return {key: self.profile.get(asked, self.profile.get((key, ""), ""))}

    def _get_name(self, params: Json) -> Json:
        return {"name": self._profile("name", params)["name"] or self.me["first_name"]}

    def _get_description(self, params: Json) -> Json:
        return self._profile("description", params)

    def _get_short_description(self, params: Json) -> Json:
        return self._profile("short_description", params)

    def _set_menu_button(self, params: Json) -> bool:
        self.menu_buttons[params.get("chat_id", 0)] = params.get("menu_button") or DEFAULT_MENU
        return True

    def _get_menu_button(self, params: Json) -> Json:
        return self.menu_buttons.get(params.get("chat_id", 0), DEFAULT_MENU)


DEFAULT_MENU = {"type": "default"}


PROFILE = {"name", "description", "short_description"}


Method = Callable[[Methods, Json], Any]


METHODS: dict[str, tuple[str, Method]] = {
    name.lower(): (name, work)
    for name, work in {
        "getMe": Methods._get_me,
        "logOut": Methods._yes,
        "close": Methods._yes,
        "getUpdates": Methods._yes,
        "setWebhook": Methods._set_webhook,
        "deleteWebhook": Methods._delete_webhook,
        "getWebhookInfo": Methods._get_webhook_info,
        "sendMessage": Methods._send_message,
        "sendPhoto": Methods._send_photo,
        "sendDocument": Methods._send_document,
        "sendVoice": Methods._send_voice,
        "sendVideo": Methods._send_video,
        "sendMediaGroup": Methods._send_media_group,
        "editMessageText": Methods._edit_text,
        "editMessageCaption": Methods._edit_caption,
        "editMessageMedia": Methods._edit_media,
        "editMessageReplyMarkup": Methods._edit_markup,
        "deleteMessage": Methods._delete_message,
        "deleteMessages": Methods._delete_messages,
        "answerCallbackQuery": Methods._answer_press,
        "sendChatAction": Methods._chat_action,
        "getChat": Methods._get_chat,
        "getFile": Methods._get_file,
        "setMyCommands": Methods._set_commands,
        "getMyCommands": Methods._get_commands,
        "deleteMyCommands": Methods._delete_commands,
        "setMyName": Methods._set_profile,
        "getMyName": Methods._get_name,
        "setMyDescription": Methods._set_profile,
        "getMyDescription": Methods._get_description,
        "setMyShortDescription": Methods._set_profile,
        "getMyShortDescription": Methods._get_short_description,
        "setChatMenuButton": Methods._set_menu_button,
        "getChatMenuButton": Methods._get_menu_button,
        "setMyDefaultAdministratorRights": Methods._yes,
    }.items()
}


def scope_of(params: Json) -> tuple[str, int, int, str]:
    """What a list of commands is kept under."""
    scope = params.get("scope") or {}
    language = params.get("language_code", "")
    return scope.get("type", "default"), scope.get("chat_id", 0), scope.get("user_id", 0), language

"""People for the tests: the same few verbs on Telegram and on the page, over real HTTP."""

from __future__ import annotations

from people.chat import Refused as Refused
from people.citizen import FILING as FILING
from people.citizen import begin as begin
from people.citizen import code_in as code_in
from people.citizen import enters as enters
from people.citizen import everything as everything
from people.citizen import file_petition as file_petition
from people.citizen import finish as finish
from people.citizen import hidden as hidden
from people.citizen import names_on as names_on
from people.citizen import opened as opened
from people.citizen import steps as steps
from people.citizen import told as told
from people.citizen import with_photo as with_photo
from people.desk import Office as Office
from people.desk import accepted as accepted
from people.desk import answered as answered
from people.desk import at_the_link as at_the_link
from people.desk import does as does
from people.desk import looked as looked
from people.desk import opinion as opinion
from people.desk import passed as passed
from people.desk import registered as registered
from people.desk import setting_code as setting_code
from people.telegram_person import TelegramPerson as TelegramPerson
from people.telegram_person import handled as handled
from people.telegram_person import speak as speak
from people.town import FAST as FAST
from people.town import SHOTS as SHOTS
from people.town import START as START
from people.town import Town as Town
from people.town import town as town
from people.waiting import until as until
from people.web_person import WebPerson as WebPerson

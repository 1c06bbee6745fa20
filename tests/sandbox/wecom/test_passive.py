"""Answers inside a push: words for the member, changes for the clicker's copy alone."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import pytest

from sandbox.wecom import NotOffered, Phone, Twin
from sandbox.wecom.card_xml import UnknownElement, card_from_xml
from sandbox.wecom.markup import MarkupBroken, read
from tests.support.wecom_twin import AGENT, CORP, JPEG, Api, Receiver, button_card, text_card

UPDATE = """<TemplateCard><CardType>text_notice</CardType><Source><Desc>作业票</Desc><DescColor>1</DescColor></Source>
<MainTitle><Title>王强已同意</Title></MainTitle>
<HorizontalContentList><KeyName>地点</KeyName><Value>2号罐</Value></HorizontalContentList>
<HorizontalContentList><KeyName>票证</KeyName><Value>打开</Value><Type>1</Type><Url>https://a.example</Url></HorizontalContentList>
<CardAction><Type>1</Type><Url>https://a.example</Url></CardAction></TemplateCard>"""


def answer(kind: str, inside: str, *, sender: str = CORP, to: str = "") -> Any:
    def reply(root: Element) -> str:
        member = to or root.findtext("FromUserName")
        return (
            f"<xml><ToUserName>{member}</ToUserName><FromUserName>{sender}</FromUserName>"
            f"<CreateTime>1</CreateTime><MsgType>{kind}</MsgType>{inside}</xml>"
        )

    return reply


@pytest.fixture
def phones(twin: Twin) -> list[Phone]:
    return [twin.phone(name, agentid=AGENT, corpid=CORP) for name in ("ZhaoMin", "WangQiang")]


async def both(api: Api, card: dict[str, Any]) -> str:
    answer = await api.send("ZhaoMin|WangQiang", card=card)
    return str(answer["msgid"])


async def test_update_button_greys_the_clickers_copy_alone(api: Api, receiver: Receiver, phones: list[Phone]) -> None:
    msgid = await both(api, button_card())
    receiver.reply = answer("update_button", "<Button><ReplaceName>已同意</ReplaceName></Button>")
    delivery = await phones[0].press_button(msgid, "yes")
    assert delivery.replies == ["update_button"]
    assert [phone.cards[0]["greyed"] for phone in phones] == ["已同意", ""]
    with pytest.raises(NotOffered):
        phones[0].press_button(msgid, "yes")
    await phones[1].press_button(msgid, "no")


async def test_update_template_card_replaces_the_clickers_copy_alone(
    api: Api, receiver: Receiver, phones: list[Phone]
) -> None:
    msgid = await both(api, button_card())
    receiver.reply = answer("update_template_card", UPDATE)
    delivery = await phones[0].press_button(msgid, "yes")
    assert delivery.replies == ["update_template_card"]
    card = phones[0].cards[0]["card"]
    assert card["main_title"]["title"] == "王强已同意"
    assert [line["keyname"] for line in card["horizontal_content_list"]] == ["地点", "票证"]
    assert card["horizontal_content_list"][1]["type"] == 1
    assert phones[1].cards[0]["card"]["card_type"] == "button_interaction"


async def test_the_code_of_the_click_still_works_after_a_passive_reply(
    api: Api, receiver: Receiver, phones: list[Phone]
) -> None:
    msgid = await both(api, button_card())
    receiver.reply = answer("update_button", "<Button><ReplaceName>已同意</ReplaceName></Button>")
    await phones[0].press_button(msgid, "yes")
    body = {"agentid": AGENT, "response_code": receiver.got[0].text("ResponseCode"), "atall": 1}
    done = await api.post("message/update_template_card", body | {"template_card": text_card()})
    assert done["errcode"] == 0
    assert {phone.cards[0]["card"]["card_type"] for phone in phones} == {"text_notice"}


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        (answer("update_template_card", "<TemplateCard><CardType>text_notice</CardType></TemplateCard>"), "40058"),
        (answer("update_template_card", "<TemplateCard><Poem>1</Poem></TemplateCard>"), "Poem"),
        (answer("update_template_card", ""), "TemplateCard missing"),
        (answer("update_button", ""), "42020"),
        (answer("text", "<Content>x</Content>"), "no text reply"),
        (answer("update_button", "<Button><ReplaceName>x</ReplaceName></Button>", sender="wwother"), "corpid"),
        (answer("update_button", "<Button><ReplaceName>x</ReplaceName></Button>", to="LiGong"), "ToUserName"),
    ],
)
async def test_replies_to_a_click_that_are_ignored(
    api: Api, twin: Twin, receiver: Receiver, phones: list[Phone], reply: Any, why: str
) -> None:
    msgid = await both(api, button_card())
    receiver.reply = reply
    delivery = await phones[0].press_button(msgid, "yes")
    assert delivery.replies == []
    assert why in delivery.reply_errors[0]
    assert twin.counters["bad_replies"] == 1
    assert phones[0].cards[0]["buttons"] != []


async def test_words_answer_messages_and_menu_clicks(
    api: Api, twin: Twin, receiver: Receiver, phones: list[Phone]
) -> None:
    phone = phones[0]
    receiver.reply = answer("text", f"<Content>{'票' * 700}</Content>")
    await phone.type_text("hi")
    assert phone.screen[-1]["content"] == "票" * 682
    media = (await api.upload("image", JPEG))["media_id"]
    receiver.reply = answer("image", f"<Image><MediaId>{media}</MediaId></Image>")
    await phone.type_text("hi")
    assert phone.screen[-1]["media_id"] == media
    item = "<item><Title>t</Title><Description>d</Description><Url>https://a.example</Url></item>"
    receiver.reply = answer("news", f"<ArticleCount>1</ArticleCount><Articles>{item}</Articles>")
    for delivery in phone.enter_app():
        await delivery
    assert phone.screen[-1]["articles"][0]["title"] == "t"
    receiver.reply = answer("update_button", "<Button><ReplaceName>x</ReplaceName></Button>")
    assert (await phone.type_text("hi")).reply_errors == ["no update_button reply to text"]


async def test_a_reply_that_is_no_envelope_is_noted_and_shown_to_nobody(
    twin: Twin, receiver: Receiver, phones: list[Phone]
) -> None:
    receiver.seal = lambda _: b"success"
    delivery = await phones[0].type_text("hi")
    assert delivery.reply_errors == ["not xml"]
    assert len(phones[0].screen) == 1


def test_the_xml_names_of_all_card_pieces_are_understood() -> None:
    card = card_from_xml(
        read(
            "<C><CardType>button_interaction</CardType><QuoteArea><Appid>wx</Appid><QuoteText>q</QuoteText></QuoteArea>"
            "<CardAction><AppId>wx</AppId><PagePath>p</PagePath></CardAction><SubTitleText>s</SubTitleText>"
            "<ButtonSelection><QuestionKey>q</QuestionKey><SelectedId>a</SelectedId><Disable>true</Disable>"
            "<OptionList><Id>a</Id><Text>t</Text></OptionList></ButtonSelection>"
            "<CheckBox><Mode>1</Mode><OptionList><IsChecked>false</IsChecked></OptionList></CheckBox>"
            "<ButtonList><Text>t</Text><Style>2</Style><Key>k</Key></ButtonList><CardImage><AspectRatio>1.5</AspectRatio>"
            "</CardImage><ImageTextArea><ImageUrl>u</ImageUrl></ImageTextArea><ReplaceText>r</ReplaceText></C>"
        )
    )
    assert card == {
        "card_type": "button_interaction",
        "quote_area": {"appid": "wx", "quote_text": "q"},
        "card_action": {"appid": "wx", "pagepath": "p"},
        "sub_title_text": "s",
        "button_selection": {
            "question_key": "q",
            "selected_id": "a",
            "disable": True,
            "option_list": [{"id": "a", "text": "t"}],
        },
        "checkbox": {"mode": 1, "option_list": [{"is_checked": False}]},
        "button_list": [{"text": "t", "style": 2, "key": "k"}],
        "card_image": {"aspect_ratio": 1.5},
        "image_text_area": {"image_url": "u"},
        "replace_text": "r",
    }
    with pytest.raises(UnknownElement):
        card_from_xml(read("<C><Url2>x</Url2></C>"))


def test_document_type_declarations_are_refused() -> None:
    with pytest.raises(MarkupBroken):
        read('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')

"""The scheme of contents."""

from petitions.values import categories


def test_there_are_17_fields_and_112_parts_with_names_of_their_own() -> None:
    fields = categories.level1()
    parts = [p for f in fields for p in categories.level2(f.id)]
    assert (len(fields), len(parts)) == (17, 112)
    assert len({c.id for c in [*fields, *parts]}) == 129
    assert all(c.names["zh"] and c.names["en"] for c in [*fields, *parts])


def test_old_and_new_names_find_the_same_field() -> None:
    for old, new in (("国土资源", "自然资源"), ("卫生计生", "卫生健康"), ("环境保护", "生态环境")):
        found = categories.by_name(old)
        assert found is not None
        assert found == categories.by_name(new)


def test_unpaid_wages_are_suggested_as_wages() -> None:
    best = categories.suggest("老板拖欠我们三个月的工资一直不发")[0]
    assert best.name("zh") == "工资福利"


def test_words_that_say_nothing_get_no_suggestion() -> None:
    assert categories.suggest("你好") == []

"""Which units a text names, as people write them: short names, old names, offices inside a unit,
posts ("住建局周处长", "县信访局王主任", "the county's petition bureau").

A unit's forms come from its name and `ALIASES`, and from `also` in the office file. Where a text
fits several units, all of them are meant; what it names and no unit fits is said to be left over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from petitions.law.units import Unit

ALIASES: dict[str, str] = {
    "住房": "住建 城建 建委 住建* 住房* 房管* 房产* 建设* 城建* 住房保障* 住房建设* 质监站",
    "城乡建设": "住建 城建 建委 住建* 建设* 城建* 住房* 房管*",
    "人力资源": "人社 社保 人社* 社保* 人力社保* 人事局 劳动* 劳动保障* 劳动监察 劳动保障监察 "
    "劳动仲裁 劳动争议仲裁* 仲裁委 仲裁院 就业*",
    "社会保障": "社保 社保* 人社 人社*",
    "环境": "环保 生态* 环保* 环境* 环境保护* 环境监察 环境执法",
    "交通": "交通* 交运* 交通运输* 交通执法 交通综合执法 运输* 运输管理* 客运* 运管 运政 路政 "
    "公路* 公路段",
    "自然资源": "国土 国土* 国土资源* 土地* 自规* 自资* 规划* 不动产登记 不动产*",
    "规划": "规划* 自规*",
    "教育": "教育* 教委 教体* 教育体育* 教育和体育* 招生办 教研室 督学",
    "公安": "公安 警察 民警 交警 刑警 警队 派出所",
    "卫生": "卫健* 卫生* 卫计* 计生*",
    "民政": "民政* 低保办",
    "城市管理": "城管 城管*",
    "执法": "城管 城管* 综合执法* 执法局 执法大队",
    "市场监督": "市监* 市场监管* 市管* 工商* 质监* 食药监*",
    "农业": "农业* 农委 农经*",
    "水": "水利* 水务*",
    "医疗保障": "医保 医保*",
    "退役军人": "退役军人* 退役*",
    "司法": "司法*",
    "税务": "税务* 地税* 国税*",
    "林业": "林业* 林草*",
    "发展和改革": "发改* 物价局",
    "应急": "应急* 安监*",
    "乡村振兴": "乡村振兴* 扶贫*",
    "文化": "文旅* 文广* 文体* 文化*",
    "纪检": "纪委 纪检 纪监* 监委 监察委 监察局 监察委员会 监察室 纪检组",
    "纪律检查": "纪委 纪检 纪监* 监委 监察委 监察委员会 监察室",
    "信访局": "信访 信访* 信访接待* 接访*",
    "复查复核": "省信访* 省里的信访* 省里信访* 省局 复查复核* 复核* 复查*",
    "人民政府": "政府",
    "办事处": "街道办 办事处",
}
"""Part of a unit's name → what such offices, their forerunners and what is inside them are called;
`*` stands for one of `ENDINGS`."""
ENDINGS = (
    "局", "委", "委员会", "办", "办公室", "厅", "部", "部门", "系统", "机关", "所", "站",
    "处", "科", "股", "室", "院", "队", "大队", "中队", "支队", "总队", "大厅", "中心", "窗口",
)  # fmt: skip
LEVELS = ("省", "市州盟地", "县区旗", "镇乡街")
"""Signs of one level: people write 县 for 区."""
_PLACE = re.compile(
    r"(?P<root>(?:(?![和与及])[一-鿿]){2,8}?)"
    r"(?P<level>自治[区州县旗]|街道|地区|省|市(?!场|政|容)|[州盟县区旗镇]|乡(?!建|村|规))"
    r"(?=[一-鿿]{2})"
)
_ENGLISH = re.compile(r"(?P<root>[A-Z][\w'-]+) (?:(?:City|County|District|Town) )?(?!and )(?=\w+)")
_OF_ENGLISH = {"city": "市", "county": "县", "district": "县", "town": "镇",
               "province": "省", "provincial": "省", "municipal": "市"}  # fmt: skip
_KIND = re.compile(r"(局|委员会|委|办公室|厅)$")
_ENGLISH_KIND = re.compile(r"\b(bureau|office|department|commission)$")
_LINKS = "的里上下们属和跟与及或还有、|"
_POST = re.compile(
    rf"的?(?:[老小][一-鿿]|[一-鿿]某某?|[里的]?[^{_LINKS}]{{0,3}}?副?(?:处长|局长|科长|主任|所长|站长|队长|厅长|股长|书记|主席|组长|部长|"
    r"科员|干部|领导|工作人员|办事员|窗口|经办人|人员|同志|人))"
)
_SIDES = re.compile(r"(?:里|上|级|那个|这个|的|下面|下属|they|the|'s|’s)+$")
_FILLERS = re.compile(
    r"(请|千万|一定|最好|希望|麻烦)?(不要|不能|不许|不准|别|不想|不可以|避开|除了|瞒着|不)?(让|给|叫|被|告诉|透露给|通知|转给|"
    r"交给|发给|找)|看到|看见|知道|晓得|看|他们|大家|所有|全部|任何|以及|还有|"
    r"下面|下属|本人|和|跟|与|及|或者|或|的|了|人|都|也|里|们|我们|咱们|你们|您们|不能看|不能|我|这个|那个|这|那|"
    r"物业公司|物业|邻居|开发商|房东|老板|包工头|施工队|施工方|家里人|家人|亲戚|同事|同学|"
    r"没有|没|无|谁|省|市|县|区|镇|乡|anybody|anyone|nobody|people|staff|please|from|the|of|and|at|in|or"
)
"""Words that a text says beside a unit and beside anybody who could sit in one."""
_BREAKS = re.compile(r"[^\w\s]+")


@dataclass(frozen=True, slots=True)
class Named:
    """The units that were found in a text."""

    units: frozenset[str]
    """Ids of the units that it may mean."""
    sure: bool
    """Nothing else was said that could be a person, a post or a unit."""


def _plain(text: str) -> str:
    """As it is compared: no spaces, no case, `|` for any mark; so `住 建 局` is one word."""
    text = _BREAKS.sub("|", unicodedata.normalize("NFKC", text).casefold())
    return re.sub(r"\s+|_", "", text)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a unit is: its place's names in each language, and the level."""

    roots: frozenset[str] = frozenset()
    level: str = ""


def _level(sign: str) -> str:
    """The level a sign stands for, as one of `LEVELS`; empty: none."""
    sign = _OF_ENGLISH.get(sign.casefold(), sign)
    sign = "省" if sign == "自治区" else sign.removeprefix("自治")
    return next((level for level in LEVELS if sign and sign[0] in level), "")


def _chinese_place(name: str) -> tuple[_Place, str]:
    """The place a name begins with (its last part, as 区 of 市…区), and what is left."""
    place = _Place()
    if name[:1] in ("省", "市", "县", "区") and not name.startswith(
        ("市场", "市政", "市容", "区域")
    ):
        return _Place(level=_level(name[0])), name[1:]
    while found := _PLACE.match(name):
        place = _Place(frozenset({_plain(found["root"])}), _level(found["level"]))
        name = name[found.end() :]
    return place, name


def _english_place(name: str) -> tuple[str, str]:
    """The same of an English name: the place's word, which may be none, and what is left."""
    found = _ENGLISH.match(name)
    if not found:
        return "", name
    root = found["root"].casefold()
    return "" if root in _OF_ENGLISH else _plain(root), name[found.end() :]


def _chinese(core: str) -> set[str]:
    """All names of a unit of this name, without its place."""
    forms = {core}
    for part, called in ALIASES.items():
        if part in core:
            forms |= set(called.split())
    if kind := _KIND.search(core):
        stem = core[: kind.start()]
        forms |= {f"{one}*" for one in (stem, *re.split("[和与]", stem)) if len(one) > 1}
    return {one for form in forms for one in _ended(form)}


def _ended(form: str) -> list[str]:
    """A form with each of the endings it stands for."""
    return [form[:-1] + end for end in ENDINGS] if form.endswith("*") else [form]


def _english(core: str) -> set[str]:
    """The same in English: each half of "Housing and Construction Bureau" is a name."""
    core = core.casefold()
    forms = {core, *(part for part in core.split(", ") if " " in part)}
    if kind := _ENGLISH_KIND.search(core):
        stem = core[: kind.start()].strip()
        for half in {stem, *stem.split(" and ")}:
            forms |= {f"{half} {what}" for what in ("bureau", "office", "department", "authority")}
    return forms


@dataclass(frozen=True, slots=True)
class _Index:
    forms: dict[str, frozenset[str]]
    pattern: re.Pattern[str]
    places: dict[str, _Place]
    roots: tuple[str, ...]


IndexedUnit = tuple[str, str, str, tuple[str, ...]]
"""A unit as the index is made of it: id, Chinese and English name, `also`."""


@lru_cache(maxsize=8)
def _index(rows: tuple[IndexedUnit, ...]) -> _Index:
    forms: dict[str, set[str]] = {}
    places: dict[str, _Place] = {}
    roots: set[str] = set()
    for id, chinese, english, also in rows:
        place, core = _chinese_place(chinese)
        root, english_core = _english_place(english)
        places[id] = replace(place, roots=place.roots | ({root} if root else set()))
        roots |= places[id].roots
        for form in _chinese(core) | _english(english_core) | {chinese, english, *also}:
            if form := _plain(form):
                forms.setdefault(form, set()).add(id)
    every = sorted(forms, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, every)) or r"(?!)")
    ordered = tuple(sorted(roots, key=len, reverse=True))
    return _Index({f: frozenset(ids) for f, ids in forms.items()}, pattern, places, ordered)


_SIGN = re.compile(
    r"(省|市|[州盟]|县|区|旗|镇|乡|街道|city|county|district|town|province|provincial|municipal)$"
)


def _placed(before: str, ids: frozenset[str], index: _Index) -> tuple[frozenset[str], int]:
    """Those of some units that fit what stands before a name, and how many signs of that are the
    place; a place or level that is none of theirs leaves none."""
    bare = _SIDES.sub("", before)
    sign = _SIGN.search(bare)
    stem = _SIDES.sub("", bare[: sign.start()]) if sign else bare
    for root in index.roots:
        if stem.endswith(root) or bare.endswith(root):
            fit = frozenset(u for u in ids if root in index.places[u].roots)
            rest = stem if stem.endswith(root) else bare
            return fit, len(before) - len(rest.removesuffix(root))
    if not sign:
        return ids, 0
    level = _level(sign[1])
    fit = frozenset(u for u in ids if index.places[u].level in (level, ""))
    return fit, len(before) - sign.start()


def _rows(units: Iterable[Unit]) -> tuple[IndexedUnit, ...]:
    return tuple((u.id, u.name("zh"), u.names.get("en", ""), u.also) for u in units)


def named(text: str, units: Mapping[str, Unit]) -> Named:
    """Which units a text names. Of another place or level than theirs: none, and unsure."""
    index, said = _index(_rows(units.values())), _plain(text)
    found: set[str] = set()
    left, at, last = [], 0, frozenset[str]()
    for match in index.pattern.finditer(said):
        ids, length = index.forms[match[0]], 0
        if not match[0].startswith(index.roots):  # without a place of its own
            ids, length = _placed(said[at : match.start()], ids, index)
        if not said[at : match.start()].strip("的里"):  # an office inside the one before
            ids = (ids & last) or ids
        found |= ids
        if not ids:
            continue
        last = ids
        left.append(said[at : match.start() - length])
        post = _POST.match(said, match.end())
        at = post.end() if post else match.end()
    left.append(said[at:])
    return Named(frozenset(found), not any(_FILLERS.sub("", part).strip("|") for part in left))

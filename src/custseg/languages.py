"""The languages that custseg speaks, checked where somebody asks for one."""

from __future__ import annotations

from typing import get_args

from custseg.errors import Problem, SettingError
from custseg.labels import Language

__all__ = ["check_language"]

_KNOWN: tuple[Language, ...] = get_args(Language)

_ALSO_CALLED = {
    "zh": ("cn", "chinese", "chn", "zho", "chi", "zh-cn", "zh-hans", "中文", "汉语"),
    "en": ("english", "eng", "en-gb", "en-us", "gb", "uk", "us", "英文", "英语"),
}


def check_language(language: object) -> None:
    """Refuse a language that no text is written in.

    Parameters
    ----------
    language : object
        What was given for a language.

    Raises
    ------
    SettingError
        When it is not a known one; it names the one that was probably meant.

    Examples
    --------
    >>> check_language("zh")
    >>> check_language("cn")
    Traceback (most recent call last):
        ...
    custseg.errors.SettingError: language: unknown language; got 'cn'; allowed: 'zh' \
or 'en'; did you mean 'zh'?
    """
    if language in _KNOWN:
        return
    said = str(language).strip().casefold().replace("_", "-")
    meant = [one for one in _KNOWN if said == one or said in _ALSO_CALLED[one]]
    raise SettingError(
        Problem(
            "unknown language",
            where="language",
            got=repr(language),
            allowed=" or ".join(repr(one) for one in _KNOWN),
            hint=f"did you mean '{meant[0]}'?" if meant else "",
        )
    )
